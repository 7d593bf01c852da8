import { v7 as newId } from 'uuid';
import { expect } from 'vitest';
import type { TrackedLine } from '../../../model/line.js';
import type { Run } from '../../../model/run.js';
import { addTenant, type TestStorage } from '../../../storage/testing/storage.fixture.js';
import { createSynchronization, type StoppableSynchronization } from '../../create-synchronization.js';
import { RUN_TUNING } from '../../run/running.js';
import { AnotherBackend, type RunStatus, type StartedRun } from '../../synchronization.js';
import { NO_GUARD } from '../plan.fixture.js';
import { AdverseBackend, type Mishap } from './adverse-backend.fixture.js';
import { ChangingStaff, type StaffRequest } from './changing-staff.fixture.js';
import { backendOf, mirrorOf } from './contents.fixture.js';
import { interruptedReads } from './interrupted-reads.fixture.js';
import { Dead, type Death, MortalStorage } from './mortal-storage.fixture.js';
import { isMishap, playMishap, type Means } from './mishaps.fixture.js';
import type { Step } from './steps.fixture.js';

const OWN = 'own';
const BY = { by: 'ada' };

/** One tenant's history: what is done, and what has to be true of it. */
export class History {
  readonly tenantId = newId();
  readonly backend: AdverseBackend;
  readonly staff: ChangingStaff;
  readonly #test: TestStorage;
  /** Milliseconds that the clock is ahead. */
  #ahead = 0;
  #coming: StaffRequest[] = [];
  #process!: { readonly sync: StoppableSynchronization; readonly mortal: MortalStorage };
  #last: { readonly runId: string; readonly before: ReadonlyMap<string, unknown> } | undefined;

  constructor(test: TestStorage, atomic: boolean) {
    this.#test = test;
    this.backend = new AdverseBackend(atomic);
    this.backend.id = OWN;
    this.staff = new ChangingStaff(test.storage, this.tenantId);
    this.backend.between = () => this.#next();
    this.#startProcess();
  }

  async begin(): Promise<void> {
    await addTenant(this.#test.storage, this.tenantId);
    await this.staff.begin();
    await this.#process.sync.setPolicy(this.tenantId, { guard: NO_GUARD }, 'ada');
  }

  async play(step: Step): Promise<void> {
    if (isMishap(step)) {
      // What it has applied stands between, so that the last cycle can no longer be compared with what was before.
      if (step.kind === 'cancel') this.#last = undefined;
      return playMishap(step, this.#means());
    }
    switch (step.kind) {
      case 'stage':
        for (const request of step.requests) await this.staff.serve(request);
        return;
      case 'cycle':
        return this.#cycle(step);
      case 'undo':
        return this.#undo(step);
      case 'hold':
        await this.#process.sync.hold(this.tenantId, targetOf(step.target), { by: 'eve', reason: 'on leave' });
        return;
      case 'release':
        await this.#process.sync.releaseMany(this.tenantId, { filter: `resourceId eq "${step.target}"` }, 'eve');
        return;
      case 'swap':
        return this.#swap();
    }
  }

  /** What is left when nothing goes wrong any more and nothing is held: the backend has what is staged. */
  async settle(): Promise<void> {
    await this.#process.sync.releaseMany(this.tenantId, { all: true }, 'eve');
    await this.#repair();
    for (let cycles = 0; cycles < 4; cycles += 1) await this.#cycle({ mishaps: [], deaths: [], meanwhile: [] });
    this.#ahead += 3_600_000;
    const { plan } = await this.#process.sync.plan(this.tenantId, 'ada');
    expect(await this.#linesOf(plan.id)).toEqual([]);
    const plans = await this.#process.sync.plans(this.tenantId, { limit: 1_000 });
    expect(plans.filter(({ state }) => state === 'making')).toEqual([]);
    await this.#checkOnce();
    await this.#process.sync.stop();
  }

  #means(): Means {
    return {
      ...{ tenantId: this.tenantId, backend: this.backend, storage: this.#test.storage },
      sync: () => this.#process.sync,
      dieAt: (death) => {
        this.#process.mortal.dieAt(death);
      },
      restart: () => {
        this.#startProcess();
      },
      cycle: () => this.#cycle({ mishaps: [], deaths: [], meanwhile: [] }),
      check: () => this.#checkOnce(),
    };
  }

  /** A process that has never known of another. */
  #startProcess(): void {
    const mortal = new MortalStorage(
      this.#test.storage,
      interruptedReads(this.#test.storage, () => this.#next()),
    );
    const sync = createSynchronization({
      storage: mortal.storage,
      backend: this.backend,
      now: () => new Date(Date.now() + this.#ahead),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, batchSize: 3, concurrency: 1, pollMs: 1_000 },
    });
    this.#process = { sync, mortal };
  }

  async #next(): Promise<void> {
    const request = this.#coming.shift();
    if (request !== undefined) await this.staff.serve(request);
  }

  async #cycle({
    mishaps: wrong,
    deaths: dying,
    meanwhile,
  }: Omit<Extract<Step, { mishaps: unknown }>, 'kind'>): Promise<void> {
    this.#coming = [...meanwhile];
    const { plan } = await this.#process.sync.plan(this.tenantId, 'ada');
    const before = await this.#mirror();
    const runId = await this.#apply(plan.id, { wrong, dying, undoes: false });
    this.#last = { runId, before };
    for (const request of this.#coming.splice(0)) await this.staff.serve(request);
  }

  /** What was undone is as it was before, and the next plan leaves it so. */
  async #undo({ mishaps: wrong, deaths: dying }: Extract<Step, { mishaps: unknown }>): Promise<void> {
    if (this.#last === undefined) return;
    const { runId, before } = this.#last;
    const plan = await this.#process.sync.undo(this.tenantId, runId, 'ada');
    await this.#apply(plan.id, { wrong, dying, undoes: true });
    this.#last = undefined;
    const undone = (await this.#linesOf(plan.id)).filter(({ state }) => state === 'applied');
    const is = await this.#mirror();
    for (const line of undone)
      expect([keyOf(line), is.get(keyOf(line))]).toEqual([keyOf(line), before.get(keyOf(line))]);
    const next = await this.#process.sync.plan(this.tenantId, 'ada');
    const keys = new Set(undone.map(keyOf));
    const again = (await this.#linesOf(next.plan.id)).filter((line) => keys.has(keyOf(line)));
    expect(again.filter(({ kind }) => kind !== 'held' && kind !== 'conflict')).toEqual([]);
  }

  async #apply(
    planId: string,
    { wrong, dying, undoes }: { wrong: readonly Mishap[]; dying: readonly Death[]; undoes: boolean },
  ): Promise<string> {
    const frozen = new Map((await this.#linesOf(planId)).map((line) => [line.number, line]));
    this.backend.onArrival = (line) => this.#checkArrival(line, frozen, undoes);
    this.backend.mishaps = [...wrong];
    const deathsLeft = [...dying];
    let started = await this.#start(() => this.#process.sync.apply(this.tenantId, planId, BY), deathsLeft);
    for (;;) {
      const status = await this.#ended(started, deathsLeft);
      if (status?.state === 'finished' || (await this.#isApplied(planId))) break;
      this.backend.id = OWN;
      if (status?.state === 'paused') {
        started = await this.#start(() => this.#process.sync.resume(this.tenantId, BY), deathsLeft);
      } else {
        started = await this.#takenUp(planId, deathsLeft);
      }
    }
    this.#process.mortal.dieAt(undefined);
    if (this.#process.mortal.isDead) this.#startProcess();
    this.backend.id = OWN;
    this.backend.mishaps = [];
    await this.#checkOnce();
    const run = await this.#runOf(planId);
    return run.id;
  }

  /** Undefined where the process died before it could say so. */
  async #start(begin: () => Promise<StartedRun>, dying: Death[]): Promise<StartedRun | undefined> {
    this.#process.mortal.dieAt(dying.shift());
    try {
      return await begin();
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
      return undefined;
    }
  }

  async #ended(started: StartedRun | undefined, dying: Death[]): Promise<RunStatus | undefined> {
    try {
      const status = await started?.ended;
      if (status !== undefined) this.#process.mortal.dieAt(undefined);
      return status;
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
      expect(dying.length).toBeGreaterThanOrEqual(0);
      return undefined;
    }
  }

  /** Another process takes the run up when the lease has ended; where none was begun, it applies the plan. */
  async #takenUp(planId: string, dying: Death[]): Promise<StartedRun | undefined> {
    this.#startProcess();
    const active = await this.#test.storage.sync(this.tenantId).runs.active();
    if (active === undefined) return this.#start(() => this.#process.sync.apply(this.tenantId, planId, BY), dying);
    if (active.state === 'paused') return this.#start(() => this.#process.sync.resume(this.tenantId, BY), dying);
    await this.#untilLeaseEnds(active);
    this.#process.mortal.dieAt(dying.shift());
    try {
      return (await this.#process.sync.resumeInterrupted()).find(({ run }) => run.id === active.id);
    } catch (error) {
      if (!(error instanceof Dead)) throw error;
      return this.#takenUp(planId, dying);
    }
  }

  /** Also where the process died before it could say so. */
  async #isApplied(planId: string): Promise<boolean> {
    return (await this.#test.storage.sync(this.tenantId).plans.find(planId))?.state === 'applied';
  }

  /** Until then, nobody takes the run up. */
  async #untilLeaseEnds({ leaseUntil = '' }: Run): Promise<void> {
    if (new Date(Date.now() + this.#ahead).toISOString() >= leaseUntil) return;
    expect(await this.#process.sync.resumeInterrupted()).toEqual([]);
    this.#ahead += RUN_TUNING.leaseMs + 1;
  }

  /** Nothing goes to another backend, whatever is asked for. */
  async #swap(): Promise<void> {
    if ((await this.#test.storage.sync(this.tenantId).runs.count()) === 0) return;
    this.backend.id = 'another';
    await expect(this.#process.sync.plan(this.tenantId, 'ada')).rejects.toThrow(AnotherBackend);
    this.backend.id = OWN;
  }

  /** What the backend lied about is found by comparing, and set right. */
  async #repair(): Promise<void> {
    if (this.backend.lies === 0) return;
    for (let times = 0; times < 3; times += 1) {
      const plan = await this.#process.sync.verifyMirror(this.tenantId, 'ada');
      await this.#apply(plan.id, { wrong: [], dying: [], undoes: true });
    }
    this.backend.lies = 0;
    await this.#checkOnce();
  }

  /** A line that arrives is as it was frozen, says what is staged now, and nobody holds what it is about. */
  async #checkArrival(line: TrackedLine, frozen: ReadonlyMap<number, TrackedLine>, undoes: boolean): Promise<void> {
    expect({ ...line, state: 'planned' }).toEqual({ ...frozen.get(line.number), state: 'planned' });
    const reader = this.#test.storage.sync(this.tenantId);
    const holds = (await reader.holds.page(undefined, 100)).filter(({ undoneRun }) => undoneRun === undefined);
    const ids = [line.resourceId, line.memberId];
    expect(holds.filter(({ resourceId }) => ids.includes(resourceId))).toEqual([]);
    if (undoes) return;
    if (line.subject === 'account') {
      const staged = await reader.staged.byIds('User', [line.resourceId]);
      expect(staged.get(line.resourceId)?.version ?? 0).toBe(line.stagedVersion);
    } else if (line.memberId !== undefined) {
      const [staged] = await reader.staged.memberships([{ groupId: line.resourceId, memberId: line.memberId }]);
      expect([line.kind, staged?.version ?? 0]).toEqual([line.kind, line.kind === 'add' ? line.stagedVersion : 0]);
    }
  }

  /** Each applied line took effect once, nothing else did, and the backend has what the mirror has. */
  async #checkOnce(): Promise<void> {
    const reader = this.#test.storage.sync(this.tenantId);
    const plans = await reader.plans.latest(undefined, 1_000);
    const applied: string[] = [];
    for (const { id } of plans) {
      const lines = await reader.lines.page(id, 0, 1_000, { states: ['applied'] });
      applied.push(...lines.map(({ number }) => `${id}:${number}`));
    }
    expect([...this.backend.effects.keys()].sort()).toEqual(applied.sort());
    expect([...this.backend.effects].filter(([, times]) => times !== 1)).toEqual([]);
    if (this.backend.lies === 0) expect(backendOf(this.backend)).toEqual(await this.#mirror());
  }

  #mirror(): Promise<ReadonlyMap<string, unknown>> {
    return mirrorOf(this.#test.storage.sync(this.tenantId));
  }

  #linesOf(planId: string): Promise<readonly TrackedLine[]> {
    return this.#test.storage.sync(this.tenantId).lines.page(planId, 0, 1_000);
  }

  async #runOf(planId: string): Promise<Run> {
    const runs = await this.#test.storage.sync(this.tenantId).runs.latest(undefined, 100);
    return runs.find((run) => run.planId === planId) ?? expect.fail(`the plan ${planId} has no run`);
  }
}

const targetOf = (id: string) => ({ subject: id.startsWith('g') ? 'group' : 'account', resourceId: id }) as const;

const keyOf = ({ resourceId, memberId }: TrackedLine): string =>
  memberId === undefined ? resourceId : `${resourceId} ${memberId}`;
