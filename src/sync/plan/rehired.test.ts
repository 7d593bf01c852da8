import { describe, expect, it } from 'vitest';
import { newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { content, mirrored } from '../testing/plan.fixture.js';
import { backendWith, NOW, plansOfTenants } from './made-plans.fixture.js';
import { WAVES } from './waves.js';

/** What the backend has of a user who was deleted today. */
const IN_GRACE = mirrored('old', { content: content('ann@example.com', { active: false }), missingSince: NOW });

describe.each(storageKinds)('a plan on $name', (kind) => {
  const at = plansOfTenants(kind);

  it('is in conflict where a userName belongs to a deleted account in its grace period', async () => {
    const inGrace = { ...IN_GRACE, accountId: undefined };
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' }, accounts: [inGrace] });
    const plan = await at.planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ conflict: 1, held: 1, create: 0, delete: 0 });
    const [conflict] = await at.linesOf(tenantId, plan);
    expect(conflict).toMatchObject({ kind: 'conflict', would: 'create' });
    expect(conflict?.sentence).toContain('grace period ends 2026-12-01');
  });

  it('says so already in the plan in which the grace period begins', async () => {
    const deleted = { ...IN_GRACE, accountId: undefined, content: content('ann@example.com') };
    const tenantId = await at.prepared({ users: { ann: 'ann@example.com' }, accounts: [deleted] });
    const plan = await at.planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ conflict: 1, deactivate: 1 });
    const [conflict, deactivation] = await at.linesOf(tenantId, plan);
    expect(conflict?.sentence).toContain('grace period ends 2026-12-01');
    expect(deactivation?.heldUntil).toBe('2026-12-01T12:00:00.000Z');
  });

  it('gives somebody who was hired again within the grace period the same account, and says so', async () => {
    const tenantId = await at.prepared({
      users: { ann: 'Ann@example.com' },
      accounts: [IN_GRACE],
      groups: { sales: ['ann'] },
      mirroredGroups: { sales: ['old'] },
    });
    const plan = await at.planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ link: 1, conflict: 0, held: 0, delete: 0, unchanged: 0 });
    const lines = await at.linesOf(tenantId, plan);
    expect(lines[0]).toMatchObject({
      ...{ kind: 'link', resourceId: 'ann', formerId: 'old', accountId: 'account-old' },
      sentence: expect.stringContaining('Hired again') as string,
      changes: [
        { attribute: 'userName', before: 'ann@example.com', after: 'Ann@example.com' },
        { attribute: 'active', before: false, after: true },
      ],
    });
    expect(lines[0]).not.toHaveProperty('needsConfirmation');
    expect(await at.summary(tenantId, plan)).toEqual(['link ann', 'remove sales old', 'add sales ann']);
    expect(lines.map(({ wave }) => wave)).toEqual([WAVES.rehired, WAVES.accounts, WAVES.memberships]);
  });

  it('does so for a user in the recycle bin of Entra, whose name there is said and not passed on', async () => {
    const tombstone = `${'0123456789abcdef'.repeat(2)}ann@example.com`;
    const account = mirrored('old', { stagedVersion: 0, content: content('ann@example.com') });
    const tenantId = await at.prepared({ users: { old: 'ann@example.com' }, accounts: [account] });
    await at.storage.write(tenantId, (directory) =>
      directory.update('User', 'old', NOW, userContent(tombstone, { active: false })),
    );
    const [gone] = await at.linesOf(tenantId, await at.planned(tenantId));
    expect(gone).toMatchObject({ kind: 'deactivate', name: 'ann@example.com' });
    expect(gone?.sentence).toContain(tombstone);
    expect(gone?.changes).toEqual([{ attribute: 'active', before: true, after: false }]);
    await at.storage.write(tenantId, (directory) => directory.insert(newUser('ann@example.com', {}, 'ann')));
    const plan = await at.planned(tenantId);
    expect(await at.summary(tenantId, plan)).toEqual(['link ann']);
    const deleting = await at.planned(tenantId, backendWith({}), { deactivation: 'delete' });
    expect(await at.summary(tenantId, deleting)).toEqual(['create ann', 'delete old']);
  });

  it.each(['ann', 'old'])('gives nobody an account back where %s is held', async (resourceId) => {
    const tenantId = await at.prepared({
      users: { ann: 'ann@example.com' },
      accounts: [{ ...IN_GRACE, content: content('ann@example.com') }],
      holds: [{ subject: 'account', resourceId }],
    });
    const plan = await at.planned(tenantId, backendWith({}), { deleteGraceDays: 7 });
    expect(plan.counts.accounts).toMatchObject({ link: 0, held: 1 });
  });
});
