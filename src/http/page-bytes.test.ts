import { beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { group } from './testing/bulk.fixture.js';
import { address, allPages, resourcesOf, searchFor, stageUser } from './testing/lists.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const PAGE_BYTES = 10_000;

/** Each of the users has somewhat more than a third of a page. */
const TITLE = 'x'.repeat(4_000);

describe.each(storageKinds)('a page of long resources on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  const names = Array.from({ length: 8 }, (_, index) => `user ${index}`);
  const ids: string[] = [];

  beforeAll(async () => {
    server = await startTestServer(kind, { MAX_PAGE_BYTES: String(PAGE_BYTES) });
    tenant = await server.createTenant();
    for (const name of names) ids.push(await stageUser(tenant, name, { title: TITLE }));
    return () => server.stop();
  });

  const userNames = (resources: readonly JsonObject[]): readonly unknown[] => resources.map(({ userName }) => userName);

  it('ends before its count, and says how many it has and how many there are', async () => {
    const answer = await tenant.send('GET', address('/Users', { sortBy: 'userName', count: 5 }));
    expect(resourcesOf(answer).length).toBe(2);
    expect(answer.body).toMatchObject({ totalResults: 8, itemsPerPage: 2, startIndex: 1 });
  });

  it('goes on behind its end by index', async () => {
    const found: JsonObject[] = [];
    for (let startIndex = 1; startIndex <= 8;) {
      const answer = await tenant.send('GET', address('/Users', { sortBy: 'userName', startIndex }));
      expect(answer.body).toMatchObject({ totalResults: 8, startIndex });
      found.push(...resourcesOf(answer));
      startIndex += Number(answer.body['itemsPerPage']);
    }
    expect(userNames(found)).toEqual(names);
  });

  it.each([{ sortBy: 'userName' }, { sortBy: 'title' }, {}])(
    'goes on behind its end by cursor, by %j',
    async (order) => {
      const found = await allPages((cursor) => tenant.send('GET', address('/Users', { ...order, cursor })));
      expect(userNames(found)).toEqual(names);
    },
  );

  it('goes on in the same way where a filter or a search asks for it', async () => {
    const filter = 'title sw "x"';
    const found = await allPages((cursor) => tenant.send('GET', address('/Users', { filter, cursor })));
    const searched = await allPages((cursor) => tenant.send('POST', '/.search', searchFor({ cursor, sortBy: 'id' })));
    expect([userNames(found), userNames(searched)]).toEqual([names, names]);
  });

  it('has one resource at least, however long it is', async () => {
    const one = await server.createTenant();
    await stageUser(one, 'longer than a page', { title: 'x'.repeat(3 * PAGE_BYTES) });
    await stageUser(one, 'the same again', { title: 'x'.repeat(3 * PAGE_BYTES) });
    const answer = await one.send('GET', '/Users');
    expect(answer.body).toMatchObject({ totalResults: 2, itemsPerPage: 1 });
    expect(resourcesOf(answer).length).toBe(1);
  });

  it('counts the members of groups, which come in pieces', async () => {
    const groups = Array.from({ length: 12 }, (_, index) => `group ${String(index).padStart(2, '0')}`);
    for (const name of groups) await tenant.send('POST', '/Groups', group(name, ...ids));
    const answer = await tenant.send('GET', address('/Groups', { sortBy: 'displayName', count: 12 }));
    expect(resourcesOf(answer).length).toBeLessThan(12);
    expect(answer.body).toMatchObject({ totalResults: 12, itemsPerPage: resourcesOf(answer).length });
    const found = await allPages((cursor) => tenant.send('GET', address('/Groups', { sortBy: 'displayName', cursor })));
    expect(found.map(({ displayName }) => displayName)).toEqual(groups);
  });
});
