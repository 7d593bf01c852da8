import { Command, CommanderError } from 'commander';
import { ScimError } from '../protocol/scim-error.js';
import { ConfirmationNeeded, RunActive } from '../sync/synchronization.js';
import { addActivity } from './activity/commands.js';
import { UsageError, type CommandLine } from './command-line.js';
import { addRecord } from './entra/record.js';
import { addReplay } from './entra/replay.js';
import { addSimulate } from './entra/simulate.js';
import { addMigrate } from './migrate.js';
import { addSeed } from './seed.js';
import { addServe } from './serve.js';
import { addSync } from './sync/commands.js';
import { addTenantCreate } from './tenant/create.js';
import { addTenantDelete } from './tenant/delete.js';
import { addTenantDisable } from './tenant/disable.js';
import { addTenantEnable } from './tenant/disable.js';
import { addTenantList } from './tenant/list.js';
import { addSchemaList } from './tenant/schema-list.js';
import { addSchemaRemove } from './tenant/schema-list.js';
import { addSchemaShow } from './tenant/schema-list.js';
import { addSchemaRegister } from './tenant/schema-register.js';
import { addTenantSet } from './tenant/set.js';
import { addTokenIssue } from './tenant/token-issue.js';
import { addTokenRevoke } from './tenant/token-issue.js';
import { addTokenList } from './tenant/token-list.js';
import { printableLines } from './terminal.js';

/**
 * Runs the command that the arguments name, and prints what went wrong to standard error.
 * @returns the exit status: 0 success, 1 failure, 2 invalid command line, 3 confirmation needed, 4 the tenant already has
 *   a run
 */
export async function runCommand(cli: CommandLine, commandArguments: readonly string[]): Promise<number> {
  try {
    await commands(cli).parseAsync(commandArguments, { from: 'user' });
    return 0;
  } catch (error) {
    return complain(cli, error);
  }
}

function commands(cli: CommandLine): Command {
  const program = new Command('flexwhere-scim')
    .description('SCIM 2.0 provisioning server for Microsoft Entra ID')
    .exitOverride()
    .configureOutput({
      writeOut: (text) => {
        cli.terminal.print(text.trimEnd());
      },
      writeErr: (text) => {
        cli.terminal.complain(text.trimEnd());
      },
    });
  for (const add of [addServe, addMigrate, addSeed, addRecord, addReplay, addSimulate]) add(program, cli);
  const tenant = program.command('tenant').description('create, list and change tenants');
  for (const add of TENANT_COMMANDS) add(tenant, cli);
  const token = program.command('token').description('issue, list and revoke the secret tokens of a tenant');
  for (const add of TOKEN_COMMANDS) add(token, cli);
  const schema = program.command('schema').description('register, list and remove the extension schemas of a tenant');
  for (const add of SCHEMA_COMMANDS) add(schema, cli);
  addSync(program, cli);
  addActivity(program, cli);
  return program;
}

const TENANT_COMMANDS = [
  addTenantCreate,
  addTenantList,
  addTenantEnable,
  addTenantDisable,
  addTenantSet,
  addTenantDelete,
];
const TOKEN_COMMANDS = [addTokenIssue, addTokenList, addTokenRevoke];
const SCHEMA_COMMANDS = [addSchemaRegister, addSchemaList, addSchemaShow, addSchemaRemove];

function complain({ terminal }: CommandLine, error: unknown): number {
  // commander has already printed the help or the error.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  terminal.complain(`flexwhere-scim: ${printableLines(messageOf(error))}`);
  return STATUSES.find(([kind]) => error instanceof kind)?.[1] ?? 1;
}

/** The exit statuses that scripts depend on, besides 1. */
const STATUSES = [
  [UsageError, 2],
  [ConfirmationNeeded, 3],
  [RunActive, 4],
] as const;

/** The message of an expected error; the stack of one that only a bug can cause. */
function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error ? String(error.code) : undefined;
  if (error instanceof ScimError || code !== undefined || !isFault(error)) return error.message || (code ?? error.name);
  return error.stack ?? error.message;
}

const isFault = (error: Error): boolean =>
  [TypeError, RangeError, ReferenceError].some((fault) => error instanceof fault);
