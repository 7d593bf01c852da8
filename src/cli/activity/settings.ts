import { InvalidArgumentError, type Command } from 'commander';
import { isRetention } from '../../model/activity/query.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import type { TenantOptions } from '../which-tenant.js';
import { addActivityCommand, onActivity } from './options.js';

interface SettingsOptions extends TenantOptions {
  readonly retentionDays?: number;
}

/** Adds `activity settings`, which shows or changes how long a tenant's entries are kept. */
export function addActivitySettings(parent: Command, cli: CommandLine): void {
  addActivityCommand(parent, 'settings', "show or change how long a tenant's entries are kept")
    .option('--retention-days <NUMBER>', 'days that entries are kept, from 1 to 400', days)
    .action((options: SettingsOptions) =>
      onActivity(cli, options, async ({ storage, tenant }) => {
        const { retentionDays } = options;
        if (retentionDays !== undefined) await storage.activity.changeSettings(tenant.id, { retentionDays });
        const settings = await storage.activity.settings(tenant.id);
        printOutcome(cli, options, { ...settings }, `Entries are kept for ${settings.retentionDays} days.`);
      }),
    );
}

function days(text: string): number {
  const number = Number(text);
  if (!/^\d+$/u.test(text) || !isRetention(number))
    throw new InvalidArgumentError('It must be a number from 1 to 400.');
  return number;
}
