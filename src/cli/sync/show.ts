import { Option, type Command } from 'commander';
import { LINE_KINDS, type TrackedLine } from '../../model/line.js';
import { pageSize } from '../../storage/page-size.js';
import type { GroupPosition, LineGroup } from '../../model/reviewing/plan-review.js';
import { staleSentence, type KnownPlan } from '../../sync/history/stale.js';
import { lineJson } from '../../sync/json.js';
import { planJson } from '../../sync/json.js';
import {
  ANY_WARNING,
  CHANGE_TYPES,
  LINE_STATES,
  lineSelection,
  SUBJECTS,
  type SelectionText,
} from '../../sync/line-selection.js';
import { everyPage, readPage } from '../../sync/pages.js';
import { shrunkSentence } from '../../sync/retention/shrunk.js';
import { lineGroupJson, reviewJson } from '../../sync/plan-review/json.js';
import type { CommandLine } from '../command-line.js';
import { paintFor } from '../paint.js';
import { printable } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { lineText } from './line-text.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom, withPlan, type SyncCall } from './options.js';
import { planText } from './plan-text.js';
import { groupsText, reviewText } from './review-text.js';

interface ShowOptions extends TenantOptions, Omit<SelectionText, 'warning'> {
  readonly plan: string;
  readonly after: number;
  readonly limit?: number;
  readonly lines?: true;
  readonly groups?: true;
  readonly danger?: true;
  readonly warning?: string;
  readonly sample?: number;
  readonly seed: number;
}

/** Lines printed on a terminal and with --json unless --limit is given; a plan of no more is shown whole. */
const PAGE = 50;

/** How many lines are in memory at a time. */
const AT_A_TIME = pageSize(1_000);

/** How many identical changes are shown unless --groups is given. */
const GROUPS = 10;

/** Adds `sync show`, which prints what a plan comes to, and its lines where it has few or they are asked for. */
export function addSyncShow(parent: Command, cli: CommandLine): void {
  const command = withPlan(
    addSyncCommand(
      parent,
      'show',
      'summarize a plan, dangerous changes first and identical ones as one; or list its lines',
    ),
  )
    .option('--lines', `show the lines: ${PAGE} at a time on a terminal, all of them to a pipe or file`)
    .option('--groups', 'list all identical changes');
  for (const [flags, description] of FILTERS) command.option(flags, description);
  command
    .addOption(new Option('--subject <SUBJECT>', 'only lines about these').choices(SUBJECTS))
    .option('--sample <NUMBER>', 'only this many lines, a sample with some of every change', wholeNumberFrom(1))
    .option('--seed <NUMBER>', 'the seed of the sample: the same seed selects the same lines', wholeNumberFrom(0), 1)
    .option(
      '--limit <NUMBER>',
      `maximum number of lines (default: ${PAGE} on a terminal and with --json)`,
      wholeNumberFrom(1),
    )
    .option('--after <NUMBER>', 'only lines after this number', wholeNumberFrom(0), 0)
    .action((options: ShowOptions) => onTenant(cli, options, show));
}

const FILTERS: readonly (readonly [string, string])[] = [
  ['--danger', "only lines that need a person's eyes"],
  ['--warning <WARNINGS>', 'only lines with these warnings, separated by commas, as the summary names them'],
  ['--group <SIGNATURE>', 'only lines that make this change'],
  ['--attribute <NAME>', 'only lines that change this attribute'],
  ['--change <TYPES>', `only lines that change a value so: ${CHANGE_TYPES.join(', ')}`],
  ['--search <TEXT>', 'only lines with this in a userName, displayName or group, or of the user or group with this id'],
  ['--kind <KINDS>', `only lines of these kinds, separated by commas: ${LINE_KINDS.join(', ')}`],
  ['--state <STATES>', `only lines in these states, separated by commas: ${LINE_STATES.join(', ')}`],
];

type ShowCall = SyncCall<ShowOptions>;

async function show(call: ShowCall): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const plan = await sync.getPlan(tenant.id, options.plan);
  if (options.json === true) return writeJson(call, plan);
  const look = { paint: paintFor(cli.terminal), aligned: cli.terminal.interactive };
  cli.terminal.print(planText(plan, look));
  const stale = staleSentence(plan);
  if (stale !== undefined) cli.terminal.print(`\n${look.paint('bold', printable(stale))}`);
  const shrunk = shrunkSentence(plan);
  if (shrunk !== undefined) {
    cli.terminal.print(`\n${look.paint('bold', shrunk)}`);
    return;
  }
  if (isFiltered(call)) {
    cli.terminal.print('');
    return showLines(call);
  }
  if (plan.state === 'making') return;
  const groups = await groupsOf(call, options.groups === true ? Infinity : GROUPS);
  const review = await sync.review(tenant.id, plan.id);
  if (options.groups === true) cli.terminal.print(groupsText(groups, look).join('\n'));
  else cli.terminal.print(`\n${reviewText(review, groups, look)}`);
  if (options.groups === true) return;
  if (review.lines <= PAGE) {
    cli.terminal.print('');
    return showLines(call);
  }
  cli.terminal.print(`\n${deeper(call, review.groups)}`);
}

/** How to see more of a plan that is not shown whole. */
function deeper({ options, tenant }: ShowCall, groups: number): string {
  const command = commandText('show', tenant, '--plan', options.plan);
  return [
    `Lines:     ${command} --lines`,
    `Dangerous: ${command} --danger`,
    ...(groups > GROUPS ? [`Changes:   ${command} --groups`] : []),
    `A sample:  ${command} --sample 20`,
  ].join('\n');
}

/** What selects lines, as the use cases take it. */
const selected = ({ options: { danger, warning, ...words } }: ShowCall): SelectionText => ({
  ...words,
  warning: warning ?? (danger === true ? ANY_WARNING : undefined),
});

const selectionOf = (call: ShowCall) => lineSelection(selected(call));

/** Whether lines are wanted, and not what the plan comes to. */
function isFiltered(call: ShowCall): boolean {
  const { lines, sample, limit, after } = call.options;
  const paged = lines === true || sample !== undefined || limit !== undefined || after > 0;
  return paged || Object.keys(selectionOf(call)).length > 0;
}

async function groupsOf({ options, sync, tenant }: ShowCall, most: number): Promise<readonly LineGroup[]> {
  if (most !== Infinity) return sync.groups(tenant.id, options.plan, { limit: most });
  const all: LineGroup[] = [];
  const pages = everyPage(
    (after: GroupPosition | undefined, limit) =>
      sync.groups(tenant.id, options.plan, { limit, ...(after === undefined ? {} : { after }) }),
    (group): GroupPosition => group,
  );
  for await (const groups of pages) all.push(...groups);
  return all;
}

/** The lines that are wanted, a part in memory at a time; returns the number behind which there are more. */
async function* linesUpTo(call: ShowCall, most: number): AsyncGenerator<readonly TrackedLine[], number | null> {
  const { options, sync, tenant } = call;
  const selection = selectionOf(call);
  if (options.sample !== undefined) {
    yield await sync.sample(tenant.id, options.plan, { ...selection, count: options.sample, seed: options.seed });
    return null;
  }
  let [after, left] = [options.after, most];
  for (;;) {
    const { items, next = null } = await readPage(
      (limit) => sync.lines(tenant.id, options.plan, { ...selection, after, limit }),
      Math.min(left, AT_A_TIME.items),
      ({ number }) => number,
    );
    yield items;
    left -= items.length;
    if (next === null || left <= 0) return next;
    after = next;
  }
}

/** Prints lines: those of --limit, or a page on a terminal, or all of them. */
async function showLines(call: ShowCall): Promise<void> {
  const { cli, options } = call;
  const paint = paintFor(cli.terminal);
  const pages = linesUpTo(call, options.limit ?? (cli.terminal.interactive ? PAGE : Infinity));
  let [shown, next]: [number, number | null] = [0, null];
  for (;;) {
    const page = await pages.next();
    if (page.done === true) {
      next = page.value;
      break;
    }
    shown += page.value.length;
    await cli.terminal.write(page.value.map((line) => `${lineText(line, paint)}\n`).join(''));
  }
  if (shown === 0) cli.terminal.print('No lines.');
  if (options.sample !== undefined)
    cli.terminal.print(`\nA sample by the seed ${options.seed}; --seed NUMBER takes another.`);
  if (next !== null) cli.terminal.print(`\nMore lines: ${nextCommand(call, next)}`);
}

const FILTER_NAMES = ['kind', 'subject', 'state', 'warning', 'group', 'attribute', 'change', 'search'] as const;

function nextCommand({ options, tenant }: ShowCall, next: number): string {
  const filters = FILTER_NAMES.flatMap((name) => {
    const value = options[name];
    return value === undefined ? [] : [`--${name}`, /^[\w.,@-]+$/u.test(value) ? value : JSON.stringify(value)];
  });
  const more = [
    ...filters,
    ...(options.danger === true ? ['--danger'] : []),
    ...(filters.length > 0 ? [] : ['--lines']),
  ];
  return commandText('show', tenant, '--plan', options.plan, ...more, '--after', String(next));
}

/** The plan, what it comes to, and its lines as one JSON document on one line, written piece by piece. */
async function writeJson(call: ShowCall, plan: KnownPlan): Promise<void> {
  const { cli, options, sync, tenant } = call;
  if (plan.shrunk !== undefined) {
    cli.terminal.print(JSON.stringify({ plan: planJson(plan), lines: [], next: null }));
    return;
  }
  const write = (piece: string): Promise<void> => cli.terminal.write(piece);
  await write(`{"plan":${JSON.stringify(planJson(plan))},"lines":[`);
  const pages = linesUpTo(call, options.limit ?? (options.lines === true ? Infinity : PAGE));
  let separator = '';
  let next: number | null = null;
  for (;;) {
    const page = await pages.next();
    if (page.done === true) {
      next = page.value;
      break;
    }
    if (page.value.length === 0) continue;
    await write(separator + page.value.map((line) => JSON.stringify(lineJson(line))).join(','));
    separator = ',';
  }
  await write(`],"next":${JSON.stringify(next)}`);
  if (plan.state !== 'making' && !isFiltered(call)) {
    const groups = await groupsOf(call, options.groups === true ? Infinity : GROUPS);
    const summary = reviewJson(await sync.review(tenant.id, plan.id), groups[0]);
    await write(`,"summary":${JSON.stringify(summary)},"groups":${JSON.stringify(groups.map(lineGroupJson))}`);
  }
  await write('}\n');
}
