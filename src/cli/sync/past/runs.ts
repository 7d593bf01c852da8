import type { Command } from 'commander';
import { runStatusJson } from '../../../sync/json.js';
import { readPage } from '../../../sync/pages.js';
import type { RunStatus } from '../../../sync/synchronization.js';
import { printOutcome, type CommandLine } from '../../command-line.js';
import { table } from '../../table.js';
import { printable } from '../../terminal.js';
import type { TenantOptions } from '../../which-tenant.js';
import { addSyncCommand, commandText, onTenant, wholeNumberFrom } from '../options.js';

interface RunsOptions extends TenantOptions {
  readonly limit: number;
  readonly before?: string;
}

/** Adds `sync runs`, which lists the runs of a tenant. */
export function addSyncRuns(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'runs', 'list the runs of a tenant, latest first: who applied what, with the outcome')
    .option('--limit <NUMBER>', 'maximum number of runs', wholeNumberFrom(1), 20)
    .option('--before <RUN_ID>', 'only runs older than this one')
    .action((options: RunsOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const { limit, before } = options;
        const { items, next = null } = await readPage(
          (most) => sync.runs(tenant.id, { limit: most, ...(before === undefined ? {} : { before }) }),
          limit,
          ({ id }) => id,
        );
        const none = 'Nothing has been applied yet.';
        const more = next === null ? '' : `\nOlder runs: ${commandText('runs', tenant, '--before', next)}`;
        const text = table(items.map(runRow), HEADINGS, { aligned: cli.terminal.interactive, none });
        printOutcome(cli, options, { runs: items.map(runStatusJson), next }, text + more);
      }),
    );
}

const HEADINGS = ['RUN ID', 'STATE', 'STARTED', 'ENDED', 'BY', 'APPLIED', 'SKIPPED', 'FAILED', 'LEFT', 'PLAN'];

const runRow = ({ id, state, started, finished, by, planId, ...run }: RunStatus): readonly string[] => [
  id,
  run.interrupted ? 'interrupted' : state + (run.shrunk === undefined ? '' : ', shrunk'),
  started,
  finished ?? '-',
  printable(by),
  ...[run.counts.applied, run.counts.skipped, run.counts.failed, run.counts.left].map(String),
  planId,
];
