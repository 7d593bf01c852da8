import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { PlanLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import type { Storage } from '../../storage/storage.js';
import { newGroup, newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { newLine, newMirrorItem } from '../../storage/testing/sync.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { WAVES } from '../plan/waves.js';
import { RunActive, type RunStatus } from '../synchronization.js';
import { NO_GUARD } from '../testing/plan.fixture.js';
import { allApplied, ObedientBackend, testRunning, unanswered } from '../testing/run.fixture.js';
import { linesOf, seedPlan } from '../testing/seed-plan.fixture.js';
import { requestCancel, requestPause } from './ask.js';
import { resumeInterrupted, resumeRun } from './resume.js';
import type { Running, RunTuning } from './running.js';
import { startRun, type StartOptions } from './start.js';

const OPTIONS: StartOptions = { by: 'ada', guard: NO_GUARD };
const CREATED = { state: 'finished', interrupted: false };

/** A membership of a group of version 1, which a change moves to version 2. */
const MEMBER = { subject: 'membership', kind: 'add', stagedVersion: 2, wave: 2 } as const;

const joining = (...add: readonly string[]) => [{ kind: 'delta', clear: false, add, remove: [] }] as const;

const content = (name: string): SyncContent => ({ name, active: true, attributes: {} });

describe.each(storageKinds)('a run on $name', ({ open }) => {
  let test: TestStorage;
  let storage: Storage;
  let backend: ObedientBackend;
  let tenant: string;
  let tenants = 0;

  beforeAll(async () => {
    test = await open();
    storage = test.storage;
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenants += 1;
    tenant = `t${tenants}`;
    backend = new ObedientBackend();
    await addTenant(storage, tenant);
  });

  const running = (given: Parameters<typeof testRunning>[2] = {}): Running => testRunning(storage, backend, given);

  /** Stages users of these names, and a plan `p` of a line for each that creates it, with what a test says. */
  async function planned(names: readonly string[], given: readonly Partial<PlanLine>[] = []): Promise<void> {
    await storage.write(tenant, async (directory) => {
      for (const name of names) await directory.insert(newUser(name));
    });
    const created = names.map((name) => ({ resourceId: name, name, after: content(name) }));
    await plan([...created, ...given]);
  }

  const plan = (lines: readonly Partial<PlanLine>[], given = {}): Promise<void> =>
    seedPlan(
      storage,
      tenant,
      'p',
      lines.map((line, index) => newLine(index + 1, line)),
      given,
    );

  async function apply(tuning: Partial<RunTuning> = {}): Promise<RunStatus> {
    return (await startRun(running(tuning), tenant, 'p', OPTIONS)).ended;
  }

  /** What has become of each line: its state, and why. */
  const states = async (): Promise<readonly string[]> =>
    (await linesOf(storage, tenant, 'p')).map(({ state, detail }) =>
      detail === undefined ? state : `${state}: ${detail}`,
    );

  const actions = async (): Promise<readonly string[]> =>
    (await storage.sync(tenant).audit.page(undefined, 1_000)).map(({ action }) => action);

  it('applies exactly the lines of its plan, and the mirror has what the backend acknowledged', async () => {
    await planned(
      ['ann', 'bob', 'cy'],
      [
        { kind: 'conflict', resourceId: 'dee' },
        { kind: 'held', resourceId: 'eve' },
      ],
    );
    const progress: number[] = [];
    let written: readonly number[] = [];
    backend.finish = async (run) => {
      backend.finished.push(run);
      written = await Promise.all([run.mirrored('User'), run.mirrored('Group'), run.appliedLines()].map(lengthOf));
    };
    const { run, ended } = await startRun(running({ batchSize: 2, concurrency: 1 }), tenant, 'p', {
      ...OPTIONS,
      onProgress: ({ left }) => progress.push(left),
    });
    expect(await ended).toMatchObject({ ...CREATED, counts: { left: 0, applied: 3, skipped: 0, failed: 0 } });
    expect(progress).toEqual([1, 0]);
    expect(backend.batches.map(({ deliveries }) => deliveries.map(({ key }) => key))).toEqual([
      ['p:1', 'p:2'],
      ['p:3'],
    ]);
    expect(backend.batches[0]).toMatchObject({ tenantId: tenant, runId: run.id, atomic: false });
    expect(await storage.sync(tenant).mirror.page('User', undefined, 10)).toEqual(
      ['ann', 'bob', 'cy'].map((name) => newMirrorItem(name, { accountId: `account-${name}` })),
    );
    expect(await states()).toEqual(['applied', 'applied', 'applied', 'planned', 'planned']);
    expect(await storage.sync(tenant).plans.find('p')).toMatchObject({ state: 'applied' });
    expect(await actions()).toEqual(['run.started', 'line.applied', 'line.applied', 'line.applied', 'run.finished']);
    expect(backend.finished.map(({ runId }) => runId)).toEqual([run.id]);
    expect(written).toEqual([3, 0, 3]);
  });

  it('goes on behind a line that has failed', async () => {
    await planned(['ann', 'bob', 'cy']);
    backend.answer = (batch) =>
      Promise.resolve(
        allApplied(batch).map((one) =>
          one.key === 'p:2' ? { key: one.key, state: 'failed', detail: 'No license.' } : one,
        ),
      );
    expect(await apply()).toMatchObject({ counts: { applied: 2, failed: 1 } });
    expect(await states()).toEqual(['applied', 'failed: No license.', 'applied']);
    expect((await storage.sync(tenant).mirror.page('User', undefined, 10)).map(({ resourceId }) => resourceId)).toEqual(
      ['ann', 'cy'],
    );
    const audit = await storage.sync(tenant).audit.page(undefined, 100);
    expect(audit.find(({ action }) => action === 'line.failed')).toMatchObject({
      by: 'ada',
      resourceId: 'bob',
      detail: { number: 2, kind: 'create', name: 'bob', detail: 'No license.' },
    });
  });

  it('delivers wave by wave, several batches of one at a time', async () => {
    await planned(
      ['ann', 'bob', 'cy'],
      [
        { subject: 'group', resourceId: 'g', name: 'g', after: content('g'), wave: WAVES.groups },
        { ...MEMBER, resourceId: 'g', memberId: 'ann', wave: WAVES.memberships },
      ],
    );
    await storage.write(tenant, async (directory) => {
      await directory.insert(newGroup('g'));
      await directory.changeMembers('g', joining('ann'));
    });
    const under = { now: 0, most: 0 };
    backend.answer = async (batch) => {
      under.now += 1;
      under.most = Math.max(under.most, under.now);
      // The first waits for the second, which is in progress at the same time.
      await expect.poll(() => backend.batches.length).toBeGreaterThanOrEqual(2);
      under.now -= 1;
      return allApplied(batch);
    };
    expect(await apply({ batchSize: 1, concurrency: 2 })).toMatchObject({ counts: { applied: 5 } });
    expect(backend.numbers.slice(3)).toEqual([[4], [5]]);
    expect(under.most).toBe(2);
    expect(await storage.sync(tenant).mirrorMemberships.page(undefined, 10)).toEqual([
      { groupId: 'g', memberId: 'ann' },
    ]);
  });

  it('lets two accounts swap their userNames in one atomic batch', async () => {
    await storage.writeSync(tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann'), newMirrorItem('bob')]));
    const swap = (id: string, name: string): Partial<PlanLine> => ({
      kind: 'update',
      resourceId: id,
      name,
      before: content(id),
      after: content(name),
      atomicGroup: 's',
    });
    await storage.write(tenant, async (directory) => {
      for (const name of ['ann', 'bob', 'cy']) await directory.insert(newUser(name));
    });
    await plan([swap('ann', 'bob'), { resourceId: 'cy', name: 'cy', after: content('cy') }, swap('bob', 'ann')]);
    await apply();
    const batches = backend.batches.map(({ atomic }, index) => [atomic, backend.numbers[index]]);
    expect(batches.sort()).toEqual([
      [false, [2]],
      [true, [1, 3]],
    ]);
    const names = (await storage.sync(tenant).mirror.page('User', undefined, 10)).map((one) => one.content.name);
    expect(names).toEqual(['bob', 'ann', 'cy']);
  });

  it('skips what has moved, is held, was not confirmed, or has not what it needs, and says so', async () => {
    await storage.writeSync(tenant, async (sync) => {
      await sync.mirror.put('User', [newMirrorItem('zed')]);
      await sync.holds.put([{ subject: 'account', resourceId: 'held', by: 'eve', at: 'today', reason: 'on leave' }]);
    });
    await planned(
      ['moved', 'held', 'unconfirmed', 'confirmed', 'namesake', 'fine'],
      [
        { resourceId: 'gone' },
        { ...MEMBER, resourceId: 'g', memberId: 'fine', name: 'Planning' },
        { ...MEMBER, resourceId: 'h', memberId: 'held', memberName: 'held' },
        { subject: 'group', resourceId: 'h', name: 'h', after: content('h'), wave: 1 },
      ],
    );
    await storage.writeSync(tenant, async (sync) => {
      const lines = await sync.lines.page('p', 0, 10);
      const changed = (number: number, given: Partial<PlanLine>) => newLine(number, { ...lines[number - 1], ...given });
      const link = { kind: 'link', needsConfirmation: true } as const;
      await sync.lines.replace(
        'p',
        [changed(3, link), changed(4, link), changed(5, { after: content('ZED') })].map(frozen),
      );
      await sync.lines.confirm('p', 4, 'ada');
    });
    await storage.write(tenant, async (directory) => {
      await directory.touch('User', 'moved', '2026-03-03T00:00:00.000Z');
      for (const id of ['g', 'h']) await directory.insert(newGroup(id));
      await directory.changeMembers('g', joining('fine'));
      await directory.changeMembers('h', joining('held'));
    });
    await redigest();
    expect(await apply()).toMatchObject({ counts: { left: 0, applied: 3, skipped: 7, failed: 0 } });
    expect(await states()).toEqual([
      'skipped: The user has changed since the plan was made. Make a new plan.',
      'skipped: Held by eve since today: on leave',
      'skipped: Nobody has confirmed the link.',
      'applied',
      'skipped: Another account of the backend still has the userName ZED.',
      'applied',
      'skipped: The user was deleted after the plan was made. Make a new plan.',
      'skipped: The backend does not have the group Planning.',
      'skipped: Held by eve since today: on leave',
      'applied',
    ]);
    expect((await actions()).filter((action) => action === 'line.skipped')).toHaveLength(7);
  });

  it('goes by what is staged of each membership and of the group itself, not by other members', async () => {
    await storage.write(tenant, async (directory) => {
      for (const id of ['a', 'b', 'c', 'd', 'e', 'f', 'x']) await directory.insert(newUser(id));
      for (const id of ['g', 'renamed']) await directory.insert(newGroup(id));
      await directory.changeMembers('g', joining('a', 'b', 'c'));
    });
    await storage.writeSync(tenant, async (sync) => {
      await sync.mirror.put(
        'User',
        ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => newMirrorItem(id)),
      );
      await sync.mirrorMemberships.add(['d', 'e', 'f'].map((memberId) => ({ groupId: 'g', memberId })));
    });
    const member = (kind: 'add' | 'remove', memberId: string) => ({ ...MEMBER, kind, resourceId: 'g', memberId });
    await plan([
      { subject: 'group', resourceId: 'g', name: 'g', after: content('g'), wave: 1 },
      { subject: 'group', resourceId: 'renamed', name: 'renamed', after: content('renamed'), wave: 1 },
      ...[member('add', 'a'), member('add', 'b'), member('add', 'c')],
      ...[member('remove', 'd'), member('remove', 'e')],
    ]);
    await storage.write(tenant, async (directory) => {
      await directory.changeMembers('g', joining('x', 'e'));
      await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: [], remove: ['b', 'c'] }]);
      await directory.touch('Group', 'g', '2026-03-03T00:00:00.000Z');
      await directory.changeMembers('g', joining('c'));
      await directory.touch('Group', 'g', '2026-03-03T00:00:00.000Z');
      await directory.update('Group', 'renamed', '2026-03-03T00:00:00.000Z', newGroup('other name').content);
    });
    await apply();
    expect(await states()).toEqual([
      'applied',
      'skipped: The group has changed since the plan was made. Make a new plan.',
      'applied',
      'skipped: The member was removed from the group after the plan was made. Make a new plan.',
      'skipped: The member was removed from the group and added again after the plan was made. Make a new plan.',
      'applied',
      'skipped: The member was added to the group again after the plan was made. Make a new plan.',
    ]);
  });

  /** The lines of the plan `p` as they are by now, under another plan of the same name. */
  async function redigest(): Promise<void> {
    const { PlanDigest } = await import('../plan/lines.js');
    const digest = new PlanDigest();
    for (const line of await linesOf(storage, tenant, 'p')) digest.add(line);
    await storage.writeSync(tenant, async (sync) => {
      const before = await sync.plans.find('p');
      await sync.plans.move('p', 'open', 'making');
      if (before !== undefined) await sync.plans.freeze('p', { digest: digest.hex(), counts: before.counts });
    });
  }

  it('takes the others of an atomic batch with a line that it skips', async () => {
    await planned(['ann', 'bob']);
    await storage.write(tenant, (directory) => directory.touch('User', 'bob', '2026-03-03T00:00:00.000Z'));
    await storage.writeSync(tenant, async (sync) => {
      const lines = await sync.lines.page('p', 0, 10);
      await sync.lines.replace(
        'p',
        lines.map((line) => frozen({ ...line, atomicGroup: 'a' })),
      );
    });
    await redigest();
    await apply();
    expect(backend.batches).toEqual([]);
    expect(await states()).toEqual([
      'skipped: It can only be applied together with line 2, which was skipped: The user has changed since the plan was made. Make a new plan.',
      'skipped: The user has changed since the plan was made. Make a new plan.',
    ]);
  });

  it('keeps the backend from being told what has been told otherwise, where it undoes, and holds what it undid', async () => {
    await storage.writeSync(tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann'), newMirrorItem('bob')]));
    const undo = { kind: 'update', stagedVersion: 4, after: content('before') } as const;
    await plan(
      [
        { ...undo, resourceId: 'ann', before: content('ann') },
        { ...undo, resourceId: 'bob', before: content('robert') },
      ],
      { undoes: 'r0' },
    );
    const status = await apply();
    expect(await states()).toEqual(['applied', 'skipped: The backend has been told otherwise since. Make a new plan.']);
    expect(await storage.sync(tenant).holds.page(undefined, 10)).toMatchObject([
      {
        subject: 'account',
        resourceId: 'ann',
        reason: `undone in run ${status.id}`,
        untilVersionMoves: 4,
        undoneRun: 'r0',
      },
    ]);
    const [ann] = await storage.sync(tenant).mirror.page('User', undefined, 1);
    expect(ann).toMatchObject({ stagedVersion: 0, content: { name: 'before' } });
  });

  it("leaves a person's hold alone that came while the line was undone", async () => {
    await storage.writeSync(tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann')]));
    const held = { subject: 'account', resourceId: 'ann', by: 'eve', at: '2026-01-01', reason: 'on leave' } as const;
    await plan(
      [{ kind: 'update', stagedVersion: 4, resourceId: 'ann', before: content('ann'), after: content('before') }],
      { undoes: 'r0' },
    );
    backend.answer = async (batch) => {
      await storage.writeSync(tenant, (sync) => sync.holds.put([held]));
      return allApplied(batch);
    };
    await apply();
    expect(await states()).toEqual(['applied']);
    expect(await storage.sync(tenant).holds.page(undefined, 10)).toEqual([held]);
  });

  it('notes that a user was deleted while it was under way', async () => {
    await planned(['ann']);
    backend.answer = async (batch) => {
      await storage.write(tenant, (directory) => directory.remove('User', 'ann', '2026-03-03T00:00:00.000Z'));
      return allApplied(batch);
    };
    await apply();
    const [ann] = await storage.sync(tenant).mirror.page('User', undefined, 1);
    expect(ann?.missingSince).toMatch(/^\d{4}-/u);
  });

  it.each<[string, (sync: { discard: () => Promise<unknown> }) => Promise<unknown>, string]>([
    ['was discarded', ({ discard }) => discard(), 'The plan is discarded'],
  ])('is not begun for a plan that %s', async (_, spoil, sentence) => {
    await planned(['ann']);
    await spoil({ discard: () => storage.writeSync(tenant, (sync) => sync.plans.move('p', 'open', 'discarded')) });
    await expect(apply()).rejects.toThrow(sentence);
    expect(backend.batches).toEqual([]);
  });

  it('is not begun for a plan that is unknown, stale, or not what its digest says', async () => {
    await expect(apply()).rejects.toMatchObject({ status: 404 });
    await planned(['ann']);
    await storage.writeSync(tenant, (sync) => sync.lines.replace('p', [newLine(1, { resourceId: 'bob' })]));
    await expect(apply()).rejects.toMatchObject({
      status: 409,
      message: 'The lines of the plan are not those that its digest says.',
    });
    await seedPlan(storage, tenant, 'q', []);
    await seedPlan(storage, tenant, 'r', []);
    await (
      await startRun(running(), tenant, 'q', OPTIONS)
    ).ended;
    await expect(startRun(running(), tenant, 'r', OPTIONS)).rejects.toMatchObject({ status: 409 });
    expect(backend.batches).toEqual([]);
  });

  it('is the only one of its tenant', async () => {
    await planned(['ann']);
    await seedPlan(storage, tenant, 'q', []);
    const attempts = await Promise.allSettled(['p', 'q', 'p'].map((id) => startRun(running(), tenant, id, OPTIONS)));
    const begun = attempts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(begun).toHaveLength(1);
    for (const one of attempts) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(RunActive);
    await Promise.all(begun.map(({ ended }) => ended));
    expect(await storage.sync(tenant).runs.count()).toBe(1);
  });

  it('pauses at once, also while the backend does not answer, and continues with the same keys', async () => {
    await planned(['ann', 'bob', 'cy']);
    backend.answer = unanswered;
    const { ended } = await startRun(running({ batchSize: 2, concurrency: 1 }), tenant, 'p', OPTIONS);
    await expect.poll(() => backend.batches.length).toBe(1);
    await expect(resumeRun(running(), tenant, OPTIONS)).rejects.toBeInstanceOf(RunActive);
    expect(await requestPause(running(), tenant, 'eve')).toMatchObject({
      state: 'running',
      asked: { to: 'pause', by: 'eve' },
    });
    expect(await ended).toMatchObject({ state: 'paused', counts: { left: 3 } });
    expect(await states()).toEqual(['sent', 'sent', 'planned']);
    await expect(requestPause(running(), tenant, 'eve')).rejects.toMatchObject({ status: 409 });
    await expect(startRun(running(), tenant, 'p', OPTIONS)).rejects.toBeInstanceOf(RunActive);
    backend.answer = (batch) => Promise.resolve(allApplied(batch));
    // What was sent is sent again as it was, whatever has moved since.
    await storage.write(tenant, (directory) => directory.touch('User', 'ann', '2026-03-03T00:00:00.000Z'));
    expect(await (await resumeRun(running(), tenant, { by: 'eve' })).ended).toMatchObject({
      ...CREATED,
      counts: { applied: 3 },
    });
    expect(backend.numbers).toEqual([[1, 2], [1, 2], [3]]);
    const [first, again] = backend.batches;
    expect(again?.deliveries.map(({ key }) => key)).toEqual(first?.deliveries.map(({ key }) => key));
    expect((await actions()).filter((action) => action.startsWith('run.'))).toEqual([
      'run.started',
      'run.pauseAsked',
      'run.paused',
      'run.resumed',
      'run.finished',
    ]);
  });

  it('is canceled when what was sent is settled; the rest is skipped', async () => {
    await planned(['ann', 'bob', 'cy']);
    let answerNow = (): void => undefined;
    backend.answer = (batch) =>
      new Promise((resolve) => {
        answerNow = () => {
          resolve(allApplied(batch));
        };
      });
    const { ended } = await startRun(running({ batchSize: 1, concurrency: 1 }), tenant, 'p', OPTIONS);
    await expect.poll(() => backend.batches.length).toBe(1);
    const canceled = await requestCancel(running(), tenant, { by: 'eve' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(await states()).toEqual(['sent', 'planned', 'planned']);
    answerNow();
    for (const status of [await ended, await canceled.ended]) {
      expect(status).toMatchObject({ state: 'cancelled', counts: { left: 0, applied: 1, skipped: 2 } });
    }
    expect(await states()).toEqual(['applied', 'skipped: eve canceled the run.', 'skipped: eve canceled the run.']);
    expect(await storage.sync(tenant).plans.find('p')).toMatchObject({ state: 'applied' });
    expect(backend.finished).toHaveLength(1);
  });

  it('that is paused is canceled when what was sent is settled, if the backend answers', async () => {
    await planned(['ann', 'bob']);
    backend.answer = () => Promise.reject(new BackendUnavailable('It is down.'));
    expect(await apply({ batchSize: 1, concurrency: 1 })).toMatchObject({ state: 'paused', detail: 'It is down.' });
    expect(await states()).toEqual(['sent', 'planned']);
    backend.answer = (batch) => Promise.resolve(allApplied(batch));
    const done = await (await requestCancel(running(), tenant, { by: 'eve' })).ended;
    expect(done).toMatchObject({ state: 'cancelled', counts: { left: 0, applied: 1, skipped: 1 } });
    await expect(requestCancel(running(), tenant, { by: 'eve' })).rejects.toMatchObject({ status: 409 });
  });

  it.each<[string, ObedientBackend['answer']]>([
    ['is down', () => Promise.reject(new BackendUnavailable('It is down.'))],
    ['does not answer', unanswered],
  ])('is canceled without waiting for a backend that %s, and says what is not known', async (_, answer) => {
    await planned(['ann', 'bob']);
    backend.answer = unanswered;
    const { ended } = await startRun(running({ batchSize: 1, concurrency: 1 }), tenant, 'p', OPTIONS);
    await expect.poll(() => backend.batches.length).toBe(1);
    await requestPause(running(), tenant, 'eve');
    await ended;
    backend.answer = answer;
    const canceled = await requestCancel(running({ cancelMs: 30 }), tenant, { by: 'eve' });
    expect(await canceled.ended).toMatchObject({ state: 'cancelled', counts: { left: 0, failed: 1, skipped: 1 } });
    expect(await states()).toEqual([
      expect.stringContaining('failed: It was sent, and eve canceled the run before an answer came'),
      'skipped: eve canceled the run.',
    ]);
    expect(await storage.sync(tenant).runs.active()).toBeUndefined();
  });

  it('is canceled by the process that works on it while the backend does not answer', async () => {
    await planned(['ann', 'bob']);
    backend.answer = unanswered;
    const { ended } = await startRun(running({ batchSize: 1, concurrency: 1, cancelMs: 30 }), tenant, 'p', OPTIONS);
    await expect.poll(() => backend.batches.length).toBe(1);
    await requestCancel(running(), tenant, { by: 'eve' });
    expect(await ended).toMatchObject({ state: 'cancelled', counts: { left: 0, failed: 1, skipped: 1 } });
  });

  it('pauses at lines whose outcome is not known, and asks for them again under the same keys', async () => {
    await planned(['ann', 'bob', 'cy']);
    backend.answer = (batch) =>
      Promise.resolve(
        allApplied(batch).map((one) =>
          one.key === 'p:2' ? { key: one.key, state: 'unknown', detail: 'It answered "<html>".' } : one,
        ),
      );
    expect(await apply()).toMatchObject({
      state: 'paused',
      detail: 'It is not known whether the backend has applied line 2. It answered "<html>".',
      counts: { left: 1, applied: 2, failed: 0 },
    });
    expect(await states()).toEqual(['applied', 'sent', 'applied']);
    backend.answer = (batch) => Promise.resolve(allApplied(batch));
    expect(await (await resumeRun(running(), tenant, OPTIONS)).ended).toMatchObject(CREATED);
    expect(backend.batches.at(-1)?.deliveries.map(({ key }) => key)).toEqual(['p:2']);
  });

  it('is taken over when its lease has run out, and its first process writes nothing any more', async () => {
    await planned(['ann', 'bob']);
    const answers: (() => void)[] = [];
    backend.answer = (batch) =>
      new Promise((resolve) => {
        const accountId = `told ${answers.length}`;
        answers.push(() => {
          resolve(allApplied(batch).map((one) => ({ ...one, accountId })));
        });
      });
    const first = await startRun(running({ pollMs: 60_000 }), tenant, 'p', OPTIONS);
    await expect.poll(() => answers.length).toBe(1);
    expect(await resumeInterrupted(running(), tenant, OPTIONS)).toBeUndefined();
    const second = await resumeInterrupted(running({ ahead: 31_000 }), tenant, OPTIONS);
    await expect.poll(() => answers.length).toBe(2);
    answers[0]?.();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await states()).toEqual(['sent', 'sent']);
    answers[1]?.();
    expect(await second?.ended).toMatchObject({ ...CREATED, counts: { applied: 2 } });
    const mirrored = await storage.sync(tenant).mirror.page('User', undefined, 10);
    expect(mirrored.map(({ accountId }) => accountId)).toEqual(['told 1', 'told 1']);
    expect((await actions()).filter((action) => action === 'line.applied')).toHaveLength(2);
    expect(first.run.id).toBe(second?.run.id);
  });

  it('is left to others when the process ends', async () => {
    await planned(['ann']);
    backend.answer = unanswered;
    const stopping = new AbortController();
    const { ended } = await startRun(running({ stopping: stopping.signal }), tenant, 'p', OPTIONS);
    await expect.poll(() => backend.batches.length).toBe(1);
    stopping.abort();
    expect(await ended).toMatchObject({ state: 'running', interrupted: true });
    backend.answer = (batch) => Promise.resolve(allApplied(batch));
    expect(await (await resumeInterrupted(running(), tenant, OPTIONS))?.ended).toMatchObject(CREATED);
  });

  it('pauses where the backend cannot take what there is at the end, and ends when it can', async () => {
    await planned(['ann']);
    backend.finish = () => Promise.reject(new Error('the disk is full'));
    expect(await apply()).toMatchObject({
      state: 'paused',
      detail: 'What the run changed is not passed on whole: the disk is full',
    });
    backend.finish = () => Promise.resolve();
    expect(await (await resumeRun(running(), tenant, OPTIONS)).ended).toMatchObject(CREATED);
    expect(backend.batches).toHaveLength(1);
  });
});

async function lengthOf(items: AsyncIterable<unknown>): Promise<number> {
  let length = 0;
  for await (const item of items) length += item === undefined ? 0 : 1;
  return length;
}

/** A line without what has become of it. */
function frozen(line: PlanLine): PlanLine {
  const tracking = new Set(['state', 'confirmedBy', 'detail']);
  return newLine(line.number, Object.fromEntries(Object.entries(line).filter(([name]) => !tracking.has(name))));
}
