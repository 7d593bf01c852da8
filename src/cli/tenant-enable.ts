import type { Command } from 'commander';
import { tenantJson } from '../tenants/tenant-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from './command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

export function addTenantEnable(parent: Command, cli: CommandLine): void {
  const description = 'let the provisioning client of a tenant in again';
  withTenantOption(addCommand(parent, 'enable [ID]', description)).action(
    (id: string | undefined, options: TenantOptions) =>
      withTenancy(cli, async (tenancy) => {
        const tenant = await tenancy.setEnabled((await namedTenant(tenancy, options, id)).id, true);
        printOutcome(cli, options, tenantJson(tenant), `The tenant ${tenant.name} is enabled.`);
      }),
  );
}
