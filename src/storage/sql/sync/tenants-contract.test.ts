import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NO_COUNTS, type SyncMembership } from '../../sync-model.js';
import type { SyncReader, SyncWriter } from '../../sync-store.js';
import { CHANGED, CREATED, newGroup, newUser } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import { newAuditEntry, newLine, newMirrorItem, newPlan, newRun, TEST_POLICY } from '../../testing/sync.fixture.js';
import { selectRows } from '../connections/database.js';
import { openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';

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
    await sync.putMirror('User', [newMirrorItem('u', { content: { name: tenantId, active: true, attributes: {} } })]);
    await sync.addMirrorMemberships([MEMBERSHIP]);
    await sync.setPolicy(TEST_POLICY);
    await sync.putHold({ subject: 'account', resourceId: 'u', by: tenantId, at: CREATED, reason: '' });
    await sync.insertPlan(newPlan('p', { by: tenantId }));
    await sync.insertLines('p', [newLine(1, { resourceId: 'u', name: tenantId, needsConfirmation: true })]);
    await sync.insertRun(newRun('r', { by: tenantId }));
    await sync.appendAudit([newAuditEntry('a', { by: tenantId })]);
  });
}

/** All reads. */
async function everything(sync: SyncReader): Promise<unknown> {
  const states = ['planned', 'sent', 'applied', 'failed'] as const;
  return {
    staged: [await sync.staged('User', undefined, 9), [...(await sync.stagedByIds('User', ['u']))]],
    differences: [await sync.membershipsToAdd(undefined, 9), await sync.membershipsToRemove(undefined, 9)],
    mirrored: [await sync.mirrored('User', undefined, 9), [...(await sync.mirroredByIds('User', ['u']))]],
    names: [...(await sync.mirroredByNames(['m1', 'm2', 'changed']))],
    memberships: await sync.mirroredMemberships(undefined, 9),
    counts: [await sync.countMirrored('User'), await sync.countRuns(), await sync.runCounts('p')],
    holds: [await sync.holds(undefined, 9), await sync.holdsOf('account', ['u'])],
    policy: await sync.policy(),
    plans: [await sync.findPlan('p'), await sync.plans(undefined, 9)],
    lines: [await sync.lines('p', 0, 9), [...(await sync.linesOf('p', 'account', ['u']))]],
    deliver: await sync.linesToDeliver('p', undefined, 9, states),
    runs: [await sync.findRun('r'), await sync.activeRun(), await sync.runs(undefined, 9)],
    audit: await sync.audit(undefined, 9),
  };
}

const CHANGES: readonly [string, (sync: SyncWriter) => Promise<unknown>][] = [
  ['setPolicy', (sync) => sync.setPolicy({ ...TEST_POLICY, groups: true })],
  ['putHold', (sync) => sync.putHold({ subject: 'account', resourceId: 'u', by: 'x', at: CHANGED, reason: 'x' })],
  ['removeHold', (sync) => sync.removeHold({ subject: 'account', resourceId: 'u' })],
  ['replaceLines', (sync) => sync.replaceLines('p', [newLine(1, { kind: 'held', needsConfirmation: true })])],
  ['confirmLine', (sync) => sync.confirmLine('p', 1, 'x')],
  ['markSent', (sync) => sync.markSent('p', [1])],
  ['settleLines', (sync) => sync.settleLines('p', [{ number: 1, state: 'failed', detail: 'x' }])],
  ['freezePlan', (sync) => sync.freezePlan('p', { digest: 'x', counts: NO_COUNTS })],
  ['movePlan', (sync) => sync.movePlan('p', 'open', 'discarded')],
  ['claimRun', (sync) => sync.claimRun('r', 'x', CREATED, CHANGED)],
  ['askRun', (sync) => sync.askRun('r', { to: 'pause', by: 'x' })],
  ['moveRun', (sync) => sync.moveRun('r', ['running'], { state: 'cancelled', detail: 'x' })],
  ['putMirror', (sync) => sync.putMirror('User', [newMirrorItem('changed', { resourceId: 'u' })])],
  ['removeMirror', (sync) => sync.removeMirror('User', ['u'])],
  ['addMirrorMemberships', (sync) => sync.addMirrorMemberships([STAGED])],
  ['removeMirrorMemberships', (sync) => sync.removeMirrorMemberships([STAGED])],
  ['appendAudit', (sync) => sync.appendAudit([newAuditEntry('b')])],
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

describe.each(storageKinds)('tenants that synchronise on $name', (kind) => {
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
    await addTenant(test.storage, 'w');
    await test.storage.writeSync('w', (sync) => sync.insertPlan(newPlan('p')));
    const write = async (): Promise<never> => {
      for (let number = 1; ; number += 1) {
        await test.storage.writeSync('w', (sync) => sync.insertLines('p', [newLine(number)]));
      }
    };
    const refused = write().catch((error: unknown) => error);
    expect(await test.storage.tenants.deleteTenant('w')).toBe(true);
    expect(await refused).toMatchObject({ status: 403 });
    expect(await leftOf(test, 'w')).toEqual([]);
  });

  const additions: readonly [string, (sync: SyncWriter) => Promise<unknown>][] = [
    ['a policy', (sync) => sync.setPolicy(TEST_POLICY)],
    ['a hold', (sync) => sync.putHold({ subject: 'account', resourceId: 'u', by: 'x', at: CREATED, reason: 'x' })],
    ['a plan', (sync) => sync.insertPlan(newPlan('p'))],
    ['lines', (sync) => sync.insertLines('p', [newLine(1)])],
    ['a run', (sync) => sync.insertRun(newRun('r'))],
    ['a mirror', (sync) => sync.putMirror('User', [newMirrorItem('u')])],
    ['memberships', (sync) => sync.addMirrorMemberships([MEMBERSHIP])],
    ['an audit trail', (sync) => sync.appendAudit([newAuditEntry('a')])],
  ];

  it.each(additions)('get nothing stored that do not exist: %s', async (_name, add) => {
    await expect(test.storage.writeSync('nobody', add)).rejects.toMatchObject({ status: 403 });
    expect(await leftOf(test, 'nobody')).toEqual([]);
  });
});
