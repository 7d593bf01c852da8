import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Hold, HoldTarget } from '../../../model/hold.js';
import { NO_COUNTS, type PlanCounts } from '../../../model/plan.js';
import type { SyncReader, SyncWriter } from '../../sync-store.js';
import { CHANGED, CREATED } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { newAuditEntry, newLine, newPlan, TEST_POLICY } from '../../testing/sync.fixture.js';

const hold = (target: HoldTarget, given: Partial<Hold> = {}): Hold => ({
  ...target,
  ...{ by: 'ada', at: CREATED, reason: 'asked for' },
  ...given,
});

const HOLDS: readonly Hold[] = [
  hold({ subject: 'account', resourceId: 'u1' }, { untilVersionMoves: 0, undoneRun: 'r1', undoingRun: 'r2' }),
  hold({ subject: 'account', resourceId: 'u2' }, { untilVersionMoves: 12, stagedDigest: 'abc' }),
  hold({ subject: 'group', resourceId: 'u1' }, { until: CHANGED }),
  hold({ subject: 'membership', resourceId: 'g1', memberId: 'u1' }),
  hold({ subject: 'membership', resourceId: 'g1', memberId: 'u2' }),
];

describe.each(storageKinds)('what a review is made of on $name', (kind) => {
  let test: TestStorage;
  let tenantId: string;
  let reader: SyncReader;
  let tenants = 0;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenantId = `t${(tenants += 1)}`;
    await addTenant(test.storage, tenantId);
    reader = test.storage.sync(tenantId);
  });

  const write = <T>(work: (sync: SyncWriter) => Promise<T>): Promise<T> => test.storage.writeSync(tenantId, work);
  const ids = (items: readonly { readonly id: string }[]): readonly string[] => items.map(({ id }) => id);

  it('a policy has a revision that rises with each change', async () => {
    expect(await reader.policy.find()).toBeUndefined();
    expect(await write((sync) => sync.policy.set(TEST_POLICY))).toBe(1);
    expect(await reader.policy.find()).toEqual({ revision: 1, policy: TEST_POLICY });
    const other = { ...TEST_POLICY, autoApprove: false, attributes: {} };
    expect(await write((sync) => sync.policy.set(other))).toBe(2);
    expect(await reader.policy.find()).toEqual({ revision: 2, policy: other });
  });

  it('holds are listed in pages, and found by subject and resource', async () => {
    await write(async (sync) => {
      await sync.holds.put(HOLDS.toReversed());
    });
    expect(await reader.holds.page(undefined, 10)).toEqual(HOLDS);
    expect(await reader.holds.page(HOLDS[1], 2)).toEqual(HOLDS.slice(2, 4));
    expect(await reader.holds.page(HOLDS[3], 2)).toEqual(HOLDS.slice(4));
    expect(await reader.holds.of('account', ['u1', 'u3'])).toEqual(HOLDS.slice(0, 1));
    expect(await reader.holds.of('membership', ['g1'])).toHaveLength(2);
    expect(await reader.holds.of('membership', [])).toEqual([]);
  });

  it('a hold is replaced by another of the same target, and removed once', async () => {
    const [first = hold({ subject: 'account', resourceId: 'u1' })] = HOLDS;
    const again = hold({ subject: 'account', resourceId: 'u1' }, { by: 'bob', at: CHANGED, reason: 'other' });
    await write((sync) => sync.holds.put([first]));
    await write((sync) => sync.holds.put([again]));
    expect(await reader.holds.page(undefined, 10)).toEqual([again]);
    const member: HoldTarget = { subject: 'membership', resourceId: 'u1', memberId: 'x' };
    expect(await write((sync) => sync.holds.remove([member]))).toEqual([]);
    expect(await write((sync) => sync.holds.remove([{ subject: 'account', resourceId: 'u1' }]))).toEqual([again]);
    expect(await write((sync) => sync.holds.remove([{ subject: 'account', resourceId: 'u1' }]))).toEqual([]);
    expect(await reader.holds.page(undefined, 10)).toEqual([]);
  });

  it('many holds are put and removed at once, and those of an undone run are found', async () => {
    const many = Array.from({ length: 1_200 }, (_, index) =>
      hold({ subject: 'account', resourceId: `u${10_000 + index}` }, { undoneRun: 'r9' }),
    );
    await write((sync) => sync.holds.put([...many, ...HOLDS]));
    expect(await reader.holds.ofUndone('r9', undefined, 5_000)).toEqual(many);
    expect(await reader.holds.ofUndone('r9', many[0], 2)).toEqual(many.slice(1, 3));
    expect(await reader.holds.ofUndone('r1', undefined, 9)).toEqual(HOLDS.slice(0, 1));
    expect(await write((sync) => sync.holds.remove(many))).toHaveLength(1_200);
    expect(await reader.holds.page(undefined, 5_000)).toEqual(HOLDS);
  });

  it('plans are found, and listed in pages, the latest first', async () => {
    const undo = newPlan('p2', { by: 'bob', policyRevision: 4, runsBefore: 5, mirrored: 6, undoes: 'r1' });
    await write(async (sync) => {
      for (const plan of [newPlan('p1'), undo, newPlan('p3')]) await sync.plans.insert(plan);
    });
    expect(await reader.plans.find('p2')).toEqual(undo);
    expect(await reader.plans.find('p9')).toBeUndefined();
    expect(ids(await reader.plans.latest(undefined, 2))).toEqual(['p3', 'p2']);
    expect(ids(await reader.plans.latest('p2', 2))).toEqual(['p1']);
  });

  it('lines about somebody are those of plans that were made, whatever else is being made', async () => {
    await write(async (sync) => {
      for (const plan of [newPlan('p1', { state: 'open' }), newPlan('p2', { state: 'discarded' }), newPlan('p3')]) {
        await sync.plans.insert(plan);
        await sync.lines.insert(plan.id, [newLine(1, { resourceId: 'u1' }), newLine(2, { resourceId: 'u2' })]);
      }
    });
    const plansWith = async (before: string | undefined, limit: number): Promise<readonly string[]> =>
      (await reader.lines.about('u1', before, limit)).map(({ planId }) => planId);
    expect(await plansWith(undefined, 1)).toEqual(['p2']);
    expect(await plansWith(undefined, 9)).toEqual(['p2', 'p1']);
    expect(await plansWith('p2', 9)).toEqual(['p1']);
  });

  it('a plan is frozen once', async () => {
    const counts: PlanCounts = { ...NO_COUNTS, memberships: { add: 3, remove: 4 } };
    const freeze = (): Promise<void> => write((sync) => sync.plans.freeze('p1', { digest: 'abc', counts }));
    await expect(freeze()).rejects.toThrow('p1');
    await write((sync) => sync.plans.insert(newPlan('p1')));
    await freeze();
    expect(await reader.plans.find('p1')).toEqual(newPlan('p1', { state: 'open', digest: 'abc', counts }));
    await expect(freeze()).rejects.toThrow('p1');
  });

  it('a plan moves from the state that it is in only', async () => {
    await write((sync) => sync.plans.insert(newPlan('p1', { state: 'open' })));
    expect(await write((sync) => sync.plans.move('p1', 'applying', 'applied'))).toBe(false);
    expect(await write((sync) => sync.plans.move('p1', 'open', 'applying'))).toBe(true);
    expect((await reader.plans.find('p1'))?.state).toBe('applying');
    expect(await write((sync) => sync.plans.move('p9', 'open', 'applying'))).toBe(false);
  });

  it('the audit trail is read in the order of time', async () => {
    const full = newAuditEntry('a2', {
      ...{ by: 'bob', action: 'line.applied', planId: 'p', runId: 'r', resourceId: 'u1' },
      detail: { number: 1, answer: { text: 'OK "ü"' } },
    });
    await write((sync) => sync.audit.append([full, newAuditEntry('a1')]));
    await write((sync) => sync.audit.append([]));
    await write((sync) => sync.audit.append([newAuditEntry('a3')]));
    expect(await reader.audit.page(undefined, 2)).toEqual([newAuditEntry('a1'), full]);
    expect(ids(await reader.audit.page('a2', 2))).toEqual(['a3']);
  });

  it('the audit trail is read from its end, and by what it is about', async () => {
    const about = (id: string) => newAuditEntry(id, { resourceId: 'u1' });
    await write((sync) => sync.audit.append([about('a1'), newAuditEntry('a2'), about('a3'), about('a4')]));
    expect(ids(await reader.audit.latest(undefined, 2))).toEqual(['a4', 'a3']);
    expect(ids(await reader.audit.latest('a3', 9))).toEqual(['a2', 'a1']);
    expect(await reader.audit.ofResource('u1', undefined, 2)).toEqual([about('a4'), about('a3')]);
    expect(ids(await reader.audit.ofResource('u1', 'a3', 9))).toEqual(['a1']);
    expect(await reader.audit.ofResource('u2', undefined, 9)).toEqual([]);
  });

  it('an entry of the audit trail is never replaced', async () => {
    await write((sync) => sync.audit.append([newAuditEntry('a1')]));
    await expect(write((sync) => sync.audit.append([newAuditEntry('a1', { by: 'eve' })]))).rejects.toThrow();
    expect(await reader.audit.page(undefined, 9)).toEqual([newAuditEntry('a1')]);
  });

  it('is kept as a whole, or not at all', async () => {
    const broken = write(async (sync) => {
      await sync.plans.insert(newPlan('p1'));
      await sync.audit.append([newAuditEntry('a1')]);
      expect(await sync.plans.find('p1')).toBeDefined();
      throw new Error('no');
    });
    await expect(broken).rejects.toThrow('no');
    expect([await reader.plans.latest(undefined, 9), await reader.audit.page(undefined, 9)]).toEqual([[], []]);
  });
});
