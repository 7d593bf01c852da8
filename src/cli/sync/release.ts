import type { Command } from 'commander';
import type { HoldTarget } from '../../model/hold.js';
import type { Tenant } from '../../model/tenant.js';
import { HOLD_FILTER_NAMES, type NamedHold } from '../../sync/filters.js';
import { holdJson } from '../../sync/json.js';
import { releaseNamed } from '../../sync/named-target.js';
import { everyPage } from '../../sync/pages.js';
import type { ReleaseSelection } from '../../sync/synchronization.js';
import { printOutcome, UsageError, type CommandLine } from '../command-line.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import {
  agree,
  type YesOption,
  addSyncCommand,
  byOf,
  commandText,
  onTenant,
  withBy,
  type ActingOptions,
  type SyncCall,
} from './options.js';

interface ReleaseOptions extends ActingOptions, YesOption {
  readonly member?: string;
  readonly run?: string;
  readonly plan?: string;
  readonly all?: true;
  readonly filter?: string;
}

/** Adds `sync release`, which ends one hold or many. */
export function addSyncRelease(parent: Command, cli: CommandLine): void {
  const description = 'release what is held: plans made from now on include it again';
  withBy(addSyncCommand(parent, 'release [NAME_OR_ID]', description))
    .option('--member <NAME_OR_ID>', 'release only the membership of this member')
    .option('--run <RUN_ID>', 'release what is held because this run was undone')
    .option('--plan <PLAN_ID>', 'release what this plan shows as held')
    .option('--all', 'release everything')
    .option('--filter <EXPR>', 'release the holds that fit, such as: reason co "leave" and by eq "anna"')
    .option('--yes', 'do not ask for confirmation')
    .addHelpText('after', `\nA filter has the grammar of SCIM and these names: ${HOLD_FILTER_NAMES.join(', ')}.`)
    .action((resource: string | undefined, options: ReleaseOptions) =>
      onTenant(cli, options, (call) => {
        const [selection, ...others] = selectionsOf(options);
        if (resource === undefined && selection !== undefined && others.length === 0)
          return releaseMany(call, selection);
        if (resource !== undefined && selection === undefined) return releaseOne(call, resource);
        throw new UsageError('Name what to release: NAME_OR_ID, --run, --plan, --all or --filter; one of them.');
      }),
    );
}

function selectionsOf({ run, plan, all, filter }: ReleaseOptions): readonly ReleaseSelection[] {
  return [
    ...(run === undefined ? [] : [{ runId: run }]),
    ...(plan === undefined ? [] : [{ planId: plan }]),
    ...(all === undefined ? [] : [{ all } as const]),
    ...(filter === undefined ? [] : [{ filter }]),
  ];
}

async function releaseMany(
  { cli, options, sync, tenant }: SyncCall<ReleaseOptions>,
  selection: ReleaseSelection,
): Promise<void> {
  await agree(cli, options, `Release ${'all' in selection ? 'everything that is held' : 'these holds'}?`);
  const released = await sync.releaseMany(tenant.id, selection, byOf(options));
  const text =
    released === 0
      ? 'No hold matches; nothing was released.'
      : `${released === 1 ? '1 hold is' : `${released} holds are`} released. Make a new plan: ${commandText('plan', tenant)}`;
  printOutcome(cli, options, { released }, text);
}

async function releaseOne({ cli, options, sync, tenant }: SyncCall<ReleaseOptions>, resource: string): Promise<void> {
  const target = await releaseNamed(sync, tenant.id, { resource, member: options.member, by: byOf(options) });
  const what = `${target.subject} ${printable(options.member ?? resource)}`;
  const text = `The ${what} is released. Make a new plan: ${commandText('plan', tenant)}`;
  printOutcome(cli, options, { ...target, released: true }, text);
}

/** Adds `sync holds`, which lists the holds of a tenant. */
export function addSyncHolds(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'holds', 'list what is held, by whom and why; what undone runs hold is counted')
    .option('--all', 'list what undone runs hold one by one as well, and what has ended by itself')
    .action((options: HoldsOptions) =>
      onTenant(cli, options, async (call) => {
        if (options.json === true) await printAsJson(call);
        else await printAsTable(call);
      }),
    );
}

interface HoldsOptions extends TenantOptions {
  readonly all?: true;
}

async function printAsJson({ cli, options, sync, tenant }: SyncCall<HoldsOptions>): Promise<void> {
  const holds: NamedHold[] = [];
  for await (const page of pagesOf({ sync, tenant })) holds.push(...page);
  printOutcome(cli, options, { holds: holds.map(holdJson) }, '');
}

async function printAsTable(call: SyncCall<HoldsOptions>): Promise<void> {
  const { cli, options, tenant } = call;
  const rows: (readonly string[])[] = [];
  const undone = new Map<string, number>();
  let ended = 0;
  for await (const page of pagesOf(call)) {
    for (const hold of page) {
      const { undoneRun, ended: over } = hold;
      if (over && options.all !== true) {
        ended += 1;
        continue;
      }
      if (undoneRun !== undefined) undone.set(undoneRun, (undone.get(undoneRun) ?? 0) + 1);
      if (undoneRun === undefined || options.all === true) rows.push(holdRow(hold));
    }
  }
  const none = `Nothing is held. Hold an account: ${commandText('hold', tenant, 'NAME_OR_ID', '--reason TEXT')}`;
  const runs = [...undone].map(
    ([run, count]) =>
      `${count === 1 ? '1 hold keeps' : `${count} holds keep`} what was undone in run ${run} from being applied again. Release: ${commandText('release', tenant, '--run', run)}`,
  );
  const text =
    rows.length > 0 || runs.length === 0 ? [table(rows, HEADINGS, { aligned: cli.terminal.interactive, none })] : [];
  cli.terminal.print([...text, ...runs, ...endedText(ended, tenant)].join('\n'));
}

/** Holds that no longer keep anything from being applied. */
function endedText(ended: number, tenant: Tenant): readonly string[] {
  if (ended === 0) return [];
  const holds = ended === 1 ? '1 hold has' : `${ended} holds have`;
  return [`${holds} ended, by time or since Entra changed what was held: ${commandText('holds', tenant, '--all')}`];
}

const pagesOf = ({ sync, tenant }: Pick<SyncCall<unknown>, 'sync' | 'tenant'>): AsyncGenerator<readonly NamedHold[]> =>
  everyPage(
    (after: HoldTarget | undefined, limit) =>
      sync.holds(tenant.id, { limit, ...(after === undefined ? {} : { after }) }),
    (hold): HoldTarget => hold,
  );

const HEADINGS = ['HELD', 'ID', 'MEMBER', 'BY', 'SINCE', 'UNTIL', 'NAME', 'WHY'];

const holdRow = ({
  subject,
  resourceId,
  memberId,
  memberName,
  by,
  at,
  name,
  reason,
  ...end
}: NamedHold): readonly string[] => [
  subject,
  resourceId,
  memberId ?? '-',
  printable(by),
  at,
  end.ended ? 'ended' : (end.until ?? (end.untilVersionMoves === undefined ? '-' : 'changed in Entra')),
  printable(memberName === undefined ? name : `${memberName} in ${name}`),
  printable(reason),
];
