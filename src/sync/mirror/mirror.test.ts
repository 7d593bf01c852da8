import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { Storage } from '../../storage/storage.js';
import { CHANGED, newGroup, newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { newMirrorItem, newRun } from '../../storage/testing/sync.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import { AnotherBackend, RunActive, type Synchronization } from '../synchronization.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';

const HERE = { kind: 'http', address: 'http://here.example' } as const;
const THERE = { kind: 'http', address: 'http://there.example' } as const;

/** The backend at an address, which may say who it is. */
function backendAt(place: MemoryBackend['place'], id?: string): MemoryBackend {
  const backend = new MemoryBackend(true);
  backend.place = place;
  backend.id = id;
  return backend;
}

describe.each(storageKinds)('the mirror on $name', ({ open }) => {
  let test: TestStorage;
  let storage: Storage;
  let tenant: string;

  beforeAll(async () => {
    test = await open();
    storage = test.storage;
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenant = newId();
    await addTenant(storage, tenant);
  });

  const syncWith = (backend: MemoryBackend): Synchronization =>
    createSynchronization({
      storage,
      backend,
      now: () => new Date(),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, pollMs: 5, graceMs: 20 },
    });

  const stage = (...names: readonly string[]): Promise<void> =>
    storage.write(tenant, async (directory) => {
      for (const name of names) await directory.insert(newUser(name));
    });

  /** Stages ann and bob in a group, and applies it. */
  async function applied(backend: MemoryBackend): Promise<string> {
    await storage.write(tenant, async (directory) => {
      for (const name of ['ann', 'bob']) await directory.insert(newUser(name));
      await directory.insert(newGroup('g'));
      await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['ann', 'bob'], remove: [] }]);
    });
    const sync = syncWith(backend);
    return applyPlan(sync, (await sync.plan(tenant, 'ada')).plan);
  }

  async function applyPlan(sync: Synchronization, plan: Plan): Promise<string> {
    const { run, ended } = await sync.apply(tenant, plan.id, { by: 'ada' });
    expect(await ended).toMatchObject({ state: 'finished', counts: { left: 0, failed: 0, skipped: 0 } });
    return run.id;
  }

  const linesOf = (sync: Synchronization, plan: Plan): Promise<readonly TrackedLine[]> =>
    sync.lines(tenant, plan.id, { limit: 100 });

  const owner = () => storage.sync(tenant).mirrorOwner.find();
  const mirrored = async () =>
    (await storage.sync(tenant).mirror.page('User', undefined, 100)).map((one) => one.resourceId);

  describe('belongs to a backend, and', () => {
    it('nothing is planned, applied, resumed or undone with another one', async () => {
      const run = await applied(backendAt(HERE));
      const here = syncWith(backendAt(HERE));
      const there = syncWith(backendAt(THERE));
      expect(await owner()).toMatchObject({ backend: HERE, by: 'ada', resetting: false });
      await stage('cy');
      const { plan } = await here.plan(tenant, 'ada');
      await expect(there.plan(tenant, 'ada')).rejects.toThrow(AnotherBackend);
      await expect(there.apply(tenant, plan.id, { by: 'ada' })).rejects.toThrow(
        'belongs to the backend http http://here.example, and not to http http://there.example',
      );
      await expect(there.undo(tenant, run, 'ada')).rejects.toThrow(AnotherBackend);
      await storage.writeSync(tenant, (sync) =>
        sync.runs.insert(newRun(newId(), { planId: plan.id, state: 'paused' })),
      );
      await expect(there.resume(tenant, { by: 'ada' })).rejects.toThrow(AnotherBackend);
      expect((await here.mirror(tenant)).belongs).toBe(true);
      expect(await there.mirror(tenant)).toMatchObject({ belongs: false, current: THERE, accounts: 2, groups: 1 });
    });

    it('a backend with a name may move, and another name at the same address is another backend', async () => {
      await applied(backendAt(HERE, 'prod'));
      await syncWith(backendAt(THERE, 'prod')).plan(tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: { ...THERE, id: 'prod' } });
      await expect(syncWith(backendAt(THERE, 'test')).plan(tenant, 'ada')).rejects.toThrow(AnotherBackend);
    });

    it('a mirror that was there before takes the first one', async () => {
      await storage.writeSync(tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann')]));
      await syncWith(backendAt(HERE)).plan(tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: HERE });
      await expect(syncWith(backendAt(THERE)).plan(tenant, 'ada')).rejects.toThrow(AnotherBackend);
    });

    it('while nothing was applied another one may take its place, but not with the plans of the former', async () => {
      await stage('ann');
      const { plan } = await syncWith(backendAt(HERE)).plan(tenant, 'ada');
      const there = syncWith(backendAt(THERE));
      await there.plan(tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: THERE });
      await expect(there.apply(tenant, plan.id, { by: 'ada' })).rejects.toThrow('was made against another backend');
    });

    it('a backend that becomes another one during a run gets nothing of it', async () => {
      const backend = backendAt(HERE, 'prod');
      await applied(backend);
      await stage('cy');
      const sync = syncWith(backend);
      const { plan } = await sync.plan(tenant, 'ada');
      const asked = backend.identity.bind(backend);
      // It answers at the start of the run, and is another one after that.
      backend.identity = () => {
        backend.identity = () => Promise.resolve({ ...HERE, id: 'restored' });
        return asked();
      };
      const { ended } = await sync.apply(tenant, plan.id, { by: 'ada' });
      expect(await ended).toMatchObject({ state: 'paused', detail: expect.stringContaining('(restored)') as string });
      expect([...backend.accounts.keys()]).toEqual(['ann', 'bob']);
    });

    it('a backend that does not answer is taken for the one that it was at its address', async () => {
      const backend = backendAt(HERE, 'prod');
      await applied(backend);
      const away = backendAt(HERE);
      const movedAndAway = backendAt(THERE);
      for (const one of [away, movedAndAway])
        one.identity = () => Promise.reject(new BackendUnavailable('It is down.'));
      await syncWith(away).plan(tenant, 'ada');
      await expect(syncWith(movedAndAway).plan(tenant, 'ada')).rejects.toThrow(BackendUnavailable);
      expect(await syncWith(away).mirror(tenant)).toMatchObject({ belongs: true, reachable: false });
    });

    it('a server with another one leaves a run alone that was broken off', async () => {
      await applied(backendAt(HERE));
      await stage('cy');
      const { plan } = await syncWith(backendAt(HERE)).plan(tenant, 'ada');
      await storage.writeSync(tenant, async (sync) => {
        await sync.plans.move(plan.id, 'open', 'applying');
        await sync.runs.insert(newRun(newId(), { planId: plan.id, owner: 'gone', leaseUntil: CHANGED }));
      });
      const mine = async (backend: MemoryBackend) =>
        (await syncWith(backend).resumeInterrupted()).filter(({ run }) => run.planId === plan.id);
      expect(await mine(backendAt(THERE))).toEqual([]);
      const [resumed] = await mine(backendAt(HERE));
      expect(await resumed?.ended).toMatchObject({ state: 'finished', counts: { applied: 1 } });
    });
  });

  it('can be adopted by the backend that has moved, with a paused run', async () => {
    await applied(backendAt(HERE));
    await stage('cy');
    const { plan } = await syncWith(backendAt(HERE)).plan(tenant, 'ada');
    await storage.writeSync(tenant, async (sync) => {
      await sync.plans.move(plan.id, 'open', 'applying');
      await sync.runs.insert(newRun(newId(), { planId: plan.id, state: 'paused' }));
    });
    const there = syncWith(backendAt(THERE));
    expect(await there.adoptMirror(tenant, 'eve')).toMatchObject({
      belongs: true,
      owner: { backend: THERE, by: 'eve' },
    });
    expect(await (await there.resume(tenant, { by: 'eve' })).ended).toMatchObject({ state: 'finished' });
    expect((await there.audit(tenant)).find(({ action }) => action === 'mirror.adopted')).toMatchObject({
      by: 'eve',
      detail: { from: { address: HERE.address }, to: { address: THERE.address } },
    });
  });

  it('is not adopted or reset while a process works on a run', async () => {
    const sync = syncWith(backendAt(HERE));
    const leaseUntil = new Date(Date.now() + 60_000).toISOString();
    await storage.writeSync(tenant, (writer) => writer.runs.insert(newRun(newId(), { owner: 'x', leaseUntil })));
    await expect(sync.adoptMirror(tenant, 'ada')).rejects.toThrow(RunActive);
    await expect(sync.resetMirror(tenant, 'ada')).rejects.toThrow(RunActive);
  });

  it('that is reset has nothing, and the next plan starts anew with the backend that is set then', async () => {
    await applied(backendAt(HERE));
    await stage('cy');
    const { plan } = await syncWith(backendAt(HERE)).plan(tenant, 'ada');
    const there = backendAt(THERE);
    const sync = syncWith(there);
    expect(await sync.resetMirror(tenant, 'eve')).toMatchObject({ belongs: true, accounts: 0, groups: 0 });
    expect(await storage.sync(tenant).plans.find(plan.id)).toMatchObject({ state: 'discarded' });
    await applyPlan(sync, (await sync.plan(tenant, 'eve')).plan);
    expect([...there.accounts.keys(), ...there.memberships]).toEqual(['ann', 'bob', 'cy', 'g ann', 'g bob']);
    expect((await sync.audit(tenant)).find(({ action }) => action === 'mirror.reset')).toMatchObject({
      detail: { accounts: 2, groups: 1, discardedPlans: 1 },
    });
  });

  it('whose reset was interrupted is used for nothing until it is reset again', async () => {
    const backend = backendAt(HERE);
    await applied(backend);
    const sync = syncWith(backend);
    await storage.writeSync(tenant, async (writer) => {
      const before = await writer.mirrorOwner.find();
      if (before !== undefined) await writer.mirrorOwner.put({ ...before, resetting: true });
    });
    await expect(sync.plan(tenant, 'ada')).rejects.toThrow('Reset it again');
    expect((await sync.resetMirror(tenant, 'ada')).belongs).toBe(true);
    expect(await mirrored()).toEqual([]);
    await sync.plan(tenant, 'ada');
  });

  describe('that is compared with the backend', () => {
    it('needs nothing where both are alike', async () => {
      const backend = backendAt(HERE);
      await applied(backend);
      const plan = await syncWith(backend).verifyMirror(tenant, 'ada');
      expect(plan).toMatchObject({ repairs: true, counts: { accounts: { unchanged: 2 }, groups: { unchanged: 1 } } });
      expect(await linesOf(syncWith(backend), plan)).toEqual([]);
    });

    it('repairs it in either direction, and leaves what Entra has changed since for the next plan', async () => {
      const backend = backendAt(HERE);
      await applied(backend);
      await stage('cy', 'dee');
      const sync = syncWith(backend);
      await storage.write(tenant, (directory) =>
        directory.update('User', 'ann', CHANGED, userContent('ann', { title: 'New' })),
      );
      const content = (name: string) => ({ name, active: true, attributes: {} });
      // It has lost ann and her membership, has bob otherwise, has cy under our id, and zoe of whom nothing is staged.
      backend.accounts.delete('ann');
      backend.memberships.delete('g ann');
      backend.accounts.set('bob', { scimId: 'bob', content: { ...content('bobby'), active: false } });
      for (const id of ['cy', 'zoe']) backend.accounts.set(id, { scimId: id, content: content(id) });
      const plan = await sync.verifyMirror(tenant, 'ada');
      expect(await linesOf(sync, plan)).toMatchObject([
        { kind: 'create', resourceId: 'ann', after: { attributes: {} } },
        { kind: 'reactivate', resourceId: 'bob', before: { name: 'bobby', active: false }, after: { name: 'bob' } },
        { kind: 'link', resourceId: 'cy', accountId: 'account-cy' },
        { kind: 'conflict', would: 'delete', resourceId: 'zoe' },
        { kind: 'add', subject: 'membership', memberId: 'ann', memberName: 'ann', name: 'g' },
      ]);
      await applyPlan(sync, plan);
      expect([...backend.accounts.keys()].sort()).toEqual(['ann', 'bob', 'cy', 'zoe']);
      expect(backend.accounts.get('bob')).toMatchObject({ content: { name: 'bob', active: true } });
      expect([...backend.memberships].sort()).toEqual(['g ann', 'g bob']);
      expect(await mirrored()).toEqual(['ann', 'bob', 'cy']);
      const next = await linesOf(sync, (await sync.plan(tenant, 'ada')).plan);
      expect(next).toMatchObject([
        { kind: 'update', resourceId: 'ann', changes: [{ attribute: 'jobTitle', after: 'New' }] },
        { kind: 'create', resourceId: 'dee' },
      ]);
    });

    it('takes memberships over that are staged, removes those that are not, and holds what is held', async () => {
      const backend = backendAt(HERE);
      await applied(backend);
      const sync = syncWith(backend);
      await storage.write(tenant, async (directory) => {
        await directory.insert(newUser('cy'));
        await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['cy'], remove: ['bob'] }]);
      });
      const { plan: create } = await sync.plan(tenant, 'ada');
      await applyPlan(sync, create);
      await storage.writeSync(tenant, (writer) => writer.mirrorMemberships.remove([{ groupId: 'g', memberId: 'cy' }]));
      backend.memberships.add('g bob');
      backend.accounts.delete('ann');
      await sync.hold(tenant, { subject: 'account', resourceId: 'ann' }, { by: 'eve', reason: 'on leave' });
      const lines = await linesOf(sync, await sync.verifyMirror(tenant, 'ada'));
      expect(lines.map(({ kind, would, resourceId, memberId }) => [kind, would, memberId ?? resourceId])).toEqual([
        ['held', 'create', 'ann'],
        ['remove', undefined, 'bob'],
        ['add', undefined, 'cy'],
      ]);
    });

    it('may be another backend, whose plan is applied once it has adopted the mirror', async () => {
      await applied(backendAt(HERE));
      const there = backendAt(THERE);
      const sync = syncWith(there);
      const plan = await sync.verifyMirror(tenant, 'ada');
      expect(plan.counts).toMatchObject({ accounts: { create: 2 }, groups: { create: 1 } });
      await expect(sync.apply(tenant, plan.id, { by: 'ada' })).rejects.toThrow(AnotherBackend);
      await sync.adoptMirror(tenant, 'ada');
      await applyPlan(sync, plan);
      expect([...there.accounts.keys(), ...there.memberships]).toEqual(['ann', 'bob', 'g ann', 'g bob']);
    });

    it('says so where the backend cannot list what it has', async () => {
      const backend = backendAt(HERE);
      backend.listing = false;
      await expect(syncWith(backend).verifyMirror(tenant, 'ada')).rejects.toThrow('cannot list what it has');
    });
  });
});
