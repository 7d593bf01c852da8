import { Option, type Command } from 'commander';
import { lineJson } from '../../sync/json.js';
import { planJson } from '../../sync/json.js';
import { LINE_KINDS, LINE_STATES, lineSelection, SUBJECTS, type SelectionText } from '../../sync/line-selection.js';
import { everyPage, readPage } from '../../sync/pages.js';
import type { CommandLine } from '../command-line.js';
import { paintFor } from '../paint.js';
import type { TenantOptions } from '../which-tenant.js';
import { lineText } from './line-text.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom, withPlan, type SyncCall } from './options.js';
import { planText } from './plan-text.js';

interface ShowOptions extends TenantOptions, SelectionText {
  readonly plan: string;
  readonly after: number;
  readonly limit?: number;
}

/** Lines printed on a terminal and with --json unless --limit is given. */
const PAGE = 50;

/** Adds `sync show`, which prints the lines of a plan: a page on a terminal, all of them to a pipe or file. */
export function addSyncShow(parent: Command, cli: CommandLine): void {
  withPlan(addSyncCommand(parent, 'show', 'show a plan line by line, with the old and new value of each attribute'))
    .option('--kind <KINDS>', `only lines of these kinds, separated by commas: ${LINE_KINDS.join(', ')}`)
    .addOption(new Option('--subject <SUBJECT>', 'only lines about these').choices(SUBJECTS))
    .option('--state <STATES>', `only lines in these states, separated by commas: ${LINE_STATES.join(', ')}`)
    .option(
      '--limit <NUMBER>',
      `maximum number of lines (default: ${PAGE} on a terminal and with --json)`,
      wholeNumberFrom(1),
    )
    .option('--after <NUMBER>', 'only lines after this number', wholeNumberFrom(0), 0)
    .action((options: ShowOptions) => onTenant(cli, options, show));
}

async function show(call: SyncCall<ShowOptions>): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const plan = await sync.getPlan(tenant.id, options.plan);
  if (options.json === true) {
    const { lines, next } = await page(call, options.limit ?? PAGE);
    cli.terminal.print(JSON.stringify({ plan: planJson(plan), lines: lines.map(lineJson), next }));
    return;
  }
  const aligned = cli.terminal.interactive;
  cli.terminal.print(`${planText(plan, { paint: paintFor(cli.terminal), aligned })}\n`);
  if (options.limit === undefined && !aligned) await showAll(call);
  else await showPage(call, options.limit ?? PAGE);
}

async function page({ options, sync, tenant }: SyncCall<ShowOptions>, limit: number) {
  const selection = lineSelection(options);
  const { items, next = null } = await readPage(
    (most) => sync.lines(tenant.id, options.plan, { ...selection, after: options.after, limit: most }),
    limit,
    ({ number }) => number,
  );
  return { lines: items, next };
}

async function showPage(call: SyncCall<ShowOptions>, limit: number): Promise<void> {
  const { cli, options, tenant } = call;
  const { lines, next } = await page(call, limit);
  const paint = paintFor(cli.terminal);
  for (const line of lines) cli.terminal.print(lineText(line, paint));
  if (lines.length === 0) cli.terminal.print('No lines.');
  if (next !== null) {
    const selected = (['kind', 'subject', 'state'] as const).flatMap((name) => {
      const value = options[name];
      return value === undefined ? [] : [`--${name}`, value];
    });
    const more = commandText('show', tenant, '--plan', options.plan, ...selected, '--after', String(next));
    cli.terminal.print(`\nMore lines: ${more}`);
  }
}

/** Prints all lines, for pipes and files, with one page in memory at a time. */
async function showAll({ cli, options, sync, tenant }: SyncCall<ShowOptions>): Promise<void> {
  const selection = lineSelection(options);
  const paint = paintFor(cli.terminal);
  const pages = everyPage(
    (after: number | undefined, limit) =>
      sync.lines(tenant.id, options.plan, { ...selection, after: after ?? options.after, limit }),
    ({ number }) => number,
  );
  for await (const lines of pages) await cli.terminal.write(lines.map((line) => `${lineText(line, paint)}\n`).join(''));
}
