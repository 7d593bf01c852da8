import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Run } from '../../model/run.js';
import { selectRows, type Session } from '../../storage/sql/connections/database.js';
import { openDatabase } from '../../storage/sql/open-storage.js';
import { newUser, userContent } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { usePageSizesOfServer } from '../../testing/page-sizes.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import type { Synchronization } from '../synchronization.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { NO_GUARD } from '../testing/plan.fixture.js';
import { shrinkPlans } from './shrink.js';
import { PlanShrunk } from './shrunk.js';

const DAY = 86_400_000;
const PEOPLE = ['ann', 'ben', 'cem', 'dea', 'eli'];

describe.each(storageKinds)('plans of long ago on $name', ({ open }) => {
  let test: TestStorage;
  let tenantId: string;
  let sync: Synchronization;
  /** Milliseconds that the clock is ahead. */
  let ahead: number;

  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    [tenantId, ahead] = [newId(), 0];
    sync = createSynchronization({
      ...{ storage: test.storage, backend: new MemoryBackend(false), now, newId: () => newId() },
      tuning: { ...RUN_TUNING, pollMs: 5 },
    });
    await addTenant(test.storage, tenantId);
    await sync.setPolicy(tenantId, { guard: NO_GUARD }, 'ada');
    await test.storage.write(tenantId, async (directory) => {
      for (const name of PEOPLE) await directory.insert(newUser(name));
    });
  });

  const now = (): Date => new Date(Date.now() + ahead);
  const planned = async (): Promise<string> => (await sync.plan(tenantId, 'ada')).plan.id;

  async function applied(planId: string): Promise<Run> {
    const { run, ended } = await sync.apply(tenantId, planId, { by: 'ada' });
    expect(await ended).toMatchObject({ state: 'finished' });
    return run;
  }

  /** A round with two rows a step; it may end early, as one does whose process is killed. */
  function shrunkAfter(days: number, steps = Infinity): Promise<void> {
    ahead += days * DAY;
    const over = new AbortController();
    let left = steps;
    const wait = (): Promise<void> => {
      if ((left -= 1) <= 0) over.abort();
      return Promise.resolve();
    };
    const parts = { storage: test.storage, now, newId: () => newId(), days: 30, step: 2 };
    return shrinkPlans(parts, { signal: over.signal, wait });
  }

  const change = (name: string): Promise<unknown> =>
    test.storage.write(tenantId, (directory) =>
      directory.update('User', name, now().toISOString(), userContent(name, { title: String(ahead) })),
    );

  /** How many rows there are of a plan beside its own. */
  async function rowsOf(planId: string): Promise<number> {
    const database = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5_000 });
    const tables = ['sync_plan_lines', 'sync_plan_index', 'sync_plan_groups', 'sync_plan_reviews'];
    const counts = tables.map((table) => `(select count(*) from ${table} where tenant_id = ? and plan_id = ?)`);
    const given = tables.flatMap(() => [tenantId, planId]);
    const count = (session: Session) =>
      selectRows<{ rows: number | string }>(session, `select ${counts.join(' + ')} as rows`, given);
    const [row] = await database.lookup(count, tenantId);
    await database.close(false);
    return Number(row?.rows);
  }

  const linesOf = (planId: string) => test.storage.sync(tenantId).lines.page(planId, 0, 100);

  it('shrink to their counts and the audit trail, and say so wherever their lines are asked for', async () => {
    const planId = await planned();
    const run = await applied(planId);
    const before = await sync.getPlan(tenantId, planId);
    expect(await rowsOf(planId)).toBeGreaterThan(PEOPLE.length);
    await shrunkAfter(31);
    const after = await sync.getPlan(tenantId, planId);
    expect(after).toEqual({ ...before, shrunk: after.shrunk });
    expect(after.shrunk?.slice(0, 10)).toBe(now().toISOString().slice(0, 10));
    expect(await linesOf(planId)).toEqual([]);
    expect(await rowsOf(planId)).toBe(0);
    const asked: readonly (() => Promise<unknown>)[] = [
      () => sync.lines(tenantId, planId),
      () => sync.lines(tenantId, planId, { search: 'ann' }),
      () => sync.review(tenantId, planId),
      () => sync.guard(tenantId, planId),
      () => sync.groups(tenantId, planId),
      () => sync.sample(tenantId, planId, { count: 1, seed: 1 }),
      () => sync.compare(tenantId, planId, planId),
      () => sync.exportPlan(tenantId, planId, 'csv')[Symbol.asyncIterator]().next(),
      () => sync.holdLines(tenantId, planId, { digest: before.digest }, { by: 'ada', reason: 'x' }),
      () => sync.undo(tenantId, run.id, 'ada'),
    ];
    for (const ask of asked) await expect(ask()).rejects.toThrow(PlanShrunk);
    await expect(sync.releaseMany(tenantId, { planId }, 'ada')).rejects.toThrow('Select the holds with a filter');
    const counts = { left: 0, applied: PEOPLE.length, skipped: 0, failed: 0 };
    expect(await sync.runs(tenantId)).toMatchObject([{ id: run.id, counts, shrunk: after.shrunk }]);
    expect(await sync.history(tenantId, 'ann')).toMatchObject([{ action: 'line.applied', planId }]);
    expect(await sync.latestShrunk(tenantId)).toEqual(await test.storage.sync(tenantId).plans.find(planId));
    const [latest] = await sync.latestAudit(tenantId);
    expect(latest).toMatchObject({ action: 'plan.shrunk', planId, runId: run.id, detail: { days: 30 } });
  });

  it('go in one round, however many there are', async () => {
    const plans: string[] = [];
    for (let turn = 0; turn < 7; turn += 1) plans.push(await planned());
    await applied(plans.at(-1) ?? '');
    await shrunkAfter(31);
    for (const planId of plans) expect(await linesOf(planId)).toEqual([]);
  });

  it('keep their lines as long as is set, and can be undone until then', async () => {
    const planId = await planned();
    const run = await applied(planId);
    await shrunkAfter(29);
    expect(await linesOf(planId)).toHaveLength(PEOPLE.length);
    const undoing = await sync.undo(tenantId, run.id, 'ada');
    await applied(undoing.id);
    expect(await linesOf(undoing.id)).toHaveLength(PEOPLE.length);
    // That run has ended just now, the other one 31 days ago.
    await shrunkAfter(2);
    expect([await linesOf(planId), (await linesOf(undoing.id)).length]).toEqual([[], PEOPLE.length]);
  });

  it('are left alone while they may be applied or are being applied, and so are holds', async () => {
    await sync.hold(tenantId, { subject: 'account', resourceId: 'ann' }, { by: 'eve', reason: 'on leave' });
    const first = await planned();
    await shrunkAfter(400);
    expect(await linesOf(first)).toHaveLength(PEOPLE.length);
    await test.storage.writeSync(tenantId, async (writer) => {
      await writer.plans.move(first, 'open', 'applying');
      const run = { id: newId(), planId: first, started: now().toISOString(), by: 'ada' };
      await writer.runs.insert({ ...run, state: 'paused' });
    });
    await shrunkAfter(400);
    expect(await linesOf(first)).toHaveLength(PEOPLE.length);
    expect(await sync.holds(tenantId)).toMatchObject([{ resourceId: 'ann', reason: 'on leave' }]);
  });

  it('go where nobody can apply them any more: discarded, or overtaken by a run', async () => {
    const [discarded, overtaken] = [await planned(), await planned()];
    await sync.discard(tenantId, discarded, 'ada');
    await applied(await planned());
    await shrunkAfter(31);
    expect(await sync.plans(tenantId)).toMatchObject(
      ['applied', 'discarded', 'discarded'].map((state) => ({ state, shrunk: expect.any(String) as string })),
    );
    expect([await linesOf(discarded), await linesOf(overtaken)]).toEqual([[], []]);
    expect(await sync.audit(tenantId)).toContainEqual(
      expect.objectContaining({ action: 'plan.discarded', planId: overtaken }),
    );
  });

  it('go on shrinking where a process was killed, and are never shown as complete', async () => {
    // The first rest ends the round, and one comes behind each page of tenants too.
    usePageSizesOfServer();
    const planId = await planned();
    const run = await applied(planId);
    await change('ann');
    await shrunkAfter(31, 1);
    expect((await linesOf(planId)).length).toBeLessThan(PEOPLE.length);
    expect((await linesOf(planId)).length).toBeGreaterThan(0);
    await expect(sync.undo(tenantId, run.id, 'ada')).rejects.toThrow('can no longer be undone');
    await expect(sync.lines(tenantId, planId)).rejects.toThrow(PlanShrunk);
    await shrunkAfter(0);
    expect(await linesOf(planId)).toEqual([]);
    const audit = await sync.audit(tenantId, { limit: 1_000 });
    expect(audit.filter(({ action }) => action === 'plan.shrunk')).toHaveLength(1);
    expect(await test.storage.sync(tenantId).plans.toShrink(now().toISOString(), 10)).toEqual([]);
  });

  it('know what came of their runs, though an older version had not counted it', async () => {
    const planId = await planned();
    const { id } = await applied(planId);
    await test.storage.writeSync(tenantId, (writer) =>
      writer.runs.move(id, ['finished'], { state: 'finished', finished: now().toISOString() }),
    );
    await shrunkAfter(31);
    expect(await sync.status(tenantId, id)).toMatchObject({ counts: { left: 0, applied: PEOPLE.length } });
  });
});
