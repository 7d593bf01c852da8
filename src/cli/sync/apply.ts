import type { Command } from 'commander';
import type { RunCounts } from '../../model/run.js';
import { isMaker } from '../../sync/plan-review/second-person.js';
import { verdictOf } from '../../sync/plan-review/verdict.js';
import { ConfirmationNeeded, SecondPersonNeeded, type StartedRun } from '../../sync/synchronization.js';
import type { CommandLine } from '../command-line.js';
import { printable } from '../terminal.js';
import { follow, outcomeJson } from './follow.js';
import {
  agree,
  type YesOption,
  addSyncCommand,
  byOf,
  commandText,
  onTenant,
  wholeNumberFrom,
  withBy,
  withPlan,
  type PlanOptions,
  type SyncCall,
} from './options.js';

interface ApplyOptions extends PlanOptions, YesOption {
  readonly confirm?: number;
}

/** Adds `sync apply`, which delivers a plan and follows the run; its exit status is that of {@link runCommand}. */
export function addSyncApply(parent: Command, cli: CommandLine): void {
  withBy(withPlan(addSyncCommand(parent, 'apply', 'apply a plan: send exactly its lines to the backend')))
    .option(
      '--confirm <NUMBER>',
      'how many people lose access (the accounts that the plan deactivates and deletes), if the guard asks for it',
      wholeNumberFrom(0),
    )
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', HELP)
    .action((options: ApplyOptions) =>
      onTenant(cli, options, async (call) => {
        const { plan } = options;
        const apply = { by: byOf(options), ...(await confirmed(call)) };
        const start = (onProgress: ApplyProgress): Promise<StartedRun> =>
          call.sync.apply(call.tenant.id, plan, { ...apply, onProgress }).catch(sayHowToConfirm(call));
        return follow(call, start, { json: outcomeJson, ends: 'finished' });
      }),
    );
}

/** What the person confirms, by --confirm or on a terminal. @throws Error if the answer is no */
async function confirmed(call: SyncCall<ApplyOptions>): Promise<{ confirm?: number; digest?: string }> {
  const { cli, options, sync, tenant } = call;
  const { confirm } = options;
  if (confirm !== undefined) return { confirm };
  if (options.yes === true || !cli.terminal.interactive) return {};
  const { state, digest } = await sync.getPlan(tenant.id, options.plan);
  if (state !== 'open') return {};
  // Whoever must not apply it is not asked for the number first.
  if (await isMakersOwn(call)) return { digest };
  const reasons = await sync.guard(tenant.id, options.plan);
  if (reasons.length > 0) return { confirm: await typedNumber(cli, reasons), digest };
  const review = await sync.review(tenant.id, options.plan);
  const [largest] = await sync.groups(tenant.id, options.plan, { limit: 1 });
  await agree(cli, options, `${printable(verdictOf(review, largest))} Apply the plan?`);
  return { digest };
}

/** Whether somebody other than who runs the command has to apply the plan. */
async function isMakersOwn({ options, sync, tenant }: SyncCall<ApplyOptions>): Promise<boolean> {
  if (!(await sync.secondPerson(tenant.id, options.plan))) return false;
  return isMaker(await sync.getPlan(tenant.id, options.plan), { by: byOf(options) });
}

/** The number that a person has to type, so that a mere yes does not apply what the guard stops. */
async function typedNumber({ terminal }: CommandLine, reasons: readonly string[]): Promise<number> {
  const question = `The plan ${printable(reasons.join(', '))}.\nHow many people lose access by it? Type the number to apply it: `;
  const answer = (await terminal.ask(question)).trim();
  if (!/^\d{1,9}$/u.test(answer)) throw new Error('Nothing was applied.');
  return Number(answer);
}

type ApplyProgress = (counts: RunCounts) => void;

/** @throws ConfirmationNeeded with the command to run added to its message; any other error unchanged */
const sayHowToConfirm =
  ({ options, tenant }: SyncCall<ApplyOptions>) =>
  (error: unknown): never => {
    if (!(error instanceof ConfirmationNeeded)) throw error;
    const more = ['--plan', options.plan, '--confirm', String(error.affected)];
    const command = commandText('apply', tenant, ...more);
    if (error instanceof SecondPersonNeeded)
      throw new SecondPersonNeeded(error.affected, `${error.message}\nAnother person runs: ${command}`);
    throw new ConfirmationNeeded(error.affected, `${error.message}\nIf this is intended, run: ${command}`);
  };

const HELP = `
Exit status: 0 applied (skipped lines are listed), 1 some lines failed or the run did not finish, 3 confirmation needed,
4 the tenant already has a run, 5 the mirror belongs to another backend. Ctrl+C pauses the run; flexwhere-scim sync resume continues it.`;
