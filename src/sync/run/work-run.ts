import type { Plan } from '../../model/plan.js';
import type { Run } from '../../model/run.js';
import type { RunStatus, StartedRun } from '../synchronization.js';
import { batchesOf, type LineBatch } from './batches.js';
import { Brake } from './brake.js';
import { deliverPlanned, deliverSent } from './deliver-batch.js';
import { endRun } from './end.js';
import { RunLost, Ownership } from './ownership.js';
import { Progress } from './progress.js';
import type { Running } from './running.js';
import { followRun } from './status.js';
import { watchRun } from './watch.js';
import type { Work, RunOptions } from './work.js';

/**
 * Works on a run until it is finished, paused or canceled, by this process or by one that takes it over.
 * @throws (of the promise) what is an internal error; the run can be resumed then
 */
async function workRun(work: Work): Promise<RunStatus> {
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
  const isOver = (): boolean => brake.reason !== undefined && (brake.reason.to !== 'cancel' || brake.signal.aborted);
  await deliverState(work, 'sent', deliverSent, isOver);
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

/** A run that this process has taken. */
export interface TakenRun {
  readonly tenantId: string;
  readonly run: Run;
  readonly plan: Plan;
  /** What it is taken as. */
  readonly owner: string;
}

/** Begins to work on a run. */
export async function takeUp(
  running: Running,
  { tenantId, run, plan, owner }: TakenRun,
  { by, onProgress }: RunOptions,
): Promise<StartedRun> {
  const reader = running.storage.sync(tenantId);
  const counts = await reader.lines.counts(plan.id);
  const belongsTo = (await reader.mirrorOwner.find())?.backend ?? plan.backend;
  const brake = new Brake(running.tuning);
  if (run.asked !== undefined) brake.pull(run.asked);
  const ownership = new Ownership(running, tenantId, run.id, owner);
  const progress = new Progress(counts, onProgress);
  const ended = workRun({ running, tenantId, run, plan, ownership, brake, progress, belongsTo, by });
  // Whoever starts a run need not wait for it; a fault is told to `onFault` as well.
  ended.catch(() => undefined);
  return { run, ended };
}

/** Tasks under way, a limited number at a time. The first fault is kept and thrown when all have ended. */
class InFlight {
  readonly #limit: number;
  readonly #tasks = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a task has failed, so that no further one is to begin. */
  get failed(): boolean {
    return this.#fault !== undefined;
  }

  /** Begins a task, when fewer than the limit are in progress. */
  async begin(task: () => Promise<void>): Promise<void> {
    while (this.#tasks.size >= this.#limit) await Promise.race(this.#tasks);
    const running = task()
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  /** Waits for all. @throws the first error of a task */
  async drained(): Promise<void> {
    await Promise.all(this.#tasks);
    if (this.#fault !== undefined) throw this.#fault.error;
  }
}
