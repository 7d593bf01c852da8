import type { Command } from 'commander';
import { forgetPerson } from '../../activity/forget.js';
import { printOutcome, UsageError, type CommandLine } from '../command-line.js';
import type { TenantOptions } from '../which-tenant.js';
import { addActivityCommand, onActivity } from './options.js';

interface ForgetOptions extends TenantOptions {
  readonly yes?: true;
}

/** Adds `activity forget`, which deletes what the log has of one person. */
export function addActivityForget(parent: Command, cli: CommandLine): void {
  addActivityCommand(
    parent,
    'forget <NAME>',
    'delete what the log has of one person or group, by id or any former name',
  )
    .option('--yes', 'do not ask for confirmation')
    .action(async (name: string, options: ForgetOptions) => {
      if (options.yes !== true) await confirm(cli, name);
      await onActivity(cli, options, async ({ storage, tenant }) => {
        const deleted = await forgetPerson(storage.activity, tenant.id, name);
        printOutcome(cli, options, { deleted }, `Deleted ${deleted} entries about ${name}.`);
      });
    });
}

/** @throws UsageError without a terminal to ask on, Error if the answer is no */
async function confirm({ terminal }: CommandLine, name: string): Promise<void> {
  if (!terminal.interactive) throw new UsageError('Deleting entries cannot be undone. If this is intended, add --yes.');
  const answer = await terminal.ask(`Delete all entries about ${name}? Type the name to confirm: `);
  if (answer.trim() !== name) throw new Error('Nothing was deleted.');
}
