import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { follow, outcomeJson } from './sync-follow.js';
import { addSyncCommand, byOf, onTenant, withBy, type ActingOptions } from './sync-options.js';

export function addSyncResume(parent: Command, cli: CommandLine): void {
  const description = 'go on with a run that is paused or whose process has crashed';
  withBy(addSyncCommand(parent, 'resume', description)).action((options: ActingOptions) =>
    onTenant(cli, options, (call) =>
      follow(call, (onProgress) => call.sync.resume(call.tenant.id, { by: byOf(options), onProgress }), {
        json: outcomeJson,
        ends: 'finished',
      }),
    ),
  );
}
