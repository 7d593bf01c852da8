import type { Command } from 'commander';
import { notFound } from '../protocol/scim-error.js';
import type { Tenant } from '../storage/storage.js';
import { tokenJson } from '../tenants/tenant-json.js';
import type { Tenancy } from '../tenants/tenants.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from './command-line.js';
import { allTenants } from './tenant-list.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

export function addTokenRevoke(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'revoke <TOKEN_ID>', 'refuse a secret token from the next request on'))
    .addHelpText('after', '\nWithout --tenant, all tenants are searched for the token.')
    .action((tokenId: string, options: TenantOptions) =>
      withTenancy(cli, async (tenancy) => {
        const tenant = await (options.tenant === undefined ? ownerOf(tenancy, tokenId) : namedTenant(tenancy, options));
        const token = await tenancy.revokeToken(tenant.id, tokenId);
        printOutcome(cli, options, tokenJson(token), `The token ${token.id} of the tenant ${tenant.name} is revoked.`);
      }),
    );
}

async function ownerOf(tenancy: Tenancy, tokenId: string): Promise<Tenant> {
  for (const tenant of await allTenants(tenancy)) {
    if ((await tenancy.listTokens(tenant.id)).some(({ id }) => id === tokenId)) return tenant;
  }
  throw notFound('No tenant has a token with that id. The id stands in: flexwhere-scim token list --tenant ID');
}
