import type { Command } from 'commander';
import { releaseNamed } from '../sync/named-target.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { printable } from './printable.js';
import { addSyncCommand, byOf, commandText, onTenant, withBy, type ActingOptions } from './sync-options.js';

interface ReleaseOptions extends ActingOptions {
  readonly member?: string;
}

export function addSyncRelease(parent: Command, cli: CommandLine): void {
  withBy(addSyncCommand(parent, 'release <NAME_OR_ID>', 'release what is held, from the next plan on'))
    .option('--member <NAME_OR_ID>', 'release the membership of this member alone')
    .action((resource: string, options: ReleaseOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const named = { resource, member: options.member, by: byOf(options) };
        const target = await releaseNamed(sync, tenant.id, named);
        const what = `${target.subject} ${printable(options.member ?? resource)}`;
        const text = `The ${what} is released. Make a new plan: ${commandText('plan', tenant)}`;
        printOutcome(cli, options, { ...target, released: true }, text);
      }),
    );
}
