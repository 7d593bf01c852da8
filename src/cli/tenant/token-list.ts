import type { Command } from 'commander';
import { mayWrite, type TokenRecord } from '../../model/token.js';
import { tokenJson } from '../../tenants/tenant-json.js';
import { addCommand, printOutcome, withTenancy, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** Adds `token list`, which lists the tokens of a tenant without their secrets. */
export function addTokenList(parent: Command, cli: CommandLine): void {
  withTenantOption(
    addCommand(parent, 'list', 'list the secret tokens of a tenant, without the tokens themselves'),
  ).action((options: TenantOptions) =>
    withTenancy(cli, async (tenancy) => {
      const tokens = await tenancy.listTokens((await namedTenant(tenancy, options)).id);
      printOutcome(cli, options, { tokens: tokens.map(tokenJson) }, tokenTable(tokens, cli.terminal.interactive));
    }),
  );
}

function tokenTable(tokens: readonly TokenRecord[], aligned: boolean): string {
  const rows = tokens.map(({ id, label, prefix, scopes, created, expiresAt, lastUsed, revokedAt }) => [
    id,
    label,
    prefix ?? '-',
    mayWrite(scopes) ? 'read and write' : 'read',
    created,
    expiresAt ?? '-',
    lastUsed ?? '-',
    revokedAt ?? '-',
  ]);
  const none = 'The tenant has no tokens. Issue one: flexwhere-scim token issue --tenant ID';
  return table(rows, ['TOKEN ID', 'LABEL', 'PREFIX', 'MAY', 'CREATED', 'EXPIRES', 'LAST USED', 'REVOKED'], {
    aligned,
    none,
  });
}
