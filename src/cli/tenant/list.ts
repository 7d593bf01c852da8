import type { Command } from 'commander';
import { pageSize } from '../../storage/page-size.js';
import type { Tenant } from '../../model/tenant.js';
import { tenantJson } from '../../tenants/tenant-json.js';
import type { Tenancy } from '../../tenants/tenants.js';
import { addCommand, printOutcome, withTenancy, type CommandLine, type CommonOptions } from '../command-line.js';
import { table } from '../table.js';

const PAGE = pageSize(1_000);

/** Adds `tenant list`, which lists all tenants with their settings. */
export function addTenantList(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'list', 'list the tenants').action((options: CommonOptions) =>
    withTenancy(cli, async (tenancy) => {
      const tenants = await allTenants(tenancy);
      printOutcome(cli, options, { tenants: tenants.map(tenantJson) }, tenantTable(tenants, cli.terminal.interactive));
    }),
  );
}

/** All tenants, in the order in which they were created. */
export async function allTenants(tenancy: Tenancy): Promise<readonly Tenant[]> {
  const all: Tenant[] = [];
  let after: string | undefined;
  do {
    const { tenants, next } = await tenancy.listTenants({ after, limit: PAGE.items });
    all.push(...tenants);
    after = next;
  } while (after !== undefined);
  return all;
}

function tenantTable(tenants: readonly Tenant[], aligned: boolean): string {
  const rows = tenants.map(({ id, name, enabled, settings, created }) => [
    id,
    name,
    enabled ? 'enabled' : 'disabled',
    settings.groupReplaceAdds ? 'true' : 'false',
    settings.unknownAttributes,
    created,
  ]);
  const none = 'There are no tenants. Create one: flexwhere-scim tenant create NAME';
  return table(rows, ['TENANT ID', 'NAME', 'STATE', 'GROUP-REPLACE-ADDS', 'UNKNOWN-ATTRIBUTES', 'CREATED'], {
    aligned,
    none,
  });
}
