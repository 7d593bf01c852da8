import type { TrackedLine } from '../../model/line.js';
import { BackendUnavailable, type DeliveryOutcome } from '../backend.js';
import type { LineBatch } from './batches.js';
import { checkLines } from './check-lines.js';
import { settleLines, type Settled } from './settle-lines.js';
import type { Work } from './work.js';

/** Delivers lines that nobody has sent yet, except for those that are not to be sent any more. */
export async function deliverPlanned(work: Work, batch: LineBatch): Promise<void> {
  const lines = await prepare(work, batch);
  if (lines.length > 0) await deliver(work, { ...batch, lines });
}

/** Delivers lines again of which it is not known what the backend made of them: as they were, whatever has moved since. */
export async function deliverSent(work: Work, batch: LineBatch): Promise<void> {
  await work.ownership.unit(() => Promise.resolve());
  await deliver(work, batch);
}

async function prepare(work: Work, { lines, atomic }: LineBatch): Promise<readonly TrackedLine[]> {
  const { plan, ownership, brake, progress, running } = work;
  const { sent, skipped } = await ownership.unit(async (sync, run) => {
    if (run.asked !== undefined) brake.pull(run.asked);
    if (brake.reason !== undefined) return { sent: [], skipped: [] };
    const sentences = await checkLines(sync, lines, {
      undoes: plan.undoes !== undefined,
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
  const settled = batch.lines.map((line) => settledLine(line, byKey.get(keyOf(work, line))));
  await work.ownership.unit((sync) => settleLines(sync, work, settled));
  work.progress.settled(settled.map(({ outcome }) => outcome));
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
    if (brake.signal.aborted) return undefined;
    if (!(error instanceof BackendUnavailable)) throw error;
    brake.pull({ to: 'wait', detail: error.message });
    return undefined;
  }
}

/** The idempotency key of a line: the same in every run of the plan and in every process. */
const keyOf = ({ plan }: Pick<Work, 'plan'>, { number }: TrackedLine): string => `${plan.id}:${number}`;

function settledLine(line: TrackedLine, outcome: DeliveryOutcome | undefined): Settled {
  if (outcome === undefined) throw new Error(`the backend left line ${line.number} without an outcome`);
  const { number } = line;
  if (outcome.state === 'failed') return { line, outcome: { number, state: 'failed', detail: outcome.detail } };
  const { accountId } = outcome;
  return { line, outcome: { number, state: 'applied' }, ...(accountId === undefined ? {} : { accountId }) };
}
