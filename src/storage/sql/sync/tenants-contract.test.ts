import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { SyncMembership } from '../../../model/mirror.js';
import { NO_COUNTS } from '../../../model/plan.js';
import { usePageSizesOfServer } from '../../../testing/page-sizes.fixture.js';
import type { SyncReader, SyncWriter } from '../../sync-store.js';
import { CHANGED, CREATED, newGroup, newUser } from '../../testing/resources.fixture.js';
import { openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import { newAuditEntry, newLine, newMirrorItem, newPlan, newRun, TEST_POLICY } from '../../testing/sync.fixture.js';
import { selectRows } from '../connections/database.js';

const MEMBERSHIP: SyncMembership = { groupId: 'g', memberId: 'u' };
const STAGED: SyncMembership = { groupId: 'g', memberId: 'v' };

/** One of everything, under the same keys in each tenant. */
async function fill({ storage }: OpenDatabase, tenantId: string): Promise<void> {
  await storage.write(tenantId, async (directory) => {
    await directory.insert(newUser('ada', {}, 'u'));
    await directory.insert(newUser('bob', {}, 'v'));
    await directory.insert(newGroup('Sales', {}, 'g'));
    await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['v'], remove: [] }]);
  });
  await storage.writeSync(tenantId, async (sync) => {
    await sync.mirror.put('User', [newMirrorItem('u', { content: { name: tenantId, active: true, attributes: {} } })]);
    await sync.mirrorMemberships.add([MEMBERSHIP]);
    await sync.policy.set(TEST_POLICY);
    await sync.holds.put([{ subject: 'account', resourceId: 'u', by: tenantId, at: CREATED, reason: '' }]);
    await sync.plans.insert(newPlan('p', { by: tenantId }));
    await sync.lines.insert('p', [newLine(1, { resourceId: 'u', name: tenantId, needsConfirmation: true })]);
    await sync.plans.insert(newPlan('made', { by: tenantId, state: 'open' }));
    await sync.lines.insert('made', [newLine(1, { resourceId: 'u', name: tenantId })]);
    await sync.runs.insert(newRun('r', { by: tenantId }));
    await sync.audit.append([newAuditEntry('a', { by: tenantId, resourceId: 'u' })]);
    await sync.confirmedLinks.put([{ subject: 'account', resourceId: 'u', accountId: 'b', by: tenantId }]);
  });
}

/** All reads. */
async function everything(sync: SyncReader): Promise<unknown> {
  const states = ['planned', 'sent', 'applied', 'failed'] as const;
  return {
    staged: [await sync.staged.page('User', undefined, 9), [...(await sync.staged.byIds('User', ['u']))]],
    differences: [
      await sync.mirrorMemberships.toAdd(undefined, 9),
      await sync.mirrorMemberships.toRemove(undefined, 9),
    ],
    mirrored: [await sync.mirror.page('User', undefined, 9), [...(await sync.mirror.byIds('User', ['u']))]],
    names: [...(await sync.mirror.byNames(['m1', 'm2', 'changed']))],
    memberships: await sync.mirrorMemberships.page(undefined, 9),
    counts: [await sync.mirror.count('User'), await sync.runs.count(), await sync.lines.counts('p')],
    holds: [await sync.holds.page(undefined, 9), await sync.holds.of('account', ['u'])],
    policy: await sync.policy.find(),
    plans: [await sync.plans.find('p'), await sync.plans.latest(undefined, 9)],
    lines: [await sync.lines.page('p', 0, 9), [...(await sync.lines.of('p', 'account', ['u']))]],
    deliver: await sync.lines.toDeliver('p', undefined, 9, states),
    runs: [await sync.runs.find('r'), await sync.runs.active(), await sync.runs.latest(undefined, 9)],
    audit: [
      await sync.audit.page(undefined, 9),
      await sync.audit.latest(undefined, 9),
      await sync.audit.ofResource('u', undefined, 9),
    ],
    about: await sync.lines.about('u', undefined, 9),
    links: await sync.confirmedLinks.of('account', ['u']),
  };
}

const CHANGES: readonly [string, (sync: SyncWriter) => Promise<unknown>][] = [
  ['setPolicy', (sync) => sync.policy.set({ ...TEST_POLICY, groups: true })],
  ['putHold', (sync) => sync.holds.put([{ subject: 'account', resourceId: 'u', by: 'x', at: CHANGED, reason: 'x' }])],
  ['removeHold', (sync) => sync.holds.remove([{ subject: 'account', resourceId: 'u' }])],
  ['replaceLines', (sync) => sync.lines.replace('p', [newLine(1, { kind: 'held', needsConfirmation: true })])],
  ['confirmLine', (sync) => sync.lines.confirm('p', 1, 'x')],
  ['markSent', (sync) => sync.lines.markSent('p', [1])],
  ['settleLines', (sync) => sync.lines.settle('p', [{ number: 1, state: 'failed', detail: 'x' }])],
  ['freezePlan', (sync) => sync.plans.freeze('p', { digest: 'x', counts: NO_COUNTS })],
  ['movePlan', (sync) => sync.plans.move('p', 'open', 'discarded')],
  ['claimRun', (sync) => sync.runs.claim('r', 'x', CREATED, CHANGED)],
  ['askRun', (sync) => sync.runs.ask('r', { to: 'pause', by: 'x' })],
  ['moveRun', (sync) => sync.runs.move('r', ['running'], { state: 'cancelled', detail: 'x' })],
  ['putMirror', (sync) => sync.mirror.put('User', [newMirrorItem('changed', { resourceId: 'u' })])],
  ['removeMirror', (sync) => sync.mirror.remove('User', ['u'])],
  ['addMirrorMemberships', (sync) => sync.mirrorMemberships.add([STAGED])],
  ['removeMirrorMemberships', (sync) => sync.mirrorMemberships.remove([STAGED])],
  ['putLink', (sync) => sync.confirmedLinks.put([{ subject: 'account', resourceId: 'u', accountId: 'c', by: 'x' }])],
  ['removeLink', (sync) => sync.confirmedLinks.remove([{ subject: 'account', resourceId: 'u' }])],
  [
    'putLinkAgain',
    (sync) => sync.confirmedLinks.put([{ subject: 'account', resourceId: 'u', accountId: 'd', by: 'x' }]),
  ],
  ['clearLinks', (sync) => sync.confirmedLinks.clear()],
  ['appendAudit', (sync) => sync.audit.append([newAuditEntry('b')])],
];

/** What the database still has of a tenant: the tables that have a row of it. */
async function leftOf({ database }: OpenDatabase, tenantId: string): Promise<readonly string[]> {
  return database.lookup(async (session) => {
    const sql =
      session.dialect === 'sqlite'
        ? `select m.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and c.name = 'tenant_id'`
        : `select table_name as name from information_schema.columns where table_schema = 'public' and column_name = 'tenant_id'`;
    const tables = await selectRows<{ name: string }>(session, sql, []);
    const found = tables.map(async ({ name }) => {
      const rows = await selectRows(session, `select 1 from ${name} where tenant_id = ? limit 1`, [tenantId]);
      return rows.length > 0 ? [name] : [];
    });
    return (await Promise.all(found)).flat().sort();
  });
}

describe.each(storageKinds)('tenants that synchronize on $name', (kind) => {
  let test: OpenDatabase;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.close());

  it('see nothing of each other', async () => {
    await addTenant(test.storage, 'm0');
    const empty = await everything(test.storage.sync('m0'));
    for (const id of ['m1', 'm2']) await addTenant(test.storage, id);
    await fill(test, 'm2');
    expect(await everything(test.storage.sync('m0'))).toEqual(empty);
    expect(await everything(test.storage.sync('m1'))).toEqual(empty);
    await fill(test, 'm1');
    expect(JSON.stringify(await everything(test.storage.sync('m1')))).not.toContain('m2');
  });

  it('change nothing of each other', async () => {
    for (const id of ['c1', 'c2']) {
      await addTenant(test.storage, id);
      await fill(test, id);
    }
    const before = await everything(test.storage.sync('c2'));
    for (const [name, change] of CHANGES) {
      const own = await everything(test.storage.sync('c1'));
      await test.storage.writeSync('c1', change);
      expect([name, await everything(test.storage.sync('c1'))]).not.toEqual([name, own]);
      expect([name, await everything(test.storage.sync('c2'))]).toEqual([name, before]);
    }
  });

  it('are erased with everything that is theirs, and nothing else', async () => {
    for (const id of ['e1', 'e2']) {
      await addTenant(test.storage, id);
      await fill(test, id);
    }
    const before = [await everything(test.storage.sync('e2')), await leftOf(test, 'e2')];
    expect(await leftOf(test, 'e1')).toEqual(
      expect.arrayContaining(['mirror', 'resources', 'sync_audit', 'sync_runs']),
    );
    expect(await test.storage.tenants.deleteTenant('e1')).toBe(true);
    expect(await leftOf(test, 'e1')).toEqual([]);
    expect([await everything(test.storage.sync('e2')), await leftOf(test, 'e2')]).toEqual(before);
  });

  it('are erased while lines are still written, which then are refused', async () => {
    // Three rows at a time are written as fast as they are erased.
    usePageSizesOfServer();
    await addTenant(test.storage, 'w');
    await test.storage.writeSync('w', (sync) => sync.plans.insert(newPlan('p')));
    const write = async (): Promise<never> => {
      for (let number = 1; ; number += 1) {
        await test.storage.writeSync('w', (sync) => sync.lines.insert('p', [newLine(number)]));
      }
    };
    const refused = write().catch((error: unknown) => error);
    expect(await test.storage.tenants.deleteTenant('w')).toBe(true);
    expect(await refused).toMatchObject({ status: 403 });
    expect(await leftOf(test, 'w')).toEqual([]);
  });

  const additions: readonly [string, (sync: SyncWriter) => Promise<unknown>][] = [
    ['a policy', (sync) => sync.policy.set(TEST_POLICY)],
    ['a hold', (sync) => sync.holds.put([{ subject: 'account', resourceId: 'u', by: 'x', at: CREATED, reason: 'x' }])],
    ['a plan', (sync) => sync.plans.insert(newPlan('p'))],
    ['lines', (sync) => sync.lines.insert('p', [newLine(1)])],
    ['a run', (sync) => sync.runs.insert(newRun('r'))],
    ['a mirror', (sync) => sync.mirror.put('User', [newMirrorItem('u')])],
    ['memberships', (sync) => sync.mirrorMemberships.add([MEMBERSHIP])],
    ['an audit trail', (sync) => sync.audit.append([newAuditEntry('a')])],
  ];

  it.each(additions)('get nothing stored that do not exist: %s', async (_name, add) => {
    await expect(test.storage.writeSync('nobody', add)).rejects.toMatchObject({ status: 403 });
    expect(await leftOf(test, 'nobody')).toEqual([]);
  });
});
