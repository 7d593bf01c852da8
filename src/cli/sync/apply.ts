import type { Command } from 'commander';
import type { RunCounts } from '../../model/run.js';
import { ConfirmationNeeded, type StartedRun } from '../../sync/synchronization.js';
import type { CommandLine } from '../command-line.js';
import { follow, outcomeJson } from './follow.js';
import {
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

interface ApplyOptions extends PlanOptions {
  readonly confirm?: number;
}

/** Adds `sync apply`, which delivers a plan and follows the run; its exit status is that of {@link runCommand}. */
export function addSyncApply(parent: Command, cli: CommandLine): void {
  withBy(withPlan(addSyncCommand(parent, 'apply', 'apply a plan: send exactly its lines to the backend')))
    .option(
      '--confirm <NUMBER>',
      'the number of accounts that the plan deactivates and deletes, if the guard asks for it',
      wholeNumberFrom(0),
    )
    .addHelpText('after', HELP)
    .action((options: ApplyOptions) =>
      onTenant(cli, options, (call) => {
        const { plan, confirm } = options;
        const apply = { by: byOf(options), ...(confirm === undefined ? {} : { confirm }) };
        const start = (onProgress: ApplyProgress): Promise<StartedRun> =>
          call.sync.apply(call.tenant.id, plan, { ...apply, onProgress }).catch(sayHowToConfirm(call));
        return follow(call, start, { json: outcomeJson, ends: 'finished' });
      }),
    );
}

type ApplyProgress = (counts: RunCounts) => void;

/** @throws ConfirmationNeeded with the command to run added to its message; any other error unchanged */
const sayHowToConfirm =
  ({ options, tenant }: SyncCall<ApplyOptions>) =>
  (error: unknown): never => {
    if (!(error instanceof ConfirmationNeeded)) throw error;
    const more = ['--plan', options.plan, '--confirm', String(error.affected)];
    const command = commandText('apply', tenant, ...more);
    throw new ConfirmationNeeded(error.affected, `${error.message}\nIf this is intended, run: ${command}`);
  };

const HELP = `
Exit status: 0 applied (skipped lines are listed), 1 some lines failed or the run did not finish, 3 confirmation needed,
4 the tenant already has a run, 5 the mirror belongs to another backend. Ctrl+C pauses the run; flexwhere-scim sync resume continues it.`;
