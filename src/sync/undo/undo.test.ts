import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import { newGroup, newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import type { Synchronization } from '../synchronization.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { NO_GUARD } from '../testing/plan.fixture.js';

const AT = '2026-02-02T00:00:00.000Z';
const GUARD = { guard: NO_GUARD };

describe.each(storageKinds)('undoing a run on $name', ({ open }) => {
  let test: TestStorage;
  let tenant: string;
  let backend: MemoryBackend;
  let sync: Synchronization;

  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenant = newId();
    backend = new MemoryBackend(false);
    sync = createSynchronization({
      storage: test.storage,
      backend,
      now: () => new Date(),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, pollMs: 5 },
    });
    await addTenant(test.storage, tenant);
    await sync.setPolicy(tenant, GUARD, 'ada');
  });

  async function applied({ id }: Plan): Promise<string> {
    const { run, ended } = await sync.apply(tenant, id, { by: 'ada' });
    expect(await ended).toMatchObject({ state: 'finished', counts: { left: 0, failed: 0, skipped: 0 } });
    return run.id;
  }

  const planned = async (): Promise<Plan> => (await sync.plan(tenant, 'ada')).plan;
  const synchronized = async (): Promise<string> => applied(await planned());
  const undone = async (run: string): Promise<string> => applied(await sync.undo(tenant, run, 'ada'));

  async function stage(users: readonly string[], groups: Readonly<Record<string, readonly string[]>> = {}) {
    await test.storage.write(tenant, async (directory) => {
      for (const name of users) await directory.insert(newUser(name));
      for (const id of Object.keys(groups)) await directory.insert(newGroup(id));
    });
    for (const [id, add] of Object.entries(groups)) await members(id, { add });
  }

  const members = (
    group: string,
    { add = [], remove = [] }: { add?: readonly string[]; remove?: readonly string[] },
  ): Promise<unknown> =>
    test.storage.write(tenant, async (directory) => {
      await directory.changeMembers(group, [{ kind: 'delta', clear: false, add, remove }]);
      await directory.touch('Group', group, AT);
    });

  /** The lines of the next plan, each in a few words. */
  async function next(): Promise<readonly string[]> {
    const lines = await sync.lines(tenant, (await planned()).id, { limit: 1_000 });
    return lines.map(({ kind, would, resourceId, memberId }: TrackedLine) =>
      [kind, would, resourceId, memberId].filter(Boolean).join(' '),
    );
  }

  it('of creates deletes them or, where the policy keeps accounts, deactivates them', async () => {
    await stage(['ann', 'bob'], { sales: ['ann'] });
    const run = await synchronized();
    await sync.setPolicy(tenant, { deleteGraceDays: 7 }, 'ada');
    const kept = await sync.undo(tenant, run, 'ada');
    expect(kept.counts).toMatchObject({
      accounts: { deactivate: 2, delete: 0 },
      groups: { delete: 1 },
      memberships: { add: 0, remove: 0 },
    });
    await sync.setPolicy(tenant, { deleteGraceDays: 0 }, 'ada');
    await undone(run);
    expect([backend.accounts.size, backend.groups.size, backend.memberships.size]).toEqual([0, 0, 0]);
    expect(await next()).toEqual(['held create ann', 'held create bob', 'held create sales']);
  });

  it('stays undone when another member of the same group changes', async () => {
    await stage(['ann', 'bob', 'cid'], { sales: ['ann'] });
    await synchronized();
    await members('sales', { add: ['bob'], remove: ['ann'] });
    await undone(await synchronized());
    await members('sales', { add: ['cid'] });
    expect(await next()).toEqual(['held remove sales ann', 'held add sales bob', 'add sales cid']);
    await synchronized();
    expect([...backend.memberships].sort()).toEqual(['sales ann', 'sales cid']);
  });

  it('stays undone for a group itself when its members change, and ends when the group does', async () => {
    await stage(['ann', 'bob'], { sales: ['ann'] });
    await undone(await synchronized());
    await members('sales', { add: ['bob'] });
    expect(await next()).toContain('held create sales');
    await test.storage.write(tenant, (directory) =>
      directory.update('Group', 'sales', AT, newGroup('Sales and service').content),
    );
    expect(await next()).toContain('create sales');
  });

  it('ends for a membership that Entra changes', async () => {
    await stage(['ann', 'bob'], { sales: ['ann'] });
    await synchronized();
    await members('sales', { add: ['bob'] });
    await undone(await synchronized());
    expect(await next()).toEqual(['held add sales bob']);
    await members('sales', { remove: ['bob'] });
    await members('sales', { add: ['bob'] });
    expect(await next()).toEqual(['add sales bob']);
  });

  it('does not hold the memberships of a user of whom something else was undone', async () => {
    await stage(['ann'], { sales: [] });
    await synchronized();
    await test.storage.write(tenant, (directory) =>
      directory.update('User', 'ann', AT, userContent('ann@new.example')),
    );
    await undone(await synchronized());
    await members('sales', { add: ['ann'] });
    expect(await next()).toEqual(['held update ann', 'add sales ann']);
  });

  it('can be undone itself, and then nothing is held', async () => {
    await stage(['ann', 'bob'], { sales: ['ann'] });
    await synchronized();
    await members('sales', { add: ['bob'], remove: ['ann'] });
    const undoing = await undone(await synchronized());
    expect(await sync.holds(tenant)).toHaveLength(2);
    await undone(undoing);
    expect([...backend.memberships]).toEqual(['sales bob']);
    expect([await sync.holds(tenant), await next()]).toEqual([[], []]);
  });

  it('is not needed for somebody hired again: the same account comes back, with the groups of now', async () => {
    await sync.setPolicy(tenant, { deleteGraceDays: 7 }, 'ada');
    await stage(['ann', 'bob'], { sales: ['ann', 'bob'], staff: ['bob'] });
    await synchronized();
    await test.storage.write(tenant, (directory) => directory.remove('User', 'ann', new Date().toISOString()));
    await synchronized();
    expect(backend.accounts.get('ann')).toMatchObject({ content: { active: false } });
    await test.storage.write(tenant, (directory) => directory.insert(newUser('ann', {}, 'ann-again')));
    await members('staff', { add: ['ann-again'] });
    await synchronized();
    expect(backend.accounts.has('ann')).toBe(false);
    expect(backend.accounts.get('ann-again')).toMatchObject({ content: { name: 'ann', active: true } });
    expect((await test.storage.sync(tenant).mirror.byIds('User', ['ann-again'])).get('ann-again')?.accountId).toBe(
      'account-ann',
    );
    expect([...backend.memberships].sort()).toEqual(['sales bob', 'staff ann-again', 'staff bob']);
    expect(await next()).toEqual([]);
  });

  it('shows what a person holds as held', async () => {
    await stage(['ann', 'bob'], { sales: ['ann', 'bob'] });
    const run = await synchronized();
    await sync.hold(tenant, { subject: 'account', resourceId: 'ann' }, { by: 'eve', reason: 'on leave' });
    const plan = await sync.undo(tenant, run, 'ada');
    expect(plan.counts).toMatchObject({ accounts: { held: 1, delete: 1 }, groups: { delete: 1 } });
    await applied(plan);
    expect([...backend.accounts.keys()]).toEqual(['ann']);
  });
});
