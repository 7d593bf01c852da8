import type { Command } from 'commander';
import { runJson } from '../sync/json/run-json.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { addSyncCommand, byOf, commandText, onTenant, withBy, type ActingOptions } from './sync-options.js';

export function addSyncPause(parent: Command, cli: CommandLine): void {
  const description = 'ask the process that works on the active run to pause it';
  withBy(addSyncCommand(parent, 'pause', description)).action((options: ActingOptions) =>
    onTenant(cli, options, async ({ sync, tenant }) => {
      const run = await sync.pause(tenant.id, byOf(options));
      const text = `The run ${run.id} pauses when what was sent is settled. Go on with it: ${commandText('resume', tenant)}`;
      printOutcome(cli, options, runJson(run), text);
    }),
  );
}
