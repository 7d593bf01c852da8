import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { HoldTarget } from '../../model/hold.js';
import type { TrackedLine } from '../../model/line.js';
import type { Match, MatchBy } from '../../model/match.js';
import type { MirrorItem } from '../../model/mirror.js';
import type { Plan, PlanMatching } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { newGroup, newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { newRun } from '../../storage/testing/sync.fixture.js';
import type { Backend, MatchQuestion } from '../backend.js';
import { BackendUnavailable } from '../backend.js';
import { RunActive } from '../synchronization.js';
import { BARE_POLICY, content, mirrored } from '../testing/plan.fixture.js';
import { PlanDigest } from './lines.js';
import { makePlan } from './make.js';
import { WAVES } from './waves.js';

const NOW = '2026-11-24T12:00:00.000Z';

/** A backend that has these accounts already, and is told nothing. */
function backendWith(matches: Readonly<Record<string, readonly Match[]>>, atomic = false, by?: MatchBy): Backend {
  const place = { kind: 'http', address: 'http://backend.example' } as const;
  return {
    place,
    identity: () => Promise.resolve(place),
    canList: () => Promise.resolve(false),
    listResources: () => NOTHING,
    listMemberships: () => NOTHING,
    largestAtomicBatch: () => Promise.resolve(atomic ? 2 : 0),
    matchesBy: () => Promise.resolve(by ?? 'hashes'),
    match: (_tenant, questions: readonly MatchQuestion[]) =>
      Promise.resolve(new Map(questions.map(({ scimId }) => [scimId, matches[scimId] ?? []]))),
    deliver: () => Promise.reject(new Error('planning delivers nothing')),
    finish: () => Promise.reject(new Error('planning finishes nothing')),
  };
}

const NOTHING: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

interface Given {
  /** Their ids; userNames are these at example.com unless named. */
  readonly users?: Readonly<Record<string, string>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly accounts?: readonly MirrorItem[];
  readonly mirroredGroups?: Readonly<Record<string, readonly string[]>>;
  readonly holds?: readonly HoldTarget[];
}

/** What the backend has of a user who was deleted today. */
const IN_GRACE = mirrored('old', { content: content('ann@example.com', { active: false }), missingSince: NOW });

describe.each(storageKinds)('a plan on $name', (kind) => {
  let test: TestStorage;
  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(async () => {
    await test.close();
  });

  /** A tenant whose staging directory and mirror have this. */
  async function prepared({ users = {}, groups = {}, accounts = [], mirroredGroups = {}, holds = [] }: Given) {
    const tenantId = newId();
    await addTenant(test.storage, tenantId);
    await test.storage.write(tenantId, async (directory) => {
      for (const [id, userName] of Object.entries(users)) await directory.insert(newUser(userName, {}, id));
      for (const [group, add] of Object.entries(groups)) {
        await directory.insert(newGroup(group));
        await directory.changeMembers(group, [{ kind: 'delta', clear: false, add, remove: [] }]);
      }
    });
    await test.storage.writeSync(tenantId, async (sync) => {
      await sync.mirror.put('User', accounts);
      for (const [group, members] of Object.entries(mirroredGroups)) {
        await sync.mirror.put('Group', [mirrored(group, { content: content(group) })]);
        await sync.mirrorMemberships.add(members.map((memberId) => ({ groupId: group, memberId })));
      }
      for (const target of holds) await sync.holds.put([{ ...target, by: 'eve', at: NOW, reason: 'on leave' }]);
    });
    return tenantId;
  }

  const planned = (tenantId: string, backend = backendWith({}), policy: Partial<SyncPolicy> = {}): Promise<Plan> =>
    makePlan(
      { storage: test.storage, backend, now: () => new Date(NOW), newId: () => newId() },
      { tenantId, by: 'ada', inForce: { revision: 0, policy: { ...BARE_POLICY, ...policy } }, user: USER },
    );

  const linesOf = (tenantId: string, plan: Plan): Promise<readonly TrackedLine[]> =>
    test.storage.sync(tenantId).lines.page(plan.id, 0, 1_000);

  /** The lines of a plan, each in a few words. */
  async function summary(tenantId: string, plan: Plan): Promise<readonly string[]> {
    const lines = await linesOf(tenantId, plan);
    return lines.map(({ kind: does, resourceId, memberId }) => [does, resourceId, memberId].filter(Boolean).join(' '));
  }

  it('is the difference between staging directory and mirror', async () => {
    const tenantId = await prepared({
      users: { ann: 'ann@example.com', bob: 'bob@new.example', cid: 'cid@example.com' },
      accounts: [mirrored('bob'), mirrored('cid'), mirrored('dan')].map((item) => ({ ...item, stagedVersion: 0 })),
      groups: { sales: ['ann', 'cid'], staff: ['sales'] },
      mirroredGroups: { sales: ['bob', 'cid'], gone: ['cid'] },
    });
    const plan = await planned(tenantId);
    expect(plan).toMatchObject({ state: 'open', by: 'ada', created: NOW, mirrored: 3, runsBefore: 0 });
    expect(plan.counts).toMatchObject({
      accounts: { create: 1, update: 1, delete: 1, unchanged: 1, conflict: 0 },
      groups: { create: 1, delete: 1, unchanged: 1 },
      memberships: { add: 2, remove: 1 },
    });
    expect(await summary(tenantId, plan)).toEqual([
      'create ann',
      'update bob',
      'delete dan',
      'delete gone',
      'create staff',
      'remove sales bob',
      'add sales ann',
      'add staff sales',
    ]);
  });

  it('does not look into what has the version and the policy that were delivered', async () => {
    const users = { ann: 'ann@example.com' };
    const accounts = [mirrored('ann', { content: content('of another version') })];
    const tenantId = await prepared({ users, accounts });
    expect((await planned(tenantId)).counts.accounts).toMatchObject({ unchanged: 1, update: 0 });
    await test.storage.writeSync(tenantId, (sync) =>
      sync.mirror.put('User', [mirrored('ann', { policyRevision: 1, content: content('of another policy') })]),
    );
    expect((await planned(tenantId)).counts.accounts).toMatchObject({ unchanged: 0, update: 1 });
  });

  it('leaves groups out where the policy does', async () => {
    const tenantId = await prepared({ users: { ann: 'ann@example.com' }, groups: { sales: ['ann'] } });
    const plan = await planned(tenantId, backendWith({}), { groups: false });
    expect(await summary(tenantId, plan)).toEqual(['create ann']);
  });

  it('frees a userName before it is used again', async () => {
    const users = { ann: 'BOB@example.com', bob: 'cid@example.com', new: 'ann@example.com' };
    const accounts = [mirrored('ann'), mirrored('bob'), mirrored('cid')].map((item) => ({ ...item, stagedVersion: 0 }));
    const tenantId = await prepared({ users, accounts });
    const plan = await planned(tenantId);
    expect(plan.counts.accounts).toMatchObject({ create: 1, update: 2, delete: 1, conflict: 0 });
    const delivered = await test.storage.sync(tenantId).lines.toDeliver(plan.id, undefined, 10, ['planned']);
    expect(delivered.map(({ resourceId, wave, dependsOn }) => [resourceId, wave, ...dependsOn])).toEqual([
      ['cid', 0],
      ['bob', 1, 'cid'],
      ['ann', 2, 'bob'],
      ['new', 3, 'ann'],
    ]);
  });

  it.each([
    ['is a conflict where the backend takes no atomic batches', false, { conflict: 2, update: 0 }],
    ['is taken in one batch where it does', true, { conflict: 0, update: 2 }],
  ])('a swap of userNames %s', async (_, atomic, counts) => {
    const users = { ann: 'bob@example.com', bob: 'ann@example.com' };
    const accounts = [mirrored('ann'), mirrored('bob')].map((item) => ({ ...item, stagedVersion: 0 }));
    const tenantId = await prepared({ users, accounts });
    const plan = await planned(tenantId, backendWith({}, atomic));
    expect(plan.counts.accounts).toMatchObject(counts);
    const groups = (await linesOf(tenantId, plan)).map(({ atomicGroup }) => atomicGroup);
    expect(groups).toEqual(atomic ? ['ann', 'ann'] : [undefined, undefined]);
  });

  it('is in conflict where a userName belongs to a deleted account in its grace period', async () => {
    const inGrace = { ...IN_GRACE, accountId: undefined };
    const tenantId = await prepared({ users: { ann: 'ann@example.com' }, accounts: [inGrace] });
    const plan = await planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ conflict: 1, held: 1, create: 0, delete: 0 });
    const [conflict] = await linesOf(tenantId, plan);
    expect(conflict).toMatchObject({ kind: 'conflict', would: 'create' });
    expect(conflict?.sentence).toContain('grace period ends 2026-12-01');
  });

  it('says so already in the plan in which the grace period begins', async () => {
    const deleted = { ...IN_GRACE, accountId: undefined, content: content('ann@example.com') };
    const tenantId = await prepared({ users: { ann: 'ann@example.com' }, accounts: [deleted] });
    const plan = await planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ conflict: 1, deactivate: 1 });
    const [conflict, deactivation] = await linesOf(tenantId, plan);
    expect(conflict?.sentence).toContain('grace period ends 2026-12-01');
    expect(deactivation?.heldUntil).toBe('2026-12-01T12:00:00.000Z');
  });

  it('gives somebody who was hired again within the grace period the same account, and says so', async () => {
    const tenantId = await prepared({
      users: { ann: 'Ann@example.com' },
      accounts: [IN_GRACE],
      groups: { sales: ['ann'] },
      mirroredGroups: { sales: ['old'] },
    });
    const plan = await planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ link: 1, conflict: 0, held: 0, delete: 0, unchanged: 0 });
    const lines = await linesOf(tenantId, plan);
    expect(lines[0]).toMatchObject({
      ...{ kind: 'link', resourceId: 'ann', formerId: 'old', accountId: 'account-old' },
      sentence: expect.stringContaining('Hired again') as string,
      changes: [
        { attribute: 'userName', before: 'ann@example.com', after: 'Ann@example.com' },
        { attribute: 'active', before: false, after: true },
      ],
    });
    expect(lines[0]).not.toHaveProperty('needsConfirmation');
    expect(await summary(tenantId, plan)).toEqual(['link ann', 'remove sales old', 'add sales ann']);
    expect(lines.map(({ wave }) => wave)).toEqual([WAVES.rehired, WAVES.accounts, WAVES.memberships]);
  });

  it('does so for a user in the recycle bin of Entra, whose name there is said and not passed on', async () => {
    const tombstone = `${'0123456789abcdef'.repeat(2)}ann@example.com`;
    const account = mirrored('old', { stagedVersion: 0, content: content('ann@example.com') });
    const tenantId = await prepared({ users: { old: 'ann@example.com' }, accounts: [account] });
    await test.storage.write(tenantId, (directory) =>
      directory.update('User', 'old', NOW, userContent(tombstone, { active: false })),
    );
    const [gone] = await linesOf(tenantId, await planned(tenantId));
    expect(gone).toMatchObject({ kind: 'deactivate', name: 'ann@example.com' });
    expect(gone?.sentence).toContain(tombstone);
    expect(gone?.changes).toEqual([{ attribute: 'active', before: true, after: false }]);
    await test.storage.write(tenantId, (directory) => directory.insert(newUser('ann@example.com', {}, 'ann')));
    const plan = await planned(tenantId);
    expect(await summary(tenantId, plan)).toEqual(['link ann']);
    const deleting = await planned(tenantId, backendWith({}), { deactivation: 'delete' });
    expect(await summary(tenantId, deleting)).toEqual(['create ann', 'delete old']);
  });

  it.each(['ann', 'old'])('gives nobody an account back where %s is held', async (resourceId) => {
    const tenantId = await prepared({
      users: { ann: 'ann@example.com' },
      accounts: [{ ...IN_GRACE, content: content('ann@example.com') }],
      holds: [{ subject: 'account', resourceId }],
    });
    const plan = await planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ link: 0, held: 1 });
  });

  it('links what the backend has, and takes the name of a mirrored account for no match', async () => {
    const users = { ann: 'ann@example.com', bob: 'bob@example.com', cid: 'dan@example.com' };
    const tenantId = await prepared({ users, accounts: [mirrored('dan')] });
    const plan = await planned(
      tenantId,
      backendWith({
        ann: [{ accountId: 'a-1', by: 'scimId', scimId: 'ann' }],
        bob: [{ accountId: 'a-2', by: 'name', hints: { email: 'bob@example.com' } }],
        cid: [{ accountId: 'account-dan', by: 'name', scimId: 'dan' }],
      }),
    );
    expect(await linesOf(tenantId, plan)).toMatchObject([
      { resourceId: 'ann', kind: 'link', accountId: 'a-1' },
      { resourceId: 'bob', kind: 'link', accountId: 'a-2', needsConfirmation: true },
      { resourceId: 'cid', kind: 'create', wave: 1, dependsOn: ['dan'] },
      { resourceId: 'dan', kind: 'delete' },
    ]);
  });

  it('takes a link for confirmed in an earlier plan where it is to the same account only', async () => {
    const tenantId = await prepared({ users: { ann: 'ann@example.com', bob: 'bob@example.com' } });
    await test.storage.writeSync(tenantId, (sync) =>
      sync.confirmedLinks.put(
        ['ann', 'bob'].map((resourceId) => ({ subject: 'account' as const, resourceId, accountId: 'a-1', by: 'Ida' })),
      ),
    );
    const backend = backendWith({
      ann: [{ accountId: 'a-1', by: 'name' }],
      bob: [{ accountId: 'a-2', by: 'name' }],
    });
    const [ann, bob] = await linesOf(tenantId, await planned(tenantId, backend));
    expect(ann).toMatchObject({ accountId: 'a-1', needsConfirmation: true, confirmedBy: 'Ida' });
    expect(bob).toMatchObject({ accountId: 'a-2', needsConfirmation: true });
    expect(bob).not.toHaveProperty('confirmedBy');
  });

  it('asks the backend nothing about whom somebody holds, and nothing that the policy does not pass on', async () => {
    const tenantId = await prepared({
      users: { ann: 'ann@example.com', bob: 'bob@example.com' },
      holds: [{ subject: 'account', resourceId: 'bob' }],
    });
    await test.storage.write(tenantId, (directory) =>
      directory.update('User', 'ann', NOW, userContent('ann@example.com', { externalId: 'e-1' })),
    );
    const asked: MatchQuestion[] = [];
    const backend: Backend = {
      ...backendWith({}),
      match: (_tenant, questions) => {
        asked.push(...questions);
        return Promise.resolve(new Map());
      },
    };
    await planned(tenantId, backend);
    expect(asked).toMatchObject([{ scimId: 'ann', content: { name: 'ann@example.com' } }]);
    expect(asked[0]).not.toHaveProperty('externalId');
    await planned(tenantId, backend, { attributes: { externalId: 'key' } });
    expect(asked[1]).toMatchObject({ scimId: 'ann', externalId: 'e-1' });
  });

  it.each<[SyncPolicy['matching'], MatchBy, PlanMatching]>([
    ['hashes', 'hashes', { sent: 'hashes', asked: 1, notAsked: 0 }],
    ['hashes', 'names', { sent: 'nothing', asked: 0, notAsked: 1 }],
    ['names', 'hashes', { sent: 'names', asked: 1, notAsked: 0 }],
    ['names', 'names', { sent: 'names', asked: 1, notAsked: 0 }],
    ['off', 'hashes', { sent: 'nothing', asked: 0, notAsked: 1 }],
  ])(
    'whose policy allows %s sends no more to a backend that can compare %s, and says so',
    async (matching, can, said) => {
      const tenantId = await prepared({
        users: { ann: 'ann@example.com', bob: 'bob@example.com', cid: 'cid@example.com' },
        accounts: [mirrored('bob')],
        holds: [{ subject: 'account', resourceId: 'cid' }],
      });
      const asked: unknown[] = [];
      const backend: Backend = {
        ...backendWith({}, false, can),
        match: (_tenant, questions, by) => {
          asked.push(...questions.map(({ scimId }) => `${by} ${scimId}`));
          return Promise.resolve(new Map());
        },
      };
      const plan = await planned(tenantId, backend, { matching });
      expect(plan.matching).toEqual(said);
      expect(asked).toEqual(said.asked === 0 ? [] : [`${said.sent} ann`]);
    },
  );

  it('says nothing of matching where the backend has nothing that it was not told of', async () => {
    const tenantId = await prepared({ users: { ann: 'ann@example.com' } });
    const backend: Backend = { ...backendWith({}), matchesBy: () => Promise.resolve(undefined) };
    expect(await planned(tenantId, backend)).not.toHaveProperty('matching');
  });

  it('holds what is held, and its memberships', async () => {
    const tenantId = await prepared({
      users: { ann: 'ann@example.com', bob: 'bob@example.com' },
      groups: { sales: ['ann', 'bob'] },
      accounts: [mirrored('ann')],
      holds: [
        { subject: 'account', resourceId: 'bob' },
        { subject: 'membership', resourceId: 'sales', memberId: 'ann' },
      ],
    });
    const plan = await planned(tenantId);
    expect(plan.counts).toMatchObject({
      accounts: { held: 1, create: 0 },
      groups: { create: 1 },
      memberships: { add: 0 },
    });
    expect(await summary(tenantId, plan)).toEqual(['held bob', 'create sales', 'held sales ann']);
  });

  it('has the digest of its lines, which another plan of the same state has as well', async () => {
    const tenantId = await prepared({ users: { ann: 'ann@example.com' }, accounts: [mirrored('bob')] });
    const [one, other] = [await planned(tenantId), await planned(tenantId)];
    const digest = new PlanDigest();
    for (const line of await linesOf(tenantId, one)) digest.add(line);
    expect(one.digest).toBe(digest.hex());
    expect(other.digest).toBe(one.digest);
    expect(other.id).not.toBe(one.id);
  });

  it('is not made while a run is active, and discarded where the backend cannot be asked', async () => {
    const tenantId = await prepared({ users: { ann: 'ann@example.com' } });
    const down: Backend = { ...backendWith({}), match: () => Promise.reject(new BackendUnavailable('It is down.')) };
    await expect(planned(tenantId, down)).rejects.toThrow(BackendUnavailable);
    expect(await test.storage.sync(tenantId).plans.latest(undefined, 10)).toMatchObject([{ state: 'discarded' }]);
    await test.storage.writeSync(tenantId, (sync) => sync.runs.insert(newRun('run-1')));
    await expect(planned(tenantId)).rejects.toThrow(RunActive);
  });

  it('leaves an entry in the audit trail', async () => {
    const tenantId = await prepared({});
    const plan = await planned(tenantId);
    expect(await test.storage.sync(tenantId).audit.page(undefined, 10)).toMatchObject([
      { action: 'plan.made', by: 'ada', planId: plan.id, at: NOW, detail: { digest: plan.digest } },
    ]);
  });
});
