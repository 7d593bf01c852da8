import type { Command } from 'commander';
import { holdJson } from '../sync/json/hold-json.js';
import { namedTarget } from '../sync/named-target.js';
import { printOutcome, type CommandLine } from './command-line.js';
import { printable } from './printable.js';
import { addSyncCommand, byOf, commandText, onTenant, withBy, type ActingOptions } from './sync-options.js';

interface HoldOptions extends ActingOptions {
  readonly member?: string;
  readonly reason: string;
}

export function addSyncHold(parent: Command, cli: CommandLine): void {
  const description =
    'hold an account, or a group, or a membership of it: nothing of it is applied until it is released';
  withBy(addSyncCommand(parent, 'hold <NAME_OR_ID>', description))
    .requiredOption('--reason <TEXT>', 'why')
    .option('--member <NAME_OR_ID>', 'hold the membership of this member alone')
    .action((resource: string, options: HoldOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const target = await namedTarget(sync, tenant.id, { resource, member: options.member });
        const hold = await sync.hold(tenant.id, target, { by: byOf(options), reason: options.reason });
        const what = `${target.subject} ${printable(options.member ?? resource)}`;
        const text = `The ${what} is held. Release it: ${commandText('release', tenant, target.resourceId)}`;
        printOutcome(
          cli,
          options,
          holdJson(hold),
          options.member === undefined ? text : `${text} --member ${target.memberId ?? ''}`,
        );
      }),
    );
}
