import { describe, expect, it } from 'vitest';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { newRun } from '../../storage/testing/sync.fixture.js';
import { type Backend, BackendUnavailable } from '../backend.js';
import { RunActive } from '../synchronization.js';
import { content, mirrored } from '../testing/plan.fixture.js';
import { PlanDigest } from './lines.js';
import { backendWith, NOW, plansOfTenants } from './made-plans.fixture.js';

describe.each(storageKinds)('a plan on $name', (kind) => {
  const at = plansOfTenants(kind);

  it('is the difference between staging directory and mirror', async () => {
    const tenantId = await at.prepared({
      users: { ann: 'ann@example.com', bob: 'bob@new.example', cid: 'cid@example.com' },
      accounts: [mirrored('bob'), mirrored('cid'), mirrored('dan')].map((item) => ({ ...item, stagedVersion: 0 })),
      groups: { sales: ['ann', 'cid'], staff: ['sales'] },
      mirroredGroups: { sales: ['bob', 'cid'], gone: ['cid'] },
    });
    const plan = await at.planned(tenantId);
    expect(plan).toMatchObject({ state: 'open', by: 'ada', created: NOW, mirrored: 3, runsBefore: 0 });
    expect(plan.counts).toMatchObject({
      accounts: { create: 1, update: 1, delete: 1, unchanged: 1, conflict: 0 },
      groups: { create: 1, delete: 1, unchanged: 1 },
      memberships: { add: 2, remove: 1 },
    });
    expect(await at.summary(tenantId, plan)).toEqual([
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
    const tenantId = await at.prepared({ users, accounts });
    expect((await at.planned(tenantId)).counts.accounts).toMatchObject({ unchanged: 1, update: 0 });
    await at.storage.writeSync(tenantId, (sync) =>
      sync.mirror.put('User', [mirrored('ann', { policyRevision: 1, content: content('of another policy') })]),
    );
    expect((await at.planned(tenantId)).counts.accounts).toMatchObject({ unchanged: 0, update: 1 });
  });

  it('leaves groups out where the policy does', async () => {
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' }, groups: { sales: ['ann'] } });
    const plan = await at.planned(tenantId, backendWith({}), { groups: false });
    expect(await at.summary(tenantId, plan)).toEqual(['create ann']);
  });

  it('frees a userName before it is used again', async () => {
    const users = { ann: 'BOB@example.com', bob: 'cid@example.com', new: 'ann@example.com' };
    const accounts = [mirrored('ann'), mirrored('bob'), mirrored('cid')].map((item) => ({ ...item, stagedVersion: 0 }));
    const tenantId = await at.prepared({ users, accounts });
    const plan = await at.planned(tenantId);
    expect(plan.counts.accounts).toMatchObject({ create: 1, update: 2, delete: 1, conflict: 0 });
    const delivered = await at.storage.sync(tenantId).lines.toDeliver(plan.id, undefined, 10, ['planned']);
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
    const tenantId = await at.prepared({ users, accounts });
    const plan = await at.planned(tenantId, backendWith({}, atomic));
    expect(plan.counts.accounts).toMatchObject(counts);
    const groups = (await at.linesOf(tenantId, plan)).map(({ atomicGroup }) => atomicGroup);
    expect(groups).toEqual(atomic ? ['ann', 'ann'] : [undefined, undefined]);
  });

  it('holds what is held, and its memberships', async () => {
    const tenantId = await at.prepared({
      users: { ann: 'ann@example.com', bob: 'bob@example.com' },
      groups: { sales: ['ann', 'bob'] },
      accounts: [mirrored('ann')],
      holds: [
        { subject: 'account', resourceId: 'bob' },
        { subject: 'membership', resourceId: 'sales', memberId: 'ann' },
      ],
    });
    const plan = await at.planned(tenantId);
    expect(plan.counts).toMatchObject({
      accounts: { held: 1, create: 0 },
      groups: { create: 1 },
      memberships: { add: 0 },
    });
    expect(await at.summary(tenantId, plan)).toEqual(['held bob', 'create sales', 'held sales ann']);
  });

  it('has the digest of its lines, which another plan of the same state has as well', async () => {
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' }, accounts: [mirrored('bob')] });
    const [one, other] = [await at.planned(tenantId), await at.planned(tenantId)];
    const digest = new PlanDigest();
    for (const line of await at.linesOf(tenantId, one)) digest.add(line);
    expect(one.digest).toBe(digest.hex());
    expect(other.digest).toBe(one.digest);
    expect(other.id).not.toBe(one.id);
  });

  it('is not made while a run is active, and discarded where the backend cannot be asked', async () => {
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' } });
    const down: Backend = { ...backendWith({}), match: () => Promise.reject(new BackendUnavailable('It is down.')) };
    await expect(at.planned(tenantId, down)).rejects.toThrow(BackendUnavailable);
    expect(await at.storage.sync(tenantId).plans.latest(undefined, 10)).toMatchObject([{ state: 'discarded' }]);
    await at.storage.writeSync(tenantId, (sync) => sync.runs.insert(newRun('run-1')));
    await expect(at.planned(tenantId)).rejects.toThrow(RunActive);
  });

  it('leaves an entry in the audit trail', async () => {
    const tenantId = await at.prepared({});
    const plan = await at.planned(tenantId);
    expect(await at.storage.sync(tenantId).audit.page(undefined, 10)).toMatchObject([
      { action: 'plan.made', by: 'ada', planId: plan.id, at: NOW, detail: { digest: plan.digest } },
    ]);
  });
});
