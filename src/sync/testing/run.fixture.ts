import { v7 as newId } from 'uuid';
import type { BackendIdentity } from '../../model/mirror.js';
import type { Match, MatchBy } from '../../model/match.js';
import type { Storage } from '../../storage/storage.js';
import type { Backend, Batch, DeliveryOutcome, FinishedRun } from '../backend.js';
import { RUN_TUNING, type Running, type RunTuning } from '../run/running.js';

type Deliver = (batch: Batch, signal: AbortSignal) => Promise<readonly DeliveryOutcome[]>;

/** A backend that does what a test says, and remembers what it was given. */
export class ObedientBackend implements Backend {
  readonly batches: Batch[] = [];
  readonly finished: FinishedRun[] = [];
  /** The outcome of a batch. */
  answer: Deliver = (batch) => Promise.resolve(allApplied(batch));

  place: Backend['place'] = { kind: 'http', address: 'http://obedient.example' };
  /** What it calls itself. */
  id: string | undefined;

  identity(): Promise<BackendIdentity> {
    return Promise.resolve({ ...this.place, ...(this.id === undefined ? {} : { id: this.id }) });
  }

  canList(): Promise<boolean> {
    return Promise.resolve(false);
  }

  async *listResources(): AsyncGenerator<never> {
    // It has nothing to list.
  }

  async *listMemberships(): AsyncGenerator<never> {
    // It has nothing to list.
  }

  largestAtomicBatch(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  matchesBy(): Promise<MatchBy | undefined> {
    return Promise.resolve('hashes');
  }

  match(): Promise<ReadonlyMap<string, readonly Match[]>> {
    return Promise.resolve(new Map());
  }

  deliver(batch: Batch, signal: AbortSignal): Promise<readonly DeliveryOutcome[]> {
    this.batches.push(batch);
    return this.answer(batch, signal);
  }

  finish(run: FinishedRun): Promise<void> {
    this.finished.push(run);
    return Promise.resolve();
  }

  /** The numbers of the lines, batch by batch. */
  get numbers(): readonly (readonly number[])[] {
    return this.batches.map(({ deliveries }) => deliveries.map(({ line }) => line.number));
  }
}

/** The outcomes of a backend that has applied all lines. */
export function allApplied({ deliveries }: Batch): readonly DeliveryOutcome[] {
  return deliveries.map(({ key, line }) => ({ key, state: 'applied', accountId: `account-${line.resourceId}` }));
}

/** Answers nothing before the run is broken off. */
export function unanswered(_batch: Batch, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('broken off'));
    });
  });
}

/** What runs stand on in a test: nobody waits long. @param ahead milliseconds that the clock is ahead */
export function testRunning(
  storage: Storage,
  backend: Backend,
  { ahead = 0, stopping, ...tuning }: Partial<RunTuning> & { ahead?: number; stopping?: AbortSignal } = {},
): Running {
  return {
    storage,
    backend,
    now: () => new Date(Date.now() + ahead),
    newId,
    tuning: { ...RUN_TUNING, pollMs: 15, graceMs: 50, cancelMs: 1_000, ...tuning },
    ...(stopping === undefined ? {} : { stopping }),
  };
}
