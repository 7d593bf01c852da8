import { Option, type Command } from 'commander';
import type { Example } from '../../../model/reviewing/plan-review.js';
import { DIFFERENCES, type Difference, type PlanComparison } from '../../../sync/comparison/compare.js';
import { comparisonJson } from '../../../sync/comparison/json.js';
import { lineJson } from '../../../sync/json.js';
import { readPage } from '../../../sync/pages.js';
import type { CommandLine } from '../../command-line.js';
import { printOutcome } from '../../command-line.js';
import { paintFor } from '../../paint.js';
import { table } from '../../table.js';
import { printable } from '../../terminal.js';
import type { TenantOptions } from '../../which-tenant.js';
import { lineText } from '../line-text.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom, type SyncCall } from '../options.js';

interface CompareOptions extends TenantOptions {
  readonly lines?: Difference;
  readonly limit: number;
  readonly after: number;
}

/** Adds `sync compare`, which says what a plan has that an earlier one does not. */
export function addSyncCompare(parent: Command, cli: CommandLine): void {
  const description = 'compare two plans, such as those of two days: lines that are new, changed and gone';
  addSyncCommand(parent, 'compare <EARLIER_PLAN> <PLAN>', description)
    .addOption(new Option('--lines <DIFFERENCE>', 'show these lines as well').choices(DIFFERENCES))
    .option('--limit <NUMBER>', 'maximum number of these lines', wholeNumberFrom(1), 50)
    .option('--after <NUMBER>', 'only lines after this number', wholeNumberFrom(0), 0)
    .action((earlier: string, plan: string, options: CompareOptions) =>
      onTenant(cli, options, (call) => compare(call, earlier, plan)),
    );
}

async function compare(call: SyncCall<CompareOptions>, earlier: string, plan: string): Promise<void> {
  const { cli, options, sync, tenant } = call;
  const { comparison, lines } = await sync.compare(tenant.id, plan, earlier);
  const json = comparisonJson(plan, earlier, comparison);
  const text = comparisonText(comparison, cli.terminal.interactive);
  if (options.lines === undefined) {
    const example = commandText('compare', tenant, earlier, plan, '--lines', 'new');
    printOutcome(cli, options, json, `${text}\n\nThe lines: ${example}`);
    return;
  }
  const difference = options.lines;
  const { items, next = null } = await readPage(
    (limit) => lines(difference, { after: options.after, limit }),
    options.limit,
    ({ number }) => number,
  );
  const shown = items.map((line) => lineText(line, paintFor(cli.terminal)));
  const again = commandText('compare', tenant, earlier, plan, '--lines', options.lines, '--after', String(next));
  const more = next === null ? [] : [`\nMore lines: ${again}`];
  printOutcome(cli, options, { ...json, lines: items.map(lineJson), next }, [text, '', ...shown, ...more].join('\n'));
}

function comparisonText(comparison: PlanComparison, aligned: boolean): string {
  const counts = DIFFERENCES.map((difference) => `${counted(comparison[difference].lines)} ${difference}`).join(', ');
  const same = `${counted(comparison.same)} the same.`;
  const rows = DIFFERENCES.flatMap((difference) =>
    comparison[difference].kinds.map(({ subject, kind, lines, examples }) => [
      difference,
      kind,
      subject,
      String(lines),
      namesIn(examples, lines),
    ]),
  );
  const head = `${counts}; ${same}`;
  return rows.length === 0 ? head : `${head}\n\n${table(rows, HEADINGS, { aligned, none: '' })}`;
}

const HEADINGS = ['', 'KIND', 'OF', 'LINES', 'WHO'];

const counted = (count: number): string => `${count.toLocaleString('en-US')} ${count === 1 ? 'line' : 'lines'}`;

function namesIn(examples: readonly Example[], lines: number): string {
  const names = examples.map(({ name, memberName }) =>
    printable(memberName === undefined ? name : `${memberName} in ${name}`),
  );
  return `${names.join(', ')}${lines > examples.length ? ', …' : ''}`;
}
