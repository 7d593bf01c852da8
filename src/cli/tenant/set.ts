import type { Command } from 'commander';
import { TENANT_SETTINGS } from '../../tenants/settings.js';
import { tenantJson } from '../../tenants/tenant-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from '../command-line.js';
import { agree, withYes, type YesOption } from '../sync/options.js';
import { printable } from '../terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** Adds `tenant set`, which changes one of the settings that its help lists. */
export function addTenantSet(parent: Command, cli: CommandLine): void {
  withYes(withTenantOption(addCommand(parent, 'set <KEY> <VALUE>', 'change a setting of a tenant')))
    .addHelpText('after', settingsHelp)
    .action((key: string, value: string, options: TenantOptions & YesOption) =>
      withTenancy(cli, async (tenancy) => {
        const { id, name } = await namedTenant(tenancy, options);
        const asked =
          value === ''
            ? `Clear ${printable(key)} of ${printable(name)}?`
            : `Set ${printable(key)} of ${printable(name)} to ${printable(value)}?`;
        await agree(cli, options, asked);
        const tenant = await tenancy.setSetting(id, key, value);
        printOutcome(
          cli,
          options,
          tenantJson(tenant),
          `The tenant ${tenant.name} has ${value === '' ? `no ${key}` : `${key} set to ${value}`}.`,
        );
      }),
    );
}

function settingsHelp(): string {
  const lines = [...TENANT_SETTINGS].map(([key, { values, description }]) => `  ${key}  ${values}: ${description}`);
  return `\nSettings:\n${lines.join('\n')}`;
}
