import { isSameBackend } from '../../model/mirror.js';
import type { TrackedLine } from '../../model/line.js';
import { BackendUnavailable, type DeliveryOutcome } from '../backend.js';
import { anotherBackend } from '../mirror/owner.js';
import type { LineBatch } from './batches.js';
import { checkLines } from './check-lines.js';
import { settleLines, type Settled } from './settle-lines.js';
import type { Work } from './work.js';

/** Delivers lines that nobody has sent yet, except for those that are not to be sent any more. */
export async function deliverPlanned(work: Work, batch: LineBatch): Promise<void> {
  if (!(await isOwners(work))) return;
  const lines = await prepare(work, batch);
  if (lines.length > 0) await deliver(work, { ...batch, lines });
}

/** Delivers lines again of which it is not known what the backend made of them: as they were, whatever has moved since. */
export async function deliverSent(work: Work, batch: LineBatch): Promise<void> {
  if (!(await isOwners(work))) return;
  await work.ownership.unit(() => Promise.resolve());
  await deliver(work, batch);
}

/** Whether the backend is there and is the one that the mirror belongs to; otherwise the run pauses. */
async function isOwners({ running, belongsTo, brake }: Work): Promise<boolean> {
  if (belongsTo === undefined) return true;
  try {
    const backend = await running.backend.identity(brake.signal);
    if (isSameBackend(belongsTo, backend)) return true;
    brake.pull({ to: 'wait', detail: anotherBackend(belongsTo, backend) });
  } catch (error) {
    waitFor(brake, error);
  }
  return false;
}

/** Lets the run wait for a backend that is down. @throws any other error, unless the run is being interrupted */
function waitFor(brake: Work['brake'], error: unknown): void {
  if (brake.signal.aborted) return;
  if (!(error instanceof BackendUnavailable)) throw error;
  brake.pull({ to: 'wait', detail: error.message });
}

async function prepare(work: Work, { lines, atomic }: LineBatch): Promise<readonly TrackedLine[]> {
  const { plan, ownership, brake, progress, running } = work;
  const { sent, skipped } = await ownership.unit(async (sync, run) => {
    if (run.asked !== undefined) brake.pull(run.asked);
    if (brake.reason !== undefined) return { sent: [], skipped: [] };
    const sentences = await checkLines(sync, lines, {
      undoes: plan.undoes !== undefined,
      repairs: plan.repairs === true,
      atomic,
      now: running.now().toISOString(),
    });
    const left = lines.filter(({ number }) => !sentences.has(number));
    const out = lines.flatMap((line) => skippedLine(line, sentences.get(line.number)));
    await settleLines(sync, work, out);
    await sync.lines.markSent(
      plan.id,
      left.map(({ number }) => number),
    );
    return { sent: left, skipped: out };
  });
  progress.settled(skipped.map(({ outcome }) => outcome));
  return sent;
}

function skippedLine(line: TrackedLine, detail: string | undefined): readonly Settled[] {
  return detail === undefined ? [] : [{ line, outcome: { number: line.number, state: 'skipped', detail } }];
}

async function deliver(work: Work, batch: LineBatch): Promise<void> {
  const outcomes = await outcomesOf(work, batch);
  if (outcomes === undefined) return;
  const byKey = new Map(outcomes.map((outcome) => [outcome.key, outcome]));
  const settled = batch.lines.flatMap((line) => settledLine(line, byKey.get(keyOf(work, line))));
  const lines = settled.map(({ outcome }) => outcome);
  await work.ownership.unit(async (sync) => {
    await settleLines(sync, work, settled);
    if (lines.length > 0) await sync.runs.progress(work.run.id, work.progress.after(lines));
  });
  work.progress.settled(lines);
  waitForUnknown(work, outcomes);
}

/** Lines whose outcome is not known stay sent, and are asked for again when the run goes on, under the same keys. */
function waitForUnknown({ brake }: Work, outcomes: readonly DeliveryOutcome[]): void {
  const lost = outcomes.filter((outcome) => outcome.state === 'unknown');
  const [first] = lost;
  if (first === undefined) return;
  const which = `line ${first.key.slice(first.key.lastIndexOf(':') + 1)}${lost.length === 1 ? '' : ` and ${lost.length - 1} more`}`;
  brake.pull({ to: 'wait', detail: `It is not known whether the backend has applied ${which}. ${first.detail}` });
}

/** What the backend made of the lines; undefined if that is not known, so that they stay sent. */
async function outcomesOf(
  { running, tenantId, run, plan, brake }: Work,
  { lines, atomic }: LineBatch,
): Promise<readonly DeliveryOutcome[] | undefined> {
  const deliveries = lines.map((line) => ({ key: keyOf({ plan }, line), line }));
  try {
    return await running.backend.deliver({ tenantId, runId: run.id, deliveries, atomic }, brake.signal);
  } catch (error) {
    waitFor(brake, error);
    return undefined;
  }
}

/** The idempotency key of a line: the same in every run of the plan and in every process. */
const keyOf = ({ plan }: Pick<Work, 'plan'>, { number }: TrackedLine): string => `${plan.id}:${number}`;

function settledLine(line: TrackedLine, outcome: DeliveryOutcome | undefined): readonly Settled[] {
  if (outcome === undefined) throw new Error(`the backend left line ${line.number} without an outcome`);
  const { number } = line;
  if (outcome.state === 'unknown') return [];
  if (outcome.state === 'failed') return [{ line, outcome: { number, state: 'failed', detail: outcome.detail } }];
  const { accountId } = outcome;
  return [{ line, outcome: { number, state: 'applied' }, ...(accountId === undefined ? {} : { accountId }) }];
}
