import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { ENDPOINTS, ENTERPRISE, searchedTenant } from './testing/search.fixture.js';
import { allPages, resourcesOf, searchFor, stageGroup, stageUser, valuesOf } from './testing/lists.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

describe.each(storageKinds)('RFC 7644 §3.4.3: searching by POST on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let ada: string;
  const search = (path: string, members: JsonObject): Promise<Answer> => tenant.send('POST', path, searchFor(members));
  const namesOf = (answer: Answer): readonly unknown[] => valuesOf(answer, 'displayName');

  beforeAll(async () => {
    server = await startTestServer(kind);
    ({ tenant, ada } = await searchedTenant(server));
  });
  afterAll(() => server.stop());

  describe('at the root (§3.4.2.1)', () => {
    it('finds users and groups in one list with one total', async () => {
      const answer = await search('/.search', {});
      expect(answer.body).toMatchObject({ totalResults: 5, startIndex: 1, itemsPerPage: 5 });
      // in the order of their creation
      expect(namesOf(answer)).toEqual(['B1', 'A1', 'A2', 'B2', undefined]);
    });

    const found: readonly [string, JsonObject, readonly unknown[]][] = [
      ['sorts both by one attribute', { sortBy: 'displayName' }, ['A1', 'A2', 'B1', 'B2', undefined]],
      ['sorts descending', { sortBy: 'displayName', sortOrder: 'descending' }, [undefined, 'B2', 'B1', 'A2', 'A1']],
      ['puts those without the attribute last', { sortBy: 'title' }, ['A2', 'B1', 'A1', 'B2', undefined]],
      ['puts a type without the attribute last', { sortBy: 'userName' }, ['B1', 'A2', undefined, 'A1', 'B2']],
      ['sorts by what the other type knows', { sortBy: 'members' }, ['B1', 'A1', 'A2', 'B2', undefined]],
      ['filters both', { filter: 'externalId eq "x1"' }, ['B1', 'B2']],
      ['filters by what one type lacks', { filter: 'userName pr' }, ['B1', 'A2', undefined]],
      ['takes what is lacking as absent', { filter: 'not (userName pr)' }, ['A1', 'B2']],
      [
        'finds what differs from an absent value',
        { filter: 'userName ne "ada@contoso.example"' },
        ['A1', 'A2', 'B2', undefined],
      ],
      ['filters each type by its own', { filter: 'title eq "a2" or members pr' }, ['A1', 'A2']],
      ['knows extensions', { filter: `${ENTERPRISE}:department eq "maths"` }, ['B1']],
      ['looks up what is matched on', { filter: 'emails.value eq "ada@work.example"' }, ['B1']],
      ['finds users by type', { filter: 'meta.resourceType eq "User"' }, ['B1', 'A2', undefined]],
      ['finds groups by type', { filter: 'meta.resourceType eq "Group" and displayName sw "b"' }, ['B2']],
      [
        'finds both types by type',
        { filter: '(meta.resourceType eq "User") or (meta.resourceType eq "Group")', count: 2 },
        ['B1', 'A1'],
      ],
      ['pages over both', { startIndex: 2, count: 3 }, ['A1', 'A2', 'B2']],
      ['pages in the order', { sortBy: 'displayName', startIndex: 2, count: 2 }, ['A2', 'B1']],
    ];
    it.each(found)('%s: %j', async (_does, members, names) => {
      expect(namesOf(await search('/.search', members))).toEqual(names);
    });

    const totals: readonly [JsonObject, number][] = [
      [{ count: 0 }, 5],
      [{ startIndex: 6 }, 5],
      [{ filter: 'externalId pr', count: 1 }, 3],
      [{ filter: 'userName pr', count: 1 }, 3],
      [{ filter: 'meta.resourceType eq "Group"', count: 1 }, 2],
      [{ filter: 'userName pr and members pr' }, 0],
    ];
    it.each(totals)('the total of %j is %i', async (members, total) => {
      expect((await search('/.search', members)).body['totalResults']).toBe(total);
    });

    it.each([undefined, 'displayName', 'userName', 'title', 'externalId', 'meta.created', 'nickName'])(
      'pages by cursor as by index when sorted by %s, both ways',
      async (sortBy) => {
        for (const sortOrder of ['ascending', 'descending']) {
          const order = sortBy === undefined ? {} : { sortBy, sortOrder };
          const whole = valuesOf(await search('/.search', order), 'id');
          for (const count of [1, 2, 3]) {
            const paged = await allPages((cursor) => search('/.search', { ...order, cursor, count }));
            expect(paged.map(({ id }) => id)).toEqual(whole);
          }
        }
      },
    );

    it('projects each resource by its own type', async () => {
      const answer = await search('/.search', {
        attributes: ['userName', 'members.value'],
        sortBy: 'displayName',
        count: 2,
      });
      const schemas = expect.any(Array) as unknown;
      const id = expect.any(String) as unknown;
      expect(resourcesOf(answer)).toEqual([
        { schemas, id, members: [{ value: ada }] },
        { schemas, id, userName: 'bert@contoso.example' },
      ]);
      const without = await search('/.search', { excludedAttributes: ['members', 'userName', 'meta'], count: 2 });
      expect(resourcesOf(without).map((resource) => Object.keys(resource).sort())).toEqual([
        ['displayName', 'emails', 'externalId', 'groups', 'active', 'id', 'schemas', ENTERPRISE].sort(),
        ['displayName', 'externalId', 'id', 'schemas'],
      ]);
    });

    it('shows on a long page what it shows on several short ones', async () => {
      const many = await server.createTenant();
      for (let index = 0; index < 65; index += 1) {
        const member = await stageUser(many, `user ${index}`);
        await stageGroup(many, `group ${index}`, index % 3 === 0 ? { members: [{ value: member }] } : {});
      }
      for (const path of ENDPOINTS) {
        const searchMany = (members: JsonObject) => many.send('POST', path, searchFor(members));
        const long = await searchMany({ count: 1000 });
        const total = path === '/.search' ? 130 : 65;
        expect(long.body).toMatchObject({ totalResults: total, startIndex: 1, itemsPerPage: total });
        const short = await allPages((cursor) => searchMany({ cursor, count: 20 }));
        expect(resourcesOf(long)).toEqual(short);
        const byCursor = await searchMany({ cursor: '', count: total - 1, attributes: ['displayName'] });
        expect(byCursor.body).toMatchObject({ itemsPerPage: total - 1, nextCursor: expect.any(String) as unknown });
        expect(valuesOf(byCursor, 'id')).toEqual(short.slice(0, -1).map(({ id }) => id));
      }
    });

    it('shows every resource as it is shown by itself', async () => {
      for (const resource of resourcesOf(await search('/.search', {}))) {
        const { resourceType } = isJsonObject(resource['meta']) ? resource['meta'] : {};
        const alone = await tenant.send('GET', `/${String(resourceType)}s/${String(resource['id'])}`);
        expect(alone.body).toEqual(resource);
      }
    });

    it('is answered by GET as by POST, with or without a slash, and with names of parameters in any case', async () => {
      const asked = {
        filter: 'meta.resourceType eq "Group"',
        sortBy: 'displayName',
        sortOrder: 'DESCENDING',
        count: '2',
      };
      const sent = { ...asked, schemas: null, attributes: 'displayName,externalId' };
      const expected = await tenant.send('POST', '/.search', sent);
      expect(expected.status, expected.text).toBe(200);
      const query = new URLSearchParams({ ...asked, Attributes: sent.attributes })
        .toString()
        .replace('filter', 'FILTER');
      for (const path of ['', '/', '//']) {
        const answer = await tenant.send('GET', `${path}?${query}`);
        expect([answer.status, answer.body]).toEqual([200, expected.body]);
      }
    });
  });
});
