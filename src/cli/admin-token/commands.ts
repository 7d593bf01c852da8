import { Option, type Command } from 'commander';
import { adminTokenJson, madeAdminTokenJson } from '../../access/admin-token-json.js';
import type { MadeAdminToken } from '../../access/admin-tokens.js';
import type { AdminToken } from '../../model/access/admin-token.js';
import { ROLES, type Role } from '../../model/access/role.js';
import { addCommand, printOutcome, type CommandLine, type CommonOptions } from '../command-line.js';
import { agree, byOf, withBy, withYes, type YesOption } from '../sync/options.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';

/** Adds `admin-token` with its commands. */
export function addAdminToken(program: Command, cli: CommandLine): void {
  const parent = program
    .command('admin-token')
    .description('create, list and revoke tokens for the admin API and the console, each with a role and a label');
  for (const add of [addCreate, addList, addRevoke]) add(parent, cli);
}

interface ByOption extends CommonOptions {
  readonly by?: string;
}

interface CreateOptions extends ByOption {
  readonly label: string;
  readonly role: Role;
  readonly expires?: string;
}

/** Adds `admin-token create`, which prints a new admin token, once. */
function addCreate(parent: Command, cli: CommandLine): void {
  withBy(addCommand(parent, 'create', 'create an admin token'))
    .requiredOption('--label <LABEL>', 'the person or program that gets it; the audit trail names them by it')
    .addOption(
      new Option('--role <ROLE>', 'what it may do: viewer looks, operator works with plans, admin may do everything')
        .choices(ROLES)
        .makeOptionMandatory(),
    )
    .option('--expires <TIME>', 'when it expires, such as 2030-12-31T23:59:59Z or 2030-12-31 (UTC)')
    .action(async (options: CreateOptions) => {
      const { label, role, expires } = options;
      await withAdminTokens(cli, async (tokens) => {
        const made = await tokens.create({ label, role, expiresAt: expires }, { name: byOf(options), role: 'admin' });
        printOutcome(cli, options, madeAdminTokenJson(made), announcement(made));
      });
    });
}

const announcement = ({ token, secret }: MadeAdminToken): string => `\
Created the admin token ${token.id} with the role ${token.role}, valid until ${token.expiresAt ?? 'it is revoked'}.

  Admin token:  ${secret}

It is for ${token.label}, who signs in to the console with it, or sends it to the admin API in the header
"Authorization: Bearer <admin token>". It is shown only once. To end it: flexwhere-scim admin-token revoke ${token.id}`;

/** Adds `admin-token list`, which lists the admin tokens without the tokens themselves. */
function addList(parent: Command, cli: CommandLine): void {
  addCommand(parent, 'list', 'list the admin tokens, without the tokens themselves').action((options: CommonOptions) =>
    withAdminTokens(cli, async (tokens) => {
      const all = await tokens.list();
      const json = { adminTokens: all.map(adminTokenJson) };
      printOutcome(cli, options, json, tokenTable(all, cli.terminal.interactive));
    }),
  );
}

function tokenTable(tokens: readonly AdminToken[], aligned: boolean): string {
  const rows = tokens.map((token) => [
    ...[token.id, token.label, token.role, token.prefix, token.created, token.createdBy],
    ...[token.expiresAt ?? '-', token.lastUsed ?? '-', token.revokedAt ?? '-'],
  ]);
  const none = 'There are no admin tokens. Create one: flexwhere-scim admin-token create --label NAME --role viewer';
  const headings = ['ID', 'LABEL', 'ROLE', 'PREFIX', 'CREATED', 'BY', 'EXPIRES', 'LAST USED', 'REVOKED'];
  return table(rows, headings, { aligned, none });
}

interface RevokeOptions extends ByOption, YesOption {
  readonly evenLast?: true;
}

/** Adds `admin-token revoke`, which revokes an admin token and ends the sessions that were signed in with it. */
function addRevoke(parent: Command, cli: CommandLine): void {
  withYes(
    withBy(addCommand(parent, 'revoke <ADMIN_TOKEN_ID>', 'revoke an admin token, effective with the next request')),
  )
    .option('--even-last', 'also the last token with the role admin, where the server has no ADMIN_TOKEN')
    .action((id: string, options: RevokeOptions) =>
      withAdminTokens(cli, async (tokens) => {
        const label = (await tokens.list()).find((token) => token.id === id)?.label ?? id;
        await agree(cli, options, `Refuse ${printable(label)} and end the sessions of that token from now on?`);
        const by = { name: byOf(options), role: 'admin' } as const;
        const revoked = await tokens.revoke(id, by, options.evenLast);
        printOutcome(cli, options, adminTokenJson(revoked), `The admin token of ${revoked.label} is revoked.`);
      }),
    );
}

async function withAdminTokens(
  cli: CommandLine,
  work: (tokens: Awaited<ReturnType<CommandLine['openServices']>>['adminTokens']) => Promise<void>,
): Promise<void> {
  const services = await cli.openServices(cli.config());
  try {
    await work(services.adminTokens);
  } finally {
    await services.close();
  }
}
