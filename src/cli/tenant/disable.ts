import type { Command } from 'commander';
import { tenantJson } from '../../tenants/tenant-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from '../command-line.js';
import { agree, withYes, type YesOption } from '../sync/options.js';
import { printable } from '../terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** Adds `tenant disable`, which makes the server answer all requests of a tenant's client with 403. */
export function addTenantDisable(parent: Command, cli: CommandLine): void {
  const description = 'answer all requests for a tenant with 403; nothing of the tenant is deleted';
  const command = withYes(withTenantOption(addCommand(parent, 'disable [ID]', description)));
  command.action((id: string | undefined, options: TenantOptions & YesOption) =>
    withTenancy(cli, async (tenancy) => {
      const { id: tenantId, name } = await namedTenant(tenancy, options, id);
      await agree(cli, options, `Answer all requests of ${printable(name)} with 403 from now on?`);
      const tenant = await tenancy.setEnabled(tenantId, false);
      printOutcome(
        cli,
        options,
        tenantJson(tenant),
        `The tenant ${tenant.name} is disabled; its requests are answered 403.`,
      );
    }),
  );
}

/** Adds `tenant enable`, which ends what `tenant disable` began. */
export function addTenantEnable(parent: Command, cli: CommandLine): void {
  const description = 'accept requests for a disabled tenant again';
  withYes(withTenantOption(addCommand(parent, 'enable [ID]', description))).action(
    (id: string | undefined, options: TenantOptions & YesOption) =>
      withTenancy(cli, async (tenancy) => {
        const { id: tenantId, name } = await namedTenant(tenancy, options, id);
        await agree(cli, options, `Accept requests of ${printable(name)} from now on?`);
        const tenant = await tenancy.setEnabled(tenantId, true);
        printOutcome(cli, options, tenantJson(tenant), `The tenant ${tenant.name} is enabled.`);
      }),
  );
}
