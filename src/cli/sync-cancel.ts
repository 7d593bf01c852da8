import type { Command } from 'commander';
import type { CommandLine } from './command-line.js';
import { follow, outcomeJson } from './sync-follow.js';
import { addSyncCommand, byOf, onTenant, withBy, type ActingOptions } from './sync-options.js';

export function addSyncCancel(parent: Command, cli: CommandLine): void {
  const description = 'end the active run: what was sent is settled, the rest is skipped';
  withBy(addSyncCommand(parent, 'cancel', description)).action((options: ActingOptions) =>
    onTenant(cli, options, (call) =>
      follow(call, (onProgress) => call.sync.cancel(call.tenant.id, { by: byOf(options), onProgress }), {
        json: outcomeJson,
        ends: 'cancelled',
      }),
    ),
  );
}
