import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { follow, outcomeJson } from './sync-follow.js';
import { addSyncCommand, byOf, onTenant, wholeNumberFrom, withBy, withPlan, type PlanOptions } from './sync-options.js';

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
        return follow(call, (onProgress) => call.sync.apply(call.tenant.id, plan, { ...apply, onProgress }), {
          json: outcomeJson,
          ends: 'finished',
        });
      }),
    );
}

const HELP = `
Exit status: 0 applied (lines that were skipped are named), 1 lines failed or the run did not finish, 3 a confirmation is
needed, 4 the tenant has a run already. Ctrl+C pauses the run; flexwhere-scim sync resume goes on with it.`;
