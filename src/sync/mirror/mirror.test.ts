import { v7 as newId } from 'uuid';
import { describe, expect, it } from 'vitest';
import { CHANGED } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { newMirrorItem, newRun } from '../../storage/testing/sync.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { AnotherBackend, RunActive } from '../synchronization.js';
import type { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { backendAt, HERE, mirroredTenants, THERE } from './mirrored.fixture.js';

describe.each(storageKinds)('the mirror on $name', ({ open }) => {
  const at = mirroredTenants(open);
  const owner = () => at.storage.sync(at.tenant).mirrorOwner.find();

  describe('belongs to a backend, and', () => {
    it('nothing is planned, applied, resumed or undone with another one', async () => {
      const run = await at.applied(backendAt(HERE));
      const here = at.syncWith(backendAt(HERE));
      const there = at.syncWith(backendAt(THERE));
      expect(await owner()).toMatchObject({ backend: HERE, by: 'ada', resetting: false });
      await at.stage('cy');
      const { plan } = await here.plan(at.tenant, 'ada');
      await expect(there.plan(at.tenant, 'ada')).rejects.toThrow(AnotherBackend);
      await expect(there.apply(at.tenant, plan.id, { by: 'ada' })).rejects.toThrow(
        'belongs to the backend http http://here.example, and not to http http://there.example',
      );
      await expect(there.undo(at.tenant, run, 'ada')).rejects.toThrow(AnotherBackend);
      await at.storage.writeSync(at.tenant, (sync) =>
        sync.runs.insert(newRun(newId(), { planId: plan.id, state: 'paused' })),
      );
      await expect(there.resume(at.tenant, { by: 'ada' })).rejects.toThrow(AnotherBackend);
      expect((await here.mirror(at.tenant)).belongs).toBe(true);
      expect(await there.mirror(at.tenant)).toMatchObject({ belongs: false, current: THERE, accounts: 2, groups: 1 });
    });

    it('a backend with a name may move, and another name at the same address is another backend', async () => {
      await at.applied(backendAt(HERE, 'prod'));
      await at.syncWith(backendAt(THERE, 'prod')).plan(at.tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: { ...THERE, id: 'prod' } });
      await expect(at.syncWith(backendAt(THERE, 'test')).plan(at.tenant, 'ada')).rejects.toThrow(AnotherBackend);
    });

    it('a mirror that was there before takes the first one', async () => {
      await at.storage.writeSync(at.tenant, (sync) => sync.mirror.put('User', [newMirrorItem('ann')]));
      await at.syncWith(backendAt(HERE)).plan(at.tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: HERE });
      await expect(at.syncWith(backendAt(THERE)).plan(at.tenant, 'ada')).rejects.toThrow(AnotherBackend);
    });

    it('while nothing was applied another one may take its place, but not with the plans of the former', async () => {
      await at.stage('ann');
      const { plan } = await at.syncWith(backendAt(HERE)).plan(at.tenant, 'ada');
      const there = at.syncWith(backendAt(THERE));
      await there.plan(at.tenant, 'ada');
      expect(await owner()).toMatchObject({ backend: THERE });
      await expect(there.apply(at.tenant, plan.id, { by: 'ada' })).rejects.toThrow('was made against another backend');
    });

    it('a backend that becomes another one during a run gets nothing of it', async () => {
      const backend = backendAt(HERE, 'prod');
      await at.applied(backend);
      await at.stage('cy');
      const sync = at.syncWith(backend);
      const { plan } = await sync.plan(at.tenant, 'ada');
      const asked = backend.identity.bind(backend);
      // It answers at the start of the run, and is another one after that.
      backend.identity = () => {
        backend.identity = () => Promise.resolve({ ...HERE, id: 'restored' });
        return asked();
      };
      const { ended } = await sync.apply(at.tenant, plan.id, { by: 'ada' });
      expect(await ended).toMatchObject({ state: 'paused', detail: expect.stringContaining('(restored)') as string });
      expect([...backend.accounts.keys()]).toEqual(['ann', 'bob']);
    });

    it('a backend that does not answer is taken for the one that it was at its address', async () => {
      const backend = backendAt(HERE, 'prod');
      await at.applied(backend);
      const away = backendAt(HERE);
      const movedAndAway = backendAt(THERE);
      for (const one of [away, movedAndAway])
        one.identity = () => Promise.reject(new BackendUnavailable('It is down.'));
      await at.syncWith(away).plan(at.tenant, 'ada');
      await expect(at.syncWith(movedAndAway).plan(at.tenant, 'ada')).rejects.toThrow(BackendUnavailable);
      expect(await at.syncWith(away).mirror(at.tenant)).toMatchObject({ belongs: true, reachable: false });
    });

    it('a server with another one leaves a run alone that was interrupted', async () => {
      await at.applied(backendAt(HERE));
      await at.stage('cy');
      const { plan } = await at.syncWith(backendAt(HERE)).plan(at.tenant, 'ada');
      await at.storage.writeSync(at.tenant, async (sync) => {
        await sync.plans.move(plan.id, 'open', 'applying');
        await sync.runs.insert(newRun(newId(), { planId: plan.id, owner: 'gone', leaseUntil: CHANGED }));
      });
      const mine = async (backend: MemoryBackend) =>
        (await at.syncWith(backend).resumeInterrupted()).filter(({ run }) => run.planId === plan.id);
      expect(await mine(backendAt(THERE))).toEqual([]);
      const [resumed] = await mine(backendAt(HERE));
      expect(await resumed?.ended).toMatchObject({ state: 'finished', counts: { applied: 1 } });
    });
  });

  it('can be adopted by the backend that has moved, with a paused run', async () => {
    await at.applied(backendAt(HERE));
    await at.stage('cy');
    const { plan } = await at.syncWith(backendAt(HERE)).plan(at.tenant, 'ada');
    await at.storage.writeSync(at.tenant, async (sync) => {
      await sync.plans.move(plan.id, 'open', 'applying');
      await sync.runs.insert(newRun(newId(), { planId: plan.id, state: 'paused' }));
    });
    const there = at.syncWith(backendAt(THERE));
    expect(await there.adoptMirror(at.tenant, 'eve')).toMatchObject({
      belongs: true,
      owner: { backend: THERE, by: 'eve' },
    });
    expect(await (await there.resume(at.tenant, { by: 'eve' })).ended).toMatchObject({ state: 'finished' });
    expect((await there.audit(at.tenant)).find(({ action }) => action === 'mirror.adopted')).toMatchObject({
      by: 'eve',
      detail: { from: { address: HERE.address }, to: { address: THERE.address } },
    });
  });

  it('is not adopted or reset while a process works on a run', async () => {
    const sync = at.syncWith(backendAt(HERE));
    const leaseUntil = new Date(Date.now() + 60_000).toISOString();
    await at.storage.writeSync(at.tenant, (writer) => writer.runs.insert(newRun(newId(), { owner: 'x', leaseUntil })));
    await expect(sync.adoptMirror(at.tenant, 'ada')).rejects.toThrow(RunActive);
    await expect(sync.resetMirror(at.tenant, 'ada')).rejects.toThrow(RunActive);
  });

  it('that is reset has nothing, and the next plan starts anew with the backend that is set then', async () => {
    await at.applied(backendAt(HERE));
    await at.stage('cy');
    const { plan } = await at.syncWith(backendAt(HERE)).plan(at.tenant, 'ada');
    const there = backendAt(THERE);
    const sync = at.syncWith(there);
    expect(await sync.resetMirror(at.tenant, 'eve')).toMatchObject({ belongs: true, accounts: 0, groups: 0 });
    expect(await at.storage.sync(at.tenant).plans.find(plan.id)).toMatchObject({ state: 'discarded' });
    await at.applyPlan(sync, (await sync.plan(at.tenant, 'eve')).plan);
    expect([...there.accounts.keys(), ...there.memberships]).toEqual(['ann', 'bob', 'cy', 'g ann', 'g bob']);
    expect((await sync.audit(at.tenant)).find(({ action }) => action === 'mirror.reset')).toMatchObject({
      detail: { accounts: 2, groups: 1, discardedPlans: 1 },
    });
  });

  it('whose reset was interrupted is used for nothing until it is reset again', async () => {
    const backend = backendAt(HERE);
    await at.applied(backend);
    const sync = at.syncWith(backend);
    await at.storage.writeSync(at.tenant, async (writer) => {
      const before = await writer.mirrorOwner.find();
      if (before !== undefined) await writer.mirrorOwner.put({ ...before, resetting: true });
    });
    await expect(sync.plan(at.tenant, 'ada')).rejects.toThrow('Reset it again');
    expect((await sync.resetMirror(at.tenant, 'ada')).belongs).toBe(true);
    expect(await at.mirrored()).toEqual([]);
    await sync.plan(at.tenant, 'ada');
  });
});
