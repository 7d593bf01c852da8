import { join } from 'node:path';
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import type { LineState, TrackedLine } from '../../model/line.js';
import type { RunCounts, RunState } from '../../model/run.js';
import type { Tenant } from '../../model/tenant.js';
import type { JsonObject } from '../../protocol/json.js';
import { runJson, runStatusJson } from '../../sync/json.js';
import type { RunStatus, StartedRun } from '../../sync/synchronization.js';
import { type CommandLine, printOutcome } from '../command-line.js';
import { printable, type Terminal } from '../terminal.js';
import type { TenantOptions } from '../which-tenant.js';
import { lineName } from './line-text.js';
import {
  agree,
  type YesOption,
  byOf,
  commandText,
  type ActingOptions,
  type SyncCall,
  addSyncCommand,
  onTenant,
  withBy,
  withYes,
} from './options.js';

/** How a run is to be followed. */
export interface Following {
  /** What --json prints; nothing if undefined. */
  readonly json: (status: RunStatus) => JsonObject | undefined;
  /** The state in which the command has succeeded. */
  readonly ends: RunState;
}

/** How many lines are listed one by one. */
const NAMED = 20;

/**
 * Follows a run of this process to its end and prints its outcome. SIGINT or SIGTERM pauses the run.
 * @throws Error if lines failed, or the run ended in another state than `ends`
 */
export async function follow(
  call: SyncCall<ActingOptions>,
  start: (onProgress: (counts: RunCounts) => void) => Promise<StartedRun>,
  { json, ends }: Following,
): Promise<void> {
  const { cli, options } = call;
  call.stopItself();
  const progress = watchRun(cli.terminal, options.json === true);
  const started = await start(progress.show);
  pauseWhenAsked(call, started);
  const status = await started.ended.finally(progress.end);
  const printed = json(status);
  if (options.json !== true) cli.terminal.print(await runText(call, status));
  else if (printed !== undefined) cli.terminal.print(JSON.stringify(printed));
  await complainOf(call, status, ends);
}

/** The outcome of a run, as --json prints it. */
export const outcomeJson = ({ id, counts: { applied, skipped, failed } }: RunStatus): JsonObject => ({
  runId: id,
  applied,
  skipped,
  failed,
});

function pauseWhenAsked({ cli, options, sync, tenant }: SyncCall<ActingOptions>, { ended }: StartedRun): void {
  const over = ended.then(
    () => 'over' as const,
    () => 'over' as const,
  );
  void Promise.race([over, cli.terminal.stopRequested().then(() => 'stop' as const)]).then(async (what) => {
    if (what === 'over') return;
    cli.terminal.complain(
      'Pausing once the lines already sent are settled. Press Ctrl+C again to end the process at once.',
    );
    // If the run has ended by now, there is nothing to pause.
    await sync.pause(tenant.id, byOf(options)).catch(() => undefined);
  });
}

async function runText(call: SyncCall<unknown>, status: RunStatus): Promise<string> {
  const { applied, skipped, failed, left } = status.counts;
  const rest = left === 0 ? '' : `, ${left} left`;
  const head = `Run ${status.id} ${status.state}: ${applied} applied, ${skipped} skipped, ${failed} failed${rest}.`;
  return [head, ...(skipped === 0 ? [] : await named(call, status, 'skipped')), ...whereTo(call, status)].join('\n');
}

/** Where to find what was applied. */
function whereTo({ cli, tenant }: SyncCall<unknown>, { state }: RunStatus): readonly string[] {
  const { backend } = cli.config().sync;
  return state === 'finished' && backend.kind === 'file'
    ? [`The files are in ${join(backend.exportDir, tenant.id)}.`]
    : [];
}

/** @throws Error that lists the failed lines and says in which other state the run ended */
async function complainOf(call: SyncCall<unknown>, status: RunStatus, ends: RunState): Promise<void> {
  const { failed } = status.counts;
  const failures = failed === 0 ? [] : [`${countOf(failed)} failed`, ...(await named(call, status, 'failed'))];
  const otherwise = status.state === ends ? [] : [endText(call, status)];
  if (failures.length + otherwise.length > 0) throw new Error([...failures, ...otherwise].join('\n'));
}

function endText({ tenant }: SyncCall<unknown>, { id, state, detail }: RunStatus): string {
  const why = detail === undefined ? '' : `: ${detail}`;
  const next = state === 'paused' ? ` Resume it: ${commandText('resume', tenant)}` : '';
  return `The run ${id} is ${state}${why.replace(/\.$/u, '')}.${next}`;
}

async function named(
  { sync, tenant }: SyncCall<unknown>,
  { planId }: RunStatus,
  state: LineState,
): Promise<readonly string[]> {
  const lines = await sync.lines(tenant.id, planId, { states: [state], limit: NAMED + 1 });
  const shown = lines.slice(0, NAMED).map((line) => `  ${lineName(line)}${reasonOf(line)}`);
  if (lines.length <= NAMED) return shown;
  return [...shown, `  more: ${commandText('show', tenant, '--plan', planId, '--state', state)}`];
}

const reasonOf = ({ detail }: TrackedLine): string => (detail === undefined ? '' : `: ${printable(detail)}`);

const countOf = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);

/** Adds `sync cancel`, which cancels the active run and follows it until it has ended. */
export function addSyncCancel(parent: Command, cli: CommandLine): void {
  const description = 'cancel the active run: lines already sent are settled, the rest are skipped';
  withYes(withBy(addSyncCommand(parent, 'cancel', description))).action((options: ActingOptions & YesOption) =>
    onTenant(cli, options, async (call) => {
      await agree(cli, options, 'Cancel the run? What was not sent yet is skipped.');
      await follow(call, (onProgress) => call.sync.cancel(call.tenant.id, { by: byOf(options), onProgress }), {
        json: outcomeJson,
        ends: 'cancelled',
      });
    }),
  );
}

/** Adds `sync resume`, which continues a run that is paused or interrupted, and follows it. */
export function addSyncResume(parent: Command, cli: CommandLine): void {
  const description = 'continue a run that is paused or whose process has crashed';
  withYes(withBy(addSyncCommand(parent, 'resume', description))).action((options: ActingOptions & YesOption) =>
    onTenant(cli, options, async (call) => {
      await agree(cli, options, 'Continue the run? What is left of it is sent to the backend.');
      await follow(call, (onProgress) => call.sync.resume(call.tenant.id, { by: byOf(options), onProgress }), {
        json: outcomeJson,
        ends: 'finished',
      });
    }),
  );
}

/** Adds `sync pause`, which asks the process that works on the active run to pause it. */
export function addSyncPause(parent: Command, cli: CommandLine): void {
  const description = 'ask the process that works on the active run to pause it';
  withYes(withBy(addSyncCommand(parent, 'pause', description))).action((options: ActingOptions & YesOption) =>
    onTenant(cli, options, async ({ sync, tenant }) => {
      await agree(cli, options, 'Pause the run? What was sent is settled first, and the rest waits.');
      const run = await sync.pause(tenant.id, byOf(options));
      const text = `The run ${run.id} pauses once the lines already sent are settled. Resume it: ${commandText('resume', tenant)}`;
      printOutcome(cli, options, runJson(run), text);
    }),
  );
}

interface StatusOptions extends TenantOptions {
  readonly run?: string;
}

/** Adds `sync status`, which shows the active run, the latest one, or the run that --run names. */
export function addSyncStatus(parent: Command, cli: CommandLine): void {
  addSyncCommand(parent, 'status', 'show the progress of the active run, or the outcome of the latest one')
    .option('--run <RUN_ID>', 'show this run instead')
    .action((options: StatusOptions) =>
      onTenant(cli, options, async ({ sync, tenant }) => {
        const status = await sync.status(tenant.id, options.run);
        const json = status === undefined ? {} : { run: runStatusJson(status) };
        printOutcome(cli, options, json, status === undefined ? nothingYet(tenant) : statusText(status, tenant));
      }),
    );
}

const nothingYet = (tenant: Tenant): string =>
  `Nothing has been applied for ${printable(tenant.name)} yet. Make a plan: ${commandText('plan', tenant)}`;

function statusText(status: RunStatus, tenant: Tenant): string {
  const { left, applied, skipped, failed } = status.counts;
  return [
    `Run ${status.id} of the plan ${status.planId}, by ${printable(status.by)}: ${stateText(status)}.`,
    `Lines: ${applied} applied, ${skipped} skipped, ${failed} failed, ${left} left.`,
    ...(status.detail === undefined ? [] : [printable(status.detail)]),
    ...nextStep(status, tenant),
  ].join('\n');
}

function stateText({ state, started, finished, asked, interrupted }: RunStatus): string {
  if (interrupted) return `interrupted, started ${started}; its process has stopped responding`;
  if (asked !== undefined) return `${state} since ${started}, asked to ${asked.to}`;
  return finished === undefined ? `${state}, started ${started}` : `${state} ${finished}, started ${started}`;
}

function nextStep({ state, interrupted, planId, id, counts }: RunStatus, tenant: Tenant): readonly string[] {
  if (state === 'paused' || interrupted) {
    return [`Resume it: ${commandText('resume', tenant)}`, `Cancel it: ${commandText('cancel', tenant)}`];
  }
  if (state === 'running') return [`Pause it: ${commandText('pause', tenant)}`];
  return [
    ...(counts.failed === 0
      ? []
      : [`Failed lines: ${commandText('show', tenant, '--plan', planId, '--state', 'failed')}`]),
    `Undo it: ${commandText('undo', tenant, '--run', id)}`,
  ];
}

/** Shows the progress of a run until `end` is called. */
interface RunWatch {
  readonly show: (counts: RunCounts) => void;
  readonly end: () => void;
}

const FORMAT = '{bar} {value} of {total} lines · {applied} applied, {skipped} skipped, {failed} failed';

/** A progress bar on a terminal; nothing elsewhere, where only the outcome is printed. */
function watchRun({ interactive }: Terminal, silent: boolean): RunWatch {
  if (silent || !interactive) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({ format: FORMAT, hideCursor: true }, Presets.shades_classic);
  return {
    show: ({ left, applied, skipped, failed }) => {
      const done = applied + skipped + failed;
      if (!bar.isActive) bar.start(left + done, 0, { applied: 0, skipped: 0, failed: 0 });
      bar.update(done, { applied, skipped, failed });
    },
    end: () => {
      bar.stop();
    },
  };
}
