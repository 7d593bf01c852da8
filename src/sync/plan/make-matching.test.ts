import { describe, expect, it } from 'vitest';
import type { MatchBy } from '../../model/match.js';
import type { PlanMatching } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import { userContent } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import type { Backend, MatchQuestion } from '../backend.js';
import { mirrored } from '../testing/plan.fixture.js';
import { backendWith, NOW, plansOfTenants } from './made-plans.fixture.js';

describe.each(storageKinds)('a plan on $name', (kind) => {
  const at = plansOfTenants(kind);

  it('links what the backend has, and takes the name of a mirrored account for no match', async () => {
    const users = { ann: 'ann@example.com', bob: 'bob@example.com', cid: 'dan@example.com' };
    const tenantId = await at.prepared({ users, accounts: [mirrored('dan')] });
    const plan = await at.planned(
      tenantId,
      backendWith({
        ann: [{ accountId: 'a-1', by: 'scimId', scimId: 'ann' }],
        bob: [{ accountId: 'a-2', by: 'name', hints: { email: 'bob@example.com' } }],
        cid: [{ accountId: 'account-dan', by: 'name', scimId: 'dan' }],
      }),
    );
    expect(await at.linesOf(tenantId, plan)).toMatchObject([
      { resourceId: 'ann', kind: 'link', accountId: 'a-1' },
      { resourceId: 'bob', kind: 'link', accountId: 'a-2', needsConfirmation: true },
      { resourceId: 'cid', kind: 'create', wave: 1, dependsOn: ['dan'] },
      { resourceId: 'dan', kind: 'delete' },
    ]);
  });

  it('takes a link for confirmed in an earlier plan where it is to the same account only', async () => {
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com', bob: 'bob@example.com' } });
    await at.storage.writeSync(tenantId, (sync) =>
      sync.confirmedLinks.put(
        ['ann', 'bob'].map((resourceId) => ({ subject: 'account' as const, resourceId, accountId: 'a-1', by: 'Ida' })),
      ),
    );
    const backend = backendWith({
      ann: [{ accountId: 'a-1', by: 'name' }],
      bob: [{ accountId: 'a-2', by: 'name' }],
    });
    const [ann, bob] = await at.linesOf(tenantId, await at.planned(tenantId, backend));
    expect(ann).toMatchObject({ accountId: 'a-1', needsConfirmation: true, confirmedBy: 'Ida' });
    expect(bob).toMatchObject({ accountId: 'a-2', needsConfirmation: true });
    expect(bob).not.toHaveProperty('confirmedBy');
  });

  it('asks the backend nothing about whom somebody holds, and nothing that the policy does not pass on', async () => {
    const tenantId = await at.prepared({
      users: { ann: 'ann@example.com', bob: 'bob@example.com' },
      holds: [{ subject: 'account', resourceId: 'bob' }],
    });
    await at.storage.write(tenantId, (directory) =>
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
    await at.planned(tenantId, backend);
    expect(asked).toMatchObject([{ scimId: 'ann', content: { name: 'ann@example.com' } }]);
    expect(asked[0]).not.toHaveProperty('externalId');
    await at.planned(tenantId, backend, { attributes: { externalId: 'key' } });
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
      const tenantId = await at.prepared({
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
      const plan = await at.planned(tenantId, backend, { matching });
      expect(plan.matching).toEqual(said);
      expect(asked).toEqual(said.asked === 0 ? [] : [`${said.sent} ann`]);
    },
  );

  it('says nothing of matching where the backend has nothing that it was not told of', async () => {
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' } });
    const backend: Backend = { ...backendWith({}), matchesBy: () => Promise.resolve(undefined) };
    expect(await at.planned(tenantId, backend)).not.toHaveProperty('matching');
  });
});
