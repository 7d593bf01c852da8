import { describe, expect, it } from 'vitest';
import { CHANGED, newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { AnotherBackend } from '../synchronization.js';
import { backendAt, HERE, mirroredTenants, THERE } from './mirrored.fixture.js';

describe.each(storageKinds)('the mirror on $name', ({ open }) => {
  const at = mirroredTenants(open);

  describe('that is compared with the backend', () => {
    it('needs nothing where both are alike', async () => {
      const backend = backendAt(HERE);
      await at.applied(backend);
      const plan = await at.syncWith(backend).verifyMirror(at.tenant, 'ada');
      expect(plan).toMatchObject({ repairs: true, counts: { accounts: { unchanged: 2 }, groups: { unchanged: 1 } } });
      expect(await at.linesOf(at.syncWith(backend), plan)).toEqual([]);
    });

    it('repairs it in either direction, and leaves what Entra has changed since for the next plan', async () => {
      const backend = backendAt(HERE);
      await at.applied(backend);
      await at.stage('cy', 'dee');
      const sync = at.syncWith(backend);
      await at.storage.write(at.tenant, (directory) =>
        directory.update('User', 'ann', CHANGED, userContent('ann', { title: 'New' })),
      );
      const content = (name: string) => ({ name, active: true, attributes: {} });
      // It has lost ann and her membership, has bob otherwise, has cy under our id, and zoe of whom nothing is staged.
      backend.accounts.delete('ann');
      backend.memberships.delete('g ann');
      backend.accounts.set('bob', { scimId: 'bob', content: { ...content('bobby'), active: false } });
      for (const id of ['cy', 'zoe']) backend.accounts.set(id, { scimId: id, content: content(id) });
      const plan = await sync.verifyMirror(at.tenant, 'ada');
      expect(await at.linesOf(sync, plan)).toMatchObject([
        { kind: 'create', resourceId: 'ann', after: { attributes: {} } },
        { kind: 'reactivate', resourceId: 'bob', before: { name: 'bobby', active: false }, after: { name: 'bob' } },
        { kind: 'link', resourceId: 'cy', accountId: 'account-cy' },
        { kind: 'conflict', would: 'delete', resourceId: 'zoe' },
        { kind: 'add', subject: 'membership', memberId: 'ann', memberName: 'ann', name: 'g' },
      ]);
      await at.applyPlan(sync, plan);
      expect([...backend.accounts.keys()].sort()).toEqual(['ann', 'bob', 'cy', 'zoe']);
      expect(backend.accounts.get('bob')).toMatchObject({ content: { name: 'bob', active: true } });
      expect([...backend.memberships].sort()).toEqual(['g ann', 'g bob']);
      expect(await at.mirrored()).toEqual(['ann', 'bob', 'cy']);
      const next = await at.linesOf(sync, (await sync.plan(at.tenant, 'ada')).plan);
      expect(next).toMatchObject([
        { kind: 'update', resourceId: 'ann', changes: [{ attribute: 'jobTitle', after: 'New' }] },
        { kind: 'create', resourceId: 'dee' },
      ]);
    });

    it('takes memberships over that are staged, removes those that are not, and holds what is held', async () => {
      const backend = backendAt(HERE);
      await at.applied(backend);
      const sync = at.syncWith(backend);
      await at.storage.write(at.tenant, async (directory) => {
        await directory.insert(newUser('cy'));
        await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['cy'], remove: ['bob'] }]);
      });
      const { plan: create } = await sync.plan(at.tenant, 'ada');
      await at.applyPlan(sync, create);
      await at.storage.writeSync(at.tenant, (writer) =>
        writer.mirrorMemberships.remove([{ groupId: 'g', memberId: 'cy' }]),
      );
      backend.memberships.add('g bob');
      backend.accounts.delete('ann');
      await sync.hold(at.tenant, { subject: 'account', resourceId: 'ann' }, { by: 'eve', reason: 'on leave' });
      const lines = await at.linesOf(sync, await sync.verifyMirror(at.tenant, 'ada'));
      expect(lines.map(({ kind, would, resourceId, memberId }) => [kind, would, memberId ?? resourceId])).toEqual([
        ['held', 'create', 'ann'],
        ['remove', undefined, 'bob'],
        ['add', undefined, 'cy'],
      ]);
    });

    it('may be another backend, whose plan is applied once it has adopted the mirror', async () => {
      await at.applied(backendAt(HERE));
      const there = backendAt(THERE);
      const sync = at.syncWith(there);
      const plan = await sync.verifyMirror(at.tenant, 'ada');
      expect(plan.counts).toMatchObject({ accounts: { create: 2 }, groups: { create: 1 } });
      await expect(sync.apply(at.tenant, plan.id, { by: 'ada' })).rejects.toThrow(AnotherBackend);
      await sync.adoptMirror(at.tenant, 'ada');
      await at.applyPlan(sync, plan);
      expect([...there.accounts.keys(), ...there.memberships]).toEqual(['ann', 'bob', 'g ann', 'g bob']);
    });

    it('says so where the backend cannot list what it has', async () => {
      const backend = backendAt(HERE);
      backend.listing = false;
      await expect(at.syncWith(backend).verifyMirror(at.tenant, 'ada')).rejects.toThrow('cannot list what it has');
    });
  });
});
