import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { PlanLine } from '../../model/line.js';
import type { Match, MatchBy } from '../../model/match.js';
import type { BackendIdentity } from '../../model/mirror.js';
import type { Storage } from '../../storage/storage.js';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, type StorageKind, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { newLine } from '../../storage/testing/sync.fixture.js';
import type { Backend, Batch, DeliveryOutcome, FinishedRun } from '../backend.js';
import { PlanDigest } from '../plan/lines.js';
import { RUN_TUNING, type Running, type RunTuning } from '../run/running.js';
import { startRun } from '../run/start.js';
import type { RunStatus } from '../synchronization.js';
import { content, UNGUARDED } from './plan.fixture.js';
import { linesOf, seedPlan } from './seed-plan.fixture.js';

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

/** Answers nothing before the run is interrupted. */
export function unanswered(_batch: Batch, signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    signal.addEventListener('abort', () => {
      reject(new Error('interrupted'));
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

/** One tenant, its backend, and its plan `p`. */
export class PlannedRuns {
  backend = new ObedientBackend();
  storage!: Storage;
  tenant = '';

  /** Leaves what there was of another tenant. */
  async begin(storage: Storage, tenant: string): Promise<void> {
    Object.assign(this, { storage, tenant, backend: new ObedientBackend() });
    await addTenant(storage, tenant);
  }

  running(given: Parameters<typeof testRunning>[2] = {}): Running {
    return testRunning(this.storage, this.backend, given);
  }

  /** Stages users of these names, and a plan `p` of a line for each that creates it, with what a test says. */
  async planned(names: readonly string[], given: readonly Partial<PlanLine>[] = []): Promise<void> {
    await this.storage.write(this.tenant, async (directory) => {
      for (const name of names) await directory.insert(newUser(name));
    });
    const created = names.map((name) => ({ resourceId: name, name, after: content(name) }));
    await this.plan([...created, ...given]);
  }

  plan(lines: readonly Partial<PlanLine>[], given = {}): Promise<void> {
    const numbered = lines.map((line, index) => newLine(index + 1, line));
    return seedPlan(this.storage, this.tenant, 'p', numbered, given);
  }

  /** The lines of the plan `p` as they are by now, under another plan of the same name. */
  async redigest(): Promise<void> {
    const digest = new PlanDigest();
    for (const line of await linesOf(this.storage, this.tenant, 'p')) digest.add(line);
    await this.storage.writeSync(this.tenant, async (sync) => {
      const before = await sync.plans.find('p');
      await sync.plans.move('p', 'open', 'making');
      if (before !== undefined) await sync.plans.freeze('p', { digest: digest.hex(), counts: before.counts });
    });
  }

  async apply(tuning: Partial<RunTuning> = {}): Promise<RunStatus> {
    return (await startRun(this.running(tuning), this.tenant, 'p', { by: 'ada', policy: UNGUARDED })).ended;
  }

  /** What has become of each line: its state, and why. */
  async states(): Promise<readonly string[]> {
    const lines = await linesOf(this.storage, this.tenant, 'p');
    return lines.map(({ state, detail }) => (detail === undefined ? state : `${state}: ${detail}`));
  }

  async actions(): Promise<readonly string[]> {
    return (await this.storage.sync(this.tenant).audit.page(undefined, 1_000)).map(({ action }) => action);
  }
}

/** A database for the tests of a suite, and in it a tenant of its own for each. */
export function plannedRuns(open: StorageKind['open']): PlannedRuns {
  let test: TestStorage;
  let tenants = 0;
  const runs = new PlannedRuns();
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());
  beforeEach(() => runs.begin(test.storage, `t${(tenants += 1)}`));
  return runs;
}
