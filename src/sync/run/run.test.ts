import { describe, expect, it } from 'vitest';
import type { PlanLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import { newGroup, newUser } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { newLine, newMirrorItem } from '../../storage/testing/sync.fixture.js';
import { WAVES } from '../plan/waves.js';
import { RunActive } from '../synchronization.js';
import { UNGUARDED } from '../testing/plan.fixture.js';
import { allApplied, plannedRuns } from '../testing/run.fixture.js';
import { seedPlan } from '../testing/seed-plan.fixture.js';
import { resumeRun } from './resume.js';
import { type StartOptions, startRun } from './start.js';

const OPTIONS: StartOptions = { by: 'ada', policy: UNGUARDED };
const CREATED = { state: 'finished', interrupted: false };

/** A membership of a group of version 1, which a change moves to version 2. */
const MEMBER = { subject: 'membership', kind: 'add', stagedVersion: 2, wave: 2 } as const;

const joining = (...add: readonly string[]) => [{ kind: 'delta', clear: false, add, remove: [] }] as const;

const content = (name: string): SyncContent => ({ name, active: true, attributes: {} });

describe.each(storageKinds)('a run on $name', ({ open }) => {
  const at = plannedRuns(open);

  it('applies exactly the lines of its plan, and the mirror has what the backend acknowledged', async () => {
    await at.planned(
      ['ann', 'bob', 'cy'],
      [
        { kind: 'conflict', resourceId: 'dee' },
        { kind: 'held', resourceId: 'eve' },
      ],
    );
    const progress: number[] = [];
    let written: readonly number[] = [];
    at.backend.finish = async (run) => {
      at.backend.finished.push(run);
      written = await Promise.all([run.mirrored('User'), run.mirrored('Group'), run.appliedLines()].map(lengthOf));
    };
    const { run, ended } = await startRun(at.running({ batchSize: 2, concurrency: 1 }), at.tenant, 'p', {
      ...OPTIONS,
      onProgress: ({ left }) => progress.push(left),
    });
    expect(await ended).toMatchObject({ ...CREATED, counts: { left: 0, applied: 3, skipped: 0, failed: 0 } });
    expect(progress).toEqual([1, 0]);
    expect(at.backend.batches.map(({ deliveries }) => deliveries.map(({ key }) => key))).toEqual([
      ['p:1', 'p:2'],
      ['p:3'],
    ]);
    expect(at.backend.batches[0]).toMatchObject({ tenantId: at.tenant, runId: run.id, atomic: false });
    expect(await at.storage.sync(at.tenant).mirror.page('User', undefined, 10)).toEqual(
      ['ann', 'bob', 'cy'].map((name) => newMirrorItem(name, { accountId: `account-${name}` })),
    );
    expect(await at.states()).toEqual(['applied', 'applied', 'applied', 'planned', 'planned']);
    expect(await at.storage.sync(at.tenant).plans.find('p')).toMatchObject({ state: 'applied' });
    expect(await at.actions()).toEqual(['run.started', 'line.applied', 'line.applied', 'line.applied', 'run.finished']);
    expect(at.backend.finished.map(({ runId }) => runId)).toEqual([run.id]);
    expect(written).toEqual([3, 0, 3]);
  });

  it('goes on behind a line that has failed', async () => {
    await at.planned(['ann', 'bob', 'cy']);
    at.backend.answer = (batch) =>
      Promise.resolve(
        allApplied(batch).map((one) =>
          one.key === 'p:2' ? { key: one.key, state: 'failed', detail: 'No license.' } : one,
        ),
      );
    expect(await at.apply()).toMatchObject({ counts: { applied: 2, failed: 1 } });
    expect(await at.states()).toEqual(['applied', 'failed: No license.', 'applied']);
    expect(
      (await at.storage.sync(at.tenant).mirror.page('User', undefined, 10)).map(({ resourceId }) => resourceId),
    ).toEqual(['ann', 'cy']);
    const audit = await at.storage.sync(at.tenant).audit.page(undefined, 100);
    expect(audit.find(({ action }) => action === 'line.failed')).toMatchObject({
      by: 'ada',
      resourceId: 'bob',
      detail: { number: 2, kind: 'create', name: 'bob', detail: 'No license.' },
    });
  });

  it('delivers wave by wave, several batches of one at a time', async () => {
    await at.planned(
      ['ann', 'bob', 'cy'],
      [
        { subject: 'group', resourceId: 'g', name: 'g', after: content('g'), wave: WAVES.groups },
        { ...MEMBER, resourceId: 'g', memberId: 'ann', wave: WAVES.memberships },
      ],
    );
    await at.storage.write(at.tenant, async (directory) => {
      await directory.insert(newGroup('g'));
      await directory.changeMembers('g', joining('ann'));
    });
    const under = { now: 0, most: 0 };
    at.backend.answer = async (batch) => {
      under.now += 1;
      under.most = Math.max(under.most, under.now);
      // The first waits for the second, which is in progress at the same time.
      await expect.poll(() => at.backend.batches.length).toBeGreaterThanOrEqual(2);
      under.now -= 1;
      return allApplied(batch);
    };
    expect(await at.apply({ batchSize: 1, concurrency: 2 })).toMatchObject({ counts: { applied: 5 } });
    expect(at.backend.numbers.slice(3)).toEqual([[4], [5]]);
    expect(under.most).toBe(2);
    expect(await at.storage.sync(at.tenant).mirrorMemberships.page(undefined, 10)).toEqual([
      { groupId: 'g', memberId: 'ann' },
    ]);
  });

  it('lets two accounts swap their userNames in one atomic batch', async () => {
    await at.storage.writeSync(at.tenant, (sync) =>
      sync.mirror.put('User', [newMirrorItem('ann'), newMirrorItem('bob')]),
    );
    const swap = (id: string, name: string): Partial<PlanLine> => ({
      kind: 'update',
      resourceId: id,
      name,
      before: content(id),
      after: content(name),
      atomicGroup: 's',
    });
    await at.storage.write(at.tenant, async (directory) => {
      for (const name of ['ann', 'bob', 'cy']) await directory.insert(newUser(name));
    });
    await at.plan([swap('ann', 'bob'), { resourceId: 'cy', name: 'cy', after: content('cy') }, swap('bob', 'ann')]);
    await at.apply();
    const batches = at.backend.batches.map(({ atomic }, index) => [atomic, at.backend.numbers[index]]);
    expect(batches.sort()).toEqual([
      [false, [2]],
      [true, [1, 3]],
    ]);
    const names = (await at.storage.sync(at.tenant).mirror.page('User', undefined, 10)).map((one) => one.content.name);
    expect(names).toEqual(['bob', 'ann', 'cy']);
  });

  it('notes that a user was deleted while it was under way', async () => {
    await at.planned(['ann']);
    at.backend.answer = async (batch) => {
      await at.storage.write(at.tenant, (directory) => directory.remove('User', 'ann', '2026-03-03T00:00:00.000Z'));
      return allApplied(batch);
    };
    await at.apply();
    const [ann] = await at.storage.sync(at.tenant).mirror.page('User', undefined, 1);
    expect(ann?.missingSince).toMatch(/^\d{4}-/u);
  });

  it.each<[string, (sync: { discard: () => Promise<unknown> }) => Promise<unknown>, string]>([
    ['was discarded', ({ discard }) => discard(), 'The plan is discarded'],
  ])('is not begun for a plan that %s', async (_, spoil, sentence) => {
    await at.planned(['ann']);
    await spoil({
      discard: () => at.storage.writeSync(at.tenant, (sync) => sync.plans.move('p', 'open', 'discarded')),
    });
    await expect(at.apply()).rejects.toThrow(sentence);
    expect(at.backend.batches).toEqual([]);
  });

  it('is not begun for a plan that is unknown, stale, or not what its digest says', async () => {
    await expect(at.apply()).rejects.toMatchObject({ status: 404 });
    await at.planned(['ann']);
    await at.storage.writeSync(at.tenant, (sync) => sync.lines.replace('p', [newLine(1, { resourceId: 'bob' })]));
    await expect(at.apply()).rejects.toMatchObject({
      status: 409,
      message: 'The lines of the plan are not those that its digest says.',
    });
    await seedPlan(at.storage, at.tenant, 'q', []);
    await seedPlan(at.storage, at.tenant, 'r', []);
    await (
      await startRun(at.running(), at.tenant, 'q', OPTIONS)
    ).ended;
    await expect(startRun(at.running(), at.tenant, 'r', OPTIONS)).rejects.toMatchObject({ status: 409 });
    expect(at.backend.batches).toEqual([]);
  });

  it('is the only one of its tenant', async () => {
    await at.planned(['ann']);
    await seedPlan(at.storage, at.tenant, 'q', []);
    // It must last until all have tried.
    let allHaveTried = (): void => undefined;
    const tried = new Promise<void>((resolve) => (allHaveTried = resolve));
    at.backend.finish = () => tried;
    const attempts = await Promise.allSettled(
      ['p', 'q', 'p'].map((id) => startRun(at.running(), at.tenant, id, OPTIONS)),
    );
    allHaveTried();
    const begun = attempts.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    expect(begun).toHaveLength(1);
    for (const one of attempts) if (one.status === 'rejected') expect(one.reason).toBeInstanceOf(RunActive);
    await Promise.all(begun.map(({ ended }) => ended));
    expect(await at.storage.sync(at.tenant).runs.count()).toBe(1);
  });

  it('pauses where the backend cannot take what there is at the end, and ends when it can', async () => {
    await at.planned(['ann']);
    at.backend.finish = () => Promise.reject(new Error('the disk is full'));
    expect(await at.apply()).toMatchObject({
      state: 'paused',
      detail: 'What the run changed is not passed on whole: the disk is full',
    });
    at.backend.finish = () => Promise.resolve();
    expect(await (await resumeRun(at.running(), at.tenant, OPTIONS)).ended).toMatchObject(CREATED);
    expect(at.backend.batches).toHaveLength(1);
  });
});

async function lengthOf(items: AsyncIterable<unknown>): Promise<number> {
  let length = 0;
  for await (const item of items) length += item === undefined ? 0 : 1;
  return length;
}
