import type { Command } from 'commander';
import type { Hold, HoldTarget } from '../../model/hold.js';
import { holdJson } from '../../sync/json.js';
import { namedTarget, releaseNamed } from '../../sync/named-target.js';
import { everyPage } from '../../sync/pages.js';
import { printOutcome, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { addSyncCommand, byOf, commandText, onTenant, withBy, type ActingOptions, type SyncCall } from './options.js';

interface HoldOptions extends ActingOptions {
  readonly member?: string;
  readonly reason: string;
}

/** Adds `sync hold`, which holds an account, a group or a membership. */
export function addSyncHold(parent: Command, cli: CommandLine): void {
  const description = 'hold an account, a group or one membership: it is not applied until it is released';
  withBy(addSyncCommand(parent, 'hold <NAME_OR_ID>', description))
    .requiredOption('--reason <TEXT>', 'why, for those who review plans')
    .option('--member <NAME_OR_ID>', 'hold only the membership of this member')
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

interface ReleaseOptions extends ActingOptions {
  readonly member?: string;
}

/** Adds `sync release`, which ends a hold. */
export function addSyncRelease(parent: Command, cli: CommandLine): void {
  withBy(addSyncCommand(parent, 'release <NAME_OR_ID>', 'release a hold: plans made from now on include it again'))
    .option('--member <NAME_OR_ID>', 'release only the membership of this member')
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

/** Adds `sync holds`, which lists all holds of a tenant. */
export function addSyncHolds(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'holds', 'list what is held, by whom and why').action((options: TenantOptions) =>
    onTenant(cli, options, async (call) => {
      const holds = await allHolds(call);
      const none = `Nothing is held. Hold an account: ${commandText('hold', call.tenant, 'NAME_OR_ID', '--reason TEXT')}`;
      const text = table(holds.map(holdRow), HEADINGS, { aligned: cli.terminal.interactive, none });
      printOutcome(cli, options, { holds: holds.map(holdJson) }, text);
    }),
  );
}

/** All holds fit in memory: people put them one by one, or an undo put them. */
async function allHolds({ sync, tenant }: SyncCall<TenantOptions>): Promise<readonly Hold[]> {
  const pages = everyPage(
    (after: HoldTarget | undefined, limit) =>
      sync.holds(tenant.id, { limit, ...(after === undefined ? {} : { after }) }),
    (hold): HoldTarget => hold,
  );
  const all: Hold[] = [];
  for await (const holds of pages) all.push(...holds);
  return all;
}

const HEADINGS = ['HELD', 'ID', 'MEMBER', 'BY', 'SINCE', 'WHY'];

const holdRow = ({ subject, resourceId, memberId, by, at, reason }: Hold): readonly string[] => [
  subject,
  resourceId,
  memberId ?? '-',
  printable(by),
  at,
  printable(reason),
];
