import type { Command } from 'commander';
import { issuedTokenJson } from '../tenants/tenant-json.js';
import type { IssuedToken } from '../tenants/tokens.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from './command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from './which-tenant.js';

interface IssueOptions extends TenantOptions {
  readonly label: string;
  readonly expires?: string;
}

export function addTokenIssue(parent: Command, cli: CommandLine): void {
  withTenantOption(addCommand(parent, 'issue', 'issue one more secret token; the earlier ones stay valid'))
    .option('--label <LABEL>', 'what the token is for', '')
    .option('--expires <TIME>', 'when it ends, such as 2030-12-31T23:59:59Z or 2030-12-31 (UTC)')
    .action((options: IssueOptions) =>
      withTenancy(cli, async (tenancy) => {
        const { id, name } = await namedTenant(tenancy, options);
        const issued = await tenancy.issueToken(id, { label: options.label, expiresAt: options.expires });
        printOutcome(cli, options, issuedTokenJson(issued), announcement(issued, name, tenancy.tenantUrl));
      }),
    );
}

const announcement = ({ token, secret }: IssuedToken, tenant: string, tenantUrl: string): string => `\
Issued the token ${token.id} for the tenant ${tenant}, valid until ${token.expiresAt ?? 'it is revoked'}.

  Tenant URL:    ${tenantUrl}
  Secret Token:  ${secret}

Enter it in the Microsoft Entra admin center: Enterprise applications, the application, Provisioning, Admin Credentials.
The token is shown only this once. Earlier tokens stay valid: when Entra uses this one (flexwhere-scim token list shows
it), revoke the old one with flexwhere-scim token revoke.`;
