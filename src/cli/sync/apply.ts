import type { Command } from 'commander';
import type { RunCounts } from '../../storage/sync-model.js';
import { ConfirmationNeeded, type StartedRun } from '../../sync/synchronisation.js';
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

export function addSyncApply(parent: Command, cli: CommandLine): void {
  withBy(withPlan(addSyncCommand(parent, 'apply', 'pass on to the backend exactly what the plan says')))
    .option(
      '--confirm <NUMBER>',
      'how many accounts it deactivates and deletes, where so many need it',
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

/** @throws ConfirmationNeeded with the command to type; anything else as it is */
const sayHowToConfirm =
  ({ options, tenant }: SyncCall<ApplyOptions>) =>
  (error: unknown): never => {
    if (!(error instanceof ConfirmationNeeded)) throw error;
    const more = ['--plan', options.plan, '--confirm', String(error.affected)];
    const command = commandText('apply', tenant, ...more);
    throw new ConfirmationNeeded(error.affected, `${error.message}\nWhere that is meant: ${command}`);
  };

const HELP = `
Exit status: 0 applied (lines that were skipped are named), 1 lines failed or the run did not finish, 3 a confirmation is
needed, 4 the tenant has a run already. Ctrl+C pauses the run; flexwhere-scim sync resume goes on with it.`;
