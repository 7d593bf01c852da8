import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { address, allPages, resourcesOf, searchFor, stageGroup, stageUser, valuesOf } from './testing/lists.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

type Parameters = Readonly<Record<string, string | number>>;

const LIMITS = { DEFAULT_PAGE_SIZE: '3', MAX_PAGE_SIZE: '4' };
const PEOPLE: readonly (readonly [string, JsonObject])[] = [
  ['ada', { externalId: 'B', displayName: 'Zoë', title: 'Lead', active: true }],
  ['bert', { externalId: 'a', title: 'lead', active: false }],
  ['carl', { displayName: 'émile', title: 'x'.repeat(2000), emails: [{ value: 'c@contoso.example' }] }],
  ['dora', { externalId: 'b', displayName: 'Émile', title: `${'x'.repeat(2000)}y` }],
  ['eve', { name: { familyName: 'O’Neill "Ed" \\' }, emails: [{ value: 'a@contoso.example' }] }],
  ['漢字👩‍🚀', { externalId: 'c', displayName: 'zoë', nickName: '漢' }],
  ['zed', {}],
];

describe.each(storageKinds)('RFC 9865: paging by cursor on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  const list = (parameters: Parameters): Promise<Answer> => tenant.send('GET', address('/Users', parameters));
  const cursorOf = async (parameters: Parameters): Promise<string> =>
    String((await list({ ...parameters, cursor: '' })).body['nextCursor']);

  beforeAll(async () => {
    server = await startTestServer(kind, LIMITS);
    tenant = await server.createTenant();
    for (const [userName, more] of PEOPLE) await stageUser(tenant, userName, more);
    for (const name of ['north', 'south']) await stageGroup(tenant, name);
  });
  afterAll(() => server.stop());

  const expectRefusal = (answer: Answer, scimType: string): void => {
    expect([answer.status, answer.body['scimType']], answer.text).toEqual([400, scimType]);
  };

  describe('§2: parameters and answers', () => {
    it('an empty cursor, with or without an equals sign, asks for the first page', async () => {
      const first = await tenant.send('GET', '/Users?cursor&count=2');
      expect(first.body).toMatchObject({ totalResults: 7, itemsPerPage: 2 });
      expect(valuesOf(first, 'userName')).toEqual(['ada', 'bert']);
      expect((await tenant.send('GET', '/Users?cursor=&count=2')).text).toBe(first.text);
    });

    it('every page but the last has a nextCursor of unreserved characters, and none has a startIndex', async () => {
      const pages: Answer[] = [];
      await allPages(async (cursor) => {
        const page = await list({ cursor, count: 2 });
        pages.push(page);
        return page;
      });
      expect(pages.map((page) => resourcesOf(page).length)).toEqual([2, 2, 2, 1]);
      for (const page of pages.slice(0, -1)) expect(page.body['nextCursor']).toMatch(/^[\w.~-]+$/u);
      expect(pages.at(-1)?.body).not.toHaveProperty('nextCursor');
      for (const { body } of pages) {
        expect(body).not.toHaveProperty('startIndex');
        expect(body['totalResults']).toBe(7);
      }
    });

    it('the last page has no nextCursor when it is filled', async () => {
      const page = await list({ cursor: await cursorOf({ count: 4 }), count: 3 });
      expect(valuesOf(page, 'userName')).toEqual(['eve', '漢字👩‍🚀', 'zed']);
      expect(page.body).not.toHaveProperty('nextCursor');
    });

    const counts: readonly [Parameters, number][] = [
      [{}, 3],
      [{ count: 1 }, 1],
      [{ count: 4 }, 4],
      // a negative count is interpreted as 0, and 0 returns but totalResults
      [{ count: 0 }, 0],
      [{ count: -3 }, 0],
    ];
    it.each(counts)('%j gives %i resources', async (parameters, shown) => {
      const first = await list({ ...parameters, cursor: '' });
      expect(first.body).toMatchObject({ totalResults: 7, itemsPerPage: shown });
      const next = await list({ ...parameters, cursor: await cursorOf({ count: 1 }) });
      expect(resourcesOf(next)).toHaveLength(shown);
    });

    it('pages may have different lengths', async () => {
      const first = await list({ cursor: '', count: 1 });
      const rest = await list({ cursor: String(first.body['nextCursor']), count: 4 });
      expect(valuesOf(rest, 'userName')).toEqual(['bert', 'carl', 'dora', 'eve']);
    });

    it('the attributes of a page may be others than those of the page before', async () => {
      const next = await list({ cursor: await cursorOf({ count: 1, attributes: 'userName' }), count: 1 });
      expect(resourcesOf(next)).toMatchObject([{ userName: 'bert', active: false }]);
    });

    it('an empty list is a last page', async () => {
      const page = await list({ cursor: '', filter: 'userName eq "nobody"' });
      expect(page.body).toEqual({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 0,
        itemsPerPage: 0,
        Resources: [],
      });
    });

    it('a filter goes with a cursor', async () => {
      const filter = 'externalId pr and userName ne "bert"';
      const found = await allPages((cursor) => list({ cursor, filter, count: 1 }));
      expect(found.map(({ userName }) => userName)).toEqual(['ada', 'dora', '漢字👩‍🚀']);
    });
  });

  describe('§2.1: errors', () => {
    const valid = { sortBy: 'userName', filter: 'active eq true', count: 1 };
    const elsewhere: readonly [string, Parameters][] = [
      ['another filter', { ...valid, filter: 'active eq false' }],
      ['no filter', { sortBy: 'userName' }],
      ['another sortBy', { ...valid, sortBy: 'displayName' }],
      ['no sortBy', { filter: 'active eq true' }],
      ['another sortOrder', { ...valid, sortOrder: 'descending' }],
    ];
    it.each(elsewhere)('a cursor with %s is invalidCursor', async (_what, parameters) => {
      const cursor = await cursorOf(valid);
      expect((await list({ ...valid, cursor })).status).toBe(200);
      expectRefusal(await list({ ...parameters, cursor }), 'invalidCursor');
    });

    it('a cursor of another endpoint is invalidCursor', async () => {
      const cursor = await cursorOf({ count: 1 });
      expectRefusal(await tenant.send('GET', address('/Groups', { cursor })), 'invalidCursor');
      expectRefusal(await tenant.send('POST', '/.search', searchFor({ cursor })), 'invalidCursor');
      const group = await tenant.send('GET', '/Groups?cursor&count=1');
      expectRefusal(await list({ cursor: String(group.body['nextCursor']) }), 'invalidCursor');
    });

    it('a cursor of another tenant is invalidCursor, and shows nothing of that tenant', async () => {
      const other = await server.createTenant();
      await stageUser(other, 'theirs');
      const cursor = await cursorOf({ count: 1 });
      const refused = await other.send('GET', address('/Users', { cursor }));
      expectRefusal(refused, 'invalidCursor');
      expect(refused.text).toBe((await other.send('GET', address('/Users', { cursor: 'made-up' }))).text);
    });

    it.each(['x', '0', '-', '~', '%00', "' or 1=1 --", 'WzFd', 'null', 'A'.repeat(20_000), '👩‍🚀'])(
      'a cursor such as %j is invalidCursor',
      async (cursor) => {
        expectRefusal(await list({ cursor }), 'invalidCursor');
        expectRefusal(await list({ cursor, count: 0 }), 'invalidCursor');
        expectRefusal(await tenant.send('POST', '/Users/.search', searchFor({ cursor })), 'invalidCursor');
      },
    );

    it('two cursors are invalidValue', async () => {
      expectRefusal(await tenant.send('GET', '/Users?cursor=&cursor='), 'invalidValue');
    });

    it.each([5, 1000, 1e15, 1e300])('a count of %d, above the maximum, is invalidCount', async (count) => {
      expectRefusal(await list({ cursor: '', count }), 'invalidCount');
      expectRefusal(await tenant.send('POST', '/Users/.search', searchFor({ cursor: '', count })), 'invalidCount');
    });

    it('a cursor and a startIndex are invalidValue', async () => {
      for (const cursor of ['', await cursorOf({ count: 1 })]) {
        expectRefusal(await list({ cursor, startIndex: 1 }), 'invalidValue');
        expectRefusal(
          await tenant.send('POST', '/Users/.search', searchFor({ cursor, startIndex: 1 })),
          'invalidValue',
        );
      }
    });
  });

  describe('§2.2: sorting', () => {
    const orders = ['id', 'userName', 'externalId', 'displayName', 'meta.created', 'meta.lastModified'].concat([
      ...['title', 'active', 'emails', 'name.familyName', 'nickName', 'locale'],
    ]);
    it.each(orders)('pages by %s are in the order of the whole list, both ways', async (sortBy) => {
      for (const sortOrder of ['ascending', 'descending']) {
        const order = { sortBy, sortOrder };
        const [first, second] = await Promise.all([list(order), list({ ...order, startIndex: 4, count: 4 })]);
        const whole = [...valuesOf(first, 'id'), ...valuesOf(second, 'id')];
        for (const count of [1, 2, 4]) {
          const paged = await allPages((cursor) => list({ ...order, cursor, count }));
          expect(paged.map(({ id }) => id)).toEqual(whole);
        }
      }
    });
  });

  describe('§2.4: both methods of paging', () => {
    it('without cursor and startIndex, paging uses the index', async () => {
      const { body } = await list({});
      expect(body).toMatchObject({ startIndex: 1, itemsPerPage: 3, totalResults: 7 });
      expect(body).not.toHaveProperty('nextCursor');
    });
  });

  describe('while others write', () => {
    /** The userNames on all pages of three of a tenant whose users change between them. */
    async function pagesOf(
      changing: TestTenant,
      between: (page: readonly JsonObject[]) => Promise<unknown>,
    ): Promise<readonly string[]> {
      const found = await allPages(async (cursor) => {
        const page = await changing.send('GET', address('/Users', { cursor, count: 3 }));
        await between(resourcesOf(page));
        return page;
      });
      return found.map(({ userName }) => String(userName));
    }

    const staying = Array.from({ length: 15 }, (_, index) => `stays ${index}`);

    /** A tenant in which users that stay and users that go take turns. */
    async function changingTenant(): Promise<{ changing: TestTenant; going: string[] }> {
      const changing = await server.createTenant();
      const going: string[] = [];
      for (const [index, name] of staying.entries()) {
        going.push(await stageUser(changing, `goes ${index}`));
        await stageUser(changing, name);
      }
      return { changing, going };
    }

    const onlyStaying = (names: readonly string[]): readonly string[] =>
      names.filter((name) => name.startsWith('stays'));

    it('nobody who stays is skipped or repeated when the users of a page are deleted behind it', async () => {
      const { changing } = await changingTenant();
      const names = await pagesOf(changing, async (page) => {
        for (const { id, userName } of page) {
          if (String(userName).startsWith('goes')) await changing.send('DELETE', `/Users/${String(id)}`);
        }
        await stageUser(changing, `comes ${String(page[0]?.['id'])}`);
      });
      expect(onlyStaying(names)).toEqual(staying);
    });

    it('nobody who stays is skipped or repeated while users are created and deleted at the same time', async () => {
      const { changing, going } = await changingTenant();
      const stop = new AbortController();
      const writing = (async () => {
        for (let round = 0; !stop.signal.aborted && round < 200; round += 1) {
          const id = going.pop();
          const deleted = id === undefined ? undefined : changing.send('DELETE', `/Users/${id}`);
          await Promise.all([stageUser(changing, `comes ${round}`), deleted]);
        }
      })();
      const names = await pagesOf(changing, async () => Promise.resolve());
      stop.abort();
      await writing;
      expect(onlyStaying(names)).toEqual(staying);
      expect(new Set(names).size).toBe(names.length);
    });
  });

  describe('§3: POST', () => {
    it('a search continues with the cursors of a list, and a list with those of a search', async () => {
      const filter = 'userName pr';
      const searched = await tenant.send('POST', '/Users/.search', searchFor({ filter, cursor: '', count: 1 }));
      const listed = await list({ filter, cursor: '', count: 1 });
      expect(searched.text).toBe(listed.text);
      const cursor = String(searched.body['nextCursor']);
      expect(valuesOf(await list({ filter, cursor, count: 1 }), 'userName')).toEqual(['bert']);
    });
  });

  describe('§4: the service provider configuration', () => {
    it('says how lists are paged', async () => {
      const { body } = await tenant.send('GET', '/ServiceProviderConfig');
      expect(body['pagination']).toEqual({
        cursor: true,
        index: true,
        defaultPaginationMethod: 'index',
        defaultPageSize: 3,
        maxPageSize: 4,
      });
    });
  });
});
