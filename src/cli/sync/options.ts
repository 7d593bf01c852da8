import { userInfo } from 'node:os';
import { InvalidArgumentError, type Command } from 'commander';
import type { Tenant } from '../../model/tenant.js';
import { AnotherBackend, type Synchronization } from '../../sync/synchronization.js';
import { addCommand, Stopped, UsageError, withSync, type CommandLine } from '../command-line.js';
import { namedTenant, withTenantOption, type TenantOptions } from '../which-tenant.js';

/** The options of a command that changes something. */
export interface ActingOptions extends TenantOptions {
  readonly by?: string;
}

/** The options of a command that concerns one plan. */
export interface PlanOptions extends ActingOptions {
  readonly plan: string;
}

/** What a command of the review-and-apply workflow works with. */
export interface SyncCall<Options> {
  readonly cli: CommandLine;
  readonly options: Options;
  readonly sync: Synchronization;
  readonly tenant: Tenant;
  /** Leaves SIGINT and SIGTERM to the command, which ends in a way of its own. */
  readonly stopItself: () => void;
}

/** Adds a command of the review-and-apply workflow, which concerns one tenant. */
export const addSyncCommand = (parent: Command, nameAndArguments: string, description: string): Command =>
  withTenantOption(addCommand(parent, nameAndArguments, description));

/** Adds the option that says who acts, for the audit trail. */
export const withBy = (command: Command): Command =>
  command.option('--by <NAME>', 'your name, for the audit trail (default: the operating system user)');

/** Adds the required option that names a plan. */
export const withPlan = (command: Command): Command =>
  command.requiredOption('--plan <PLAN_ID>', 'the plan, by its id');

/**
 * Opens the database for one piece of work on the tenant that the options name.
 * @throws Stopped on SIGINT or SIGTERM, unless the work sees to them itself
 */
export const onTenant = <Options extends TenantOptions>(
  cli: CommandLine,
  options: Options,
  work: (call: SyncCall<Options>) => Promise<void>,
): Promise<void> =>
  withSync(cli, async (sync, tenancy) => {
    const tenant = await namedTenant(tenancy, options);
    const stop = new AbortController();
    const stopItself = (): void => {
      stop.abort();
    };
    const done = work({ cli, options, sync, tenant, stopItself }).catch(sayWhatToChoose(tenant));
    await Promise.race([done, stopped(cli, stop.signal)]);
  });

/** Rejects when the process is asked to stop, unless the command sees to that itself; never resolves. */
async function stopped({ terminal }: CommandLine, itself: AbortSignal): Promise<never> {
  await terminal.stopRequested();
  if (!itself.aborted) throw new Stopped();
  return new Promise(() => undefined);
}

/** @throws AnotherBackend with the commands to choose from added to its message; any other error unchanged */
const sayWhatToChoose =
  (tenant: Tenant) =>
  (error: unknown): never => {
    if (!(error instanceof AnotherBackend)) throw error;
    const choices = [
      `  It is the same backend:  ${commandText('mirror adopt', tenant)}`,
      `  This one starts anew:    ${commandText('mirror reset', tenant)}`,
      `  Compare them first:      ${commandText('mirror verify', tenant)}`,
    ];
    throw new AnotherBackend([error.message, ...choices].join('\n'));
  };

/**
 * Who acts: the name given by --by, or else that of the operating system user.
 * @throws UsageError for an empty name, and if the operating system has no name for the user
 */
export function byOf({ by }: ActingOptions): string {
  if (by?.trim() === '') throw new UsageError('--by takes your name, for the audit trail; it is empty.');
  if (by !== undefined) return by;
  try {
    return userInfo().username;
  } catch {
    throw new UsageError('The operating system has no name for you. Give one with --by NAME.');
  }
}

/**
 * The parser of an option that takes a whole number of at most nine digits.
 * @throws InvalidArgumentError for anything else and for numbers below `least`
 */
export const wholeNumberFrom =
  (least: number) =>
  (text: string): number => {
    const number = Number(text);
    if (!/^\d{1,9}$/u.test(text) || number < least) {
      throw new InvalidArgumentError(`It must be a whole number of ${least} or more.`);
    }
    return number;
  };

/** The command line of a sync command for a tenant, to tell people what to run next. */
export const commandText = (command: string, { name, id }: Tenant, ...more: readonly string[]): string =>
  ['flexwhere-scim', 'sync', command, '--tenant', /^[\w.-]+$/u.test(name) ? name : id, ...more].join(' ');

/** The option of a command that asks on a terminal before it changes something. */
export interface YesOption {
  readonly yes?: true;
}

/** Adds the option that leaves out the question. */
export const withYes = (command: Command): Command => command.option('--yes', 'do not ask for confirmation');

/**
 * Asks on a terminal whether to go ahead; --yes skips it, and so does the absence of a terminal, for scripts.
 * @throws Error if the answer is no
 */
export async function agree({ terminal }: CommandLine, { yes }: YesOption, question: string): Promise<void> {
  if (yes === true || !terminal.interactive) return;
  const answer = await terminal.ask(`${question} [y/N] `);
  if (!/^y(?:es)?$/iu.test(answer.trim())) throw new Error('Nothing was changed.');
}
