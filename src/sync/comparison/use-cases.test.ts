import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { noteReads, openTestDatabase } from '../../storage/testing/seed.fixture.js';
import { addTenant, sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { DIFFERENCES } from './compare.js';

it('two plans are compared once, whatever is asked of what differs', async () => {
  const test = await openTestDatabase(sqliteStorage);
  const { storage, database } = test;
  const tenantId = newId();
  const sync = createSynchronization({
    ...{ storage, backend: new MemoryBackend(false), tuning: RUN_TUNING },
    ...{ now: () => new Date(), newId: () => newId() },
  });
  const planned = async (): Promise<string> => (await sync.plan(tenantId, 'ada')).plan.id;
  await addTenant(storage, tenantId);
  await storage.write(tenantId, (directory) => directory.insert(newUser('ann')));
  const earlier = await planned();
  await storage.write(tenantId, (directory) => directory.insert(newUser('ben')));
  const later = await planned();
  const statements = noteReads(database);
  const { comparison, lines } = await sync.compare(tenantId, later, earlier);
  expect([comparison.same, comparison.new.lines]).toEqual([1, 1]);
  const before = statements.length;
  const named = async (difference: (typeof DIFFERENCES)[number]): Promise<readonly string[]> =>
    (await lines(difference, { after: 0, limit: 10 })).map(({ name }) => name);
  expect(await Promise.all(DIFFERENCES.map(named))).toEqual([['ben'], [], []]);
  expect(statements.slice(before).filter(({ sql }) => sql.includes('sync_plan_index'))).toEqual([]);
  expect(statements.slice(0, before).filter(({ sql }) => sql.includes('sync_plan_index')).length).toBeGreaterThan(0);
  await test.close();
});
