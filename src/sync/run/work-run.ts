import type { RunStatus } from '../synchronisation.js';
import { batchesOf, type LineBatch } from './batches.js';
import { deliverPlanned, deliverSent } from './deliver-batch.js';
import { endRun } from './end-run.js';
import { followRun } from './follow-run.js';
import { InFlight } from './in-flight.js';
import { RunLost } from './ownership.js';
import { watchRun } from './watch-run.js';
import type { Work } from './work.js';

/**
 * Works on a run until it is finished, paused or cancelled, by this process or by one that takes it over.
 * @throws (of the promise) what is a fault of ours; the run can be resumed then
 */
export async function workRun(work: Work): Promise<RunStatus> {
  const callOff = watchRun(work);
  try {
    await deliverAll(work);
    await endRun(work);
  } catch (error) {
    if (!(error instanceof RunLost)) throw await left(work, error);
  } finally {
    work.brake.release();
    await callOff();
  }
  return followRun(work.running, work.tenantId, work.run.id);
}

/** So that whoever has seen to the fault need not wait for the lease to run out. */
async function left(work: Work, fault: unknown): Promise<unknown> {
  await work.ownership.leave().catch(() => undefined);
  work.running.onFault?.(fault);
  return fault;
}

/** What was sent comes first: of that, the backend may know something already. */
async function deliverAll(work: Work): Promise<void> {
  const { brake } = work;
  await deliverState(work, 'sent', deliverSent, () => brake.reason !== undefined && brake.reason.to !== 'cancel');
  await deliverState(work, 'planned', deliverPlanned, () => brake.reason !== undefined);
}

async function deliverState(
  work: Work,
  state: 'sent' | 'planned',
  deliver: (work: Work, batch: LineBatch) => Promise<void>,
  isOver: () => boolean,
): Promise<void> {
  const { batchSize, concurrency } = work.running.tuning;
  const reader = work.running.storage.sync(work.tenantId);
  let wave: number | undefined;
  let inFlight = new InFlight(concurrency);
  for await (const batch of batchesOf(reader, work.plan.id, state, batchSize)) {
    if (batch.wave !== wave) {
      await inFlight.drained();
      inFlight = new InFlight(concurrency);
      wave = batch.wave;
    }
    if (isOver() || inFlight.failed) break;
    await inFlight.begin(() => deliver(work, batch));
  }
  await inFlight.drained();
}
