import { expect, it } from 'vitest';
import type { NewActivity } from '../model/activity/entry.js';
import { addTenant, sqliteStorage } from '../storage/testing/storage.fixture.js';
import { prune } from './pruning.js';

const NOW = Date.parse('2026-06-30T00:00:00.000Z');

/** An entry of so many days ago; the first digits of an id are its time. */
function entry(days: number, tenantId?: string): NewActivity {
  const time = NOW - days * 86_400_000;
  const hex = time.toString(16).padStart(12, '0');
  return {
    ...{ id: `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`, at: new Date(time).toISOString(), tenantId },
    ...({ requestId: 'r', source: 'entra', operation: 'user.lookup', status: 200, outcome: 'ok' } as const),
    ...{ durationUs: 1, count: 1, changed: [], ignored: [], rules: [] },
  };
}

it('pruning deletes entries older than the tenant keeps them, and entries without a tenant older than the default', async () => {
  const test = await sqliteStorage.open();
  const { storage } = test;
  const tenants = ['t1', 't2', 't3'];
  for (const id of tenants) await addTenant(storage, id);
  await storage.activity.changeSettings('t2', { retentionDays: 5 });
  const days = [1, 3, 10, 29, 40, 41, 42];
  await storage.activity.append([undefined, ...tenants].flatMap((id) => days.map((age) => entry(age, id))));
  await prune({ storage, now: () => new Date(NOW), step: 2 });
  const left = await Promise.all(tenants.map((id) => storage.activity.page(id, { limit: 10 })));
  expect(left.map(({ entries }) => entries.length)).toEqual([4, 2, 4]);
  expect((await storage.activity.unattributed({ limit: 10 })).entries.length).toBe(4);
  await test.close();
});
