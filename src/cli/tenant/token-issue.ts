import type { Command } from 'commander';
import type { Tenant } from '../../model/tenant.js';
import { notFound } from '../../protocol/scim-error.js';
import { issuedTokenJson, tokenJson } from '../../tenants/tenant-json.js';
import type { Tenancy } from '../../tenants/tenants.js';
import type { IssuedToken } from '../../tenants/tokens.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from '../command-line.js';
import { agree, withYes, type YesOption } from '../sync/options.js';
import { printable } from '../terminal.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';
import { allTenants } from './list.js';

interface IssueOptions extends TenantOptions {
  readonly label: string;
  readonly expires?: string;
  readonly readOnly?: true;
}

/** Adds `token issue`, which prints a new secret token, once. */
export function addTokenIssue(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'issue', 'issue another secret token; earlier ones stay valid'))
    .option('--label <LABEL>', 'what the token is for', '')
    .option('--expires <TIME>', 'when it expires, such as 2030-12-31T23:59:59Z or 2030-12-31 (UTC)')
    .option('--read-only', 'a check token: for viewing in a browser; it cannot change anything')
    .action((options: IssueOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id, name } = await namedTenant(tenancy, options);
        const issued = await tenancy.issueToken(id, {
          label: options.label,
          expiresAt: options.expires,
          scopes: options.readOnly === true ? ['scim.read'] : undefined,
        });
        const text = options.readOnly === true ? checkAnnouncement : announcement;
        printOutcome(cli, options, issuedTokenJson(issued), text(issued, name, tenancy.tenantUrl));
      }),
    );
}

const announcement = ({ token, secret }: IssuedToken, tenant: string, tenantUrl: string): string => `\
Issued the token ${token.id} for the tenant ${tenant}, valid until ${token.expiresAt ?? 'it is revoked'}.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${secret}

Enter it in the Microsoft Entra admin center: Enterprise applications, the application, Provisioning, Admin Credentials.
The token is shown only once. Earlier tokens stay valid: once Entra uses this one (flexwhere-scim token list shows it),
revoke the old one with flexwhere-scim token revoke.`;

const checkAnnouncement = ({ token, secret }: IssuedToken, tenant: string, tenantUrl: string): string => `\
Issued the check token ${token.id} for the tenant ${tenant}, valid until ${token.expiresAt ?? 'it is revoked'}.

  Check token:  ${secret}

It is read-only; Entra cannot provision with it. To see who has arrived, open in a browser:

  ${tenantUrl}/Users?access_token=<check token>

The token is shown only once. Revoke it when nobody looks any more: flexwhere-scim token revoke ${token.id}`;

/** Adds `token revoke`, which revokes a token of the tenant named by --tenant, or of any tenant. */
export function addTokenRevoke(parent: Command, cli: CommandLine): void {
  withYes(
    withTenantOption(addCommand(parent, 'revoke <TOKEN_ID>', 'revoke a secret token, effective with the next request')),
  )
    .addHelpText('after', '\nWithout --tenant, all tenants are searched for the token.')
    .action((tokenId: string, options: TenantOptions & YesOption) =>
      withTenancy(cli, async (tenancy) => {
        const tenant = await (options.tenant === undefined ? ownerOf(tenancy, tokenId) : namedTenant(tenancy, options));
        await agree(cli, options, `Refuse all requests of ${printable(tenant.name)} with this token from now on?`);
        const token = await tenancy.revokeToken(tenant.id, tokenId);
        printOutcome(cli, options, tokenJson(token), `The token ${token.id} of the tenant ${tenant.name} is revoked.`);
      }),
    );
}

async function ownerOf(tenancy: Tenancy, tokenId: string): Promise<Tenant> {
  for (const tenant of await allTenants(tenancy)) {
    if ((await tenancy.listTokens(tenant.id)).some(({ id }) => id === tokenId)) return tenant;
  }
  throw notFound('No tenant has a token with that id. To see the ids, run: flexwhere-scim token list --tenant ID');
}
