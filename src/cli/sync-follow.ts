import { join } from 'node:path';
import type { JsonObject } from '../protocol/json.js';
import type { LineState, RunCounts, RunState, TrackedLine } from '../storage/sync-model.js';
import type { RunStatus, StartedRun } from '../sync/synchronisation.js';
import { printable } from './printable.js';
import { watchRun } from './sync-progress.js';
import { lineName } from './sync-line-text.js';
import { byOf, commandText, type ActingOptions, type SyncCall } from './sync-options.js';

/** How a run is to be followed. */
export interface Following {
  /** What is printed for programs; nothing where undefined. */
  readonly json: (status: RunStatus) => JsonObject | undefined;
  /** The state in which the command has done what it was run for. */
  readonly ends: RunState;
}

/** Lines that are named one by one. */
const NAMED = 20;

/**
 * Follows a run of this process to its end, and says what it came to. Asked to stop, it pauses the run.
 * @throws Error where lines failed, or the run ended otherwise than it was to
 */
export async function follow(
  call: SyncCall<ActingOptions>,
  start: (onProgress: (counts: RunCounts) => void) => Promise<StartedRun>,
  { json, ends }: Following,
): Promise<void> {
  const { cli, options } = call;
  const progress = watchRun(cli.terminal, options.json === true);
  const started = await start(progress.show);
  pauseWhenAsked(call, started);
  const status = await started.ended.finally(progress.end);
  const printed = json(status);
  if (options.json !== true) cli.terminal.print(await runText(call, status));
  else if (printed !== undefined) cli.terminal.print(JSON.stringify(printed));
  await complainOf(call, status, ends);
}

/** What other programs read of a run. */
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
    cli.terminal.complain('Pausing: what was sent is settled first. Once more, and the process ends at once.');
    // Where it is over by now, there is nothing to pause.
    await sync.pause(tenant.id, byOf(options)).catch(() => undefined);
  });
}

async function runText(call: SyncCall<unknown>, status: RunStatus): Promise<string> {
  const { applied, skipped, failed, left } = status.counts;
  const rest = left === 0 ? '' : `, ${left} left`;
  const head = `Run ${status.id} ${status.state}: ${applied} applied, ${skipped} skipped, ${failed} failed${rest}.`;
  return [head, ...(skipped === 0 ? [] : await named(call, status, 'skipped')), ...whereTo(call, status)].join('\n');
}

/** Where to look at what was applied. */
function whereTo({ cli, tenant }: SyncCall<unknown>, { state }: RunStatus): readonly string[] {
  const { backend } = cli.config().sync;
  return state === 'finished' && backend.kind === 'file'
    ? [`The files are in ${join(backend.exportDir, tenant.id)}.`]
    : [];
}

/** @throws Error that says what did not come to what it was to */
async function complainOf(call: SyncCall<unknown>, status: RunStatus, ends: RunState): Promise<void> {
  const { failed } = status.counts;
  const failures = failed === 0 ? [] : [`${countOf(failed)} failed`, ...(await named(call, status, 'failed'))];
  const otherwise = status.state === ends ? [] : [endText(call, status)];
  if (failures.length + otherwise.length > 0) throw new Error([...failures, ...otherwise].join('\n'));
}

function endText({ tenant }: SyncCall<unknown>, { id, state, detail }: RunStatus): string {
  const why = detail === undefined ? '' : `: ${detail}`;
  const next = state === 'paused' ? ` Go on with it: ${commandText('resume', tenant)}` : '';
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
  return [...shown, `  and more: ${commandText('show', tenant, '--plan', planId, '--state', state)}`];
}

const reasonOf = ({ detail }: TrackedLine): string => (detail === undefined ? '' : `: ${printable(detail)}`);

const countOf = (count: number): string => (count === 1 ? '1 line' : `${count} lines`);
