import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type JsonObject } from '../protocol/json.js';
import { SEARCH_REQUEST_SCHEMA } from '../protocol/messages.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { ENDPOINTS, searchedTenant } from './testing/search.fixture.js';
import { address, resourcesOf, searchFor } from './testing/lists.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

describe.each(storageKinds)('RFC 7644 §3.4.3: searching by POST on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let ada: string;
  const search = (path: string, members: JsonObject): Promise<Answer> => tenant.send('POST', path, searchFor(members));

  beforeAll(async () => {
    server = await startTestServer(kind);
    ({ tenant, ada } = await searchedTenant(server));
  });
  afterAll(() => server.stop());

  const expectRefusal = (answer: Answer, status: number, scimType?: string): void => {
    expect([answer.status, answer.body['scimType']], answer.text).toEqual([status, scimType]);
    expect(answer.headers['content-type']).toBe('application/scim+json');
  };

  describe('the answer', () => {
    it('is a ListResponse with 200', async () => {
      const answer = await search('/Users/.search', { filter: 'userName eq "ADA@contoso.example"' });
      expect(answer.status).toBe(200);
      expect(answer.headers['content-type']).toBe('application/scim+json');
      expect(answer.body).toMatchObject({
        schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
        totalResults: 1,
        startIndex: 1,
        itemsPerPage: 1,
        Resources: [{ id: ada }],
      });
    });

    const queries: readonly JsonObject[] = [
      {},
      { filter: 'displayName pr' },
      { attributes: ['displayName', 'externalId'] },
      { excludedAttributes: ['displayName', 'members'] },
      { sortBy: 'displayName' },
      { sortBy: 'displayName', sortOrder: 'descending' },
      { startIndex: 2, count: 1 },
      { filter: 'externalId eq "x1"', attributes: ['meta.created'], sortBy: 'id', startIndex: 1, count: 10 },
      { cursor: '', count: 1, sortBy: 'externalId' },
    ];
    it.each(queries)('to %j is that of the GET with these parameters', async (members) => {
      const parameters = Object.fromEntries(
        Object.entries(members).map(([name, value]) => [name, Array.isArray(value) ? value.join() : String(value)]),
      );
      for (const path of ['/Users', '/Groups']) {
        const listed = await tenant.send('GET', address(path, parameters));
        expect(listed.status, listed.text).toBe(200);
        expect((await search(`${path}/.search`, members)).text).toBe(listed.text);
      }
    });

    it('of nothing found is an empty list', async () => {
      for (const path of ENDPOINTS) {
        const answer = await search(path, { filter: 'externalId eq "nobody"' });
        expect(answer.body).toMatchObject({ totalResults: 0, itemsPerPage: 0, Resources: [] });
      }
    });
  });

  describe('the message', () => {
    it('has names in any case', async () => {
      const sent = {
        SCHEMAS: [SEARCH_REQUEST_SCHEMA],
        FILTER: `USERNAME sw "ada"`,
        Attributes: ['USERNAME'],
        COUNT: 1,
      };
      const answer = await tenant.send('POST', '/Users/.search', sent);
      expect(resourcesOf(answer)).toEqual([
        { schemas: expect.any(Array) as unknown, id: ada, userName: 'ada@contoso.example' },
      ]);
    });

    it('may have null for nothing, and members that nobody knows', async () => {
      const nothing = ['attributes', 'excludedAttributes', 'filter', 'sortBy', 'sortOrder', 'startIndex', 'count'];
      const nulls = Object.fromEntries([...nothing, 'cursor'].map((name) => [name, null]));
      for (const path of ENDPOINTS) {
        expect((await search(path, { ...nulls, nobodyKnows: 1 })).text).toBe((await search(path, {})).text);
      }
    });

    it('may be application/json', async () => {
      const headers = { 'Content-Type': 'application/json' };
      expect((await tenant.send('POST', '/.search', searchFor({}), headers)).status).toBe(200);
    });

    const refused: readonly [string, JsonObject | string, number, string | undefined][] = [
      ['without schemas', { filter: 'id pr' }, 400, 'invalidSyntax'],
      ['with no schema', { schemas: [] }, 400, 'invalidSyntax'],
      ['of another kind', { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'] }, 400, 'invalidSyntax'],
      ['that is not JSON', '{"schemas":', 400, 'invalidSyntax'],
      ['that is an array', '[]', 400, 'invalidSyntax'],
      ['that is empty', '', 400, 'invalidSyntax'],
      ['with a name in two spellings', { ...searchFor({ filter: 'id pr' }), Filter: 'id pr' }, 400, 'invalidSyntax'],
      ['with attributes that are neither list nor text', searchFor({ attributes: 5 }), 400, 'invalidValue'],
      ['with a filter that is no text', searchFor({ filter: ['id pr'] }), 400, 'invalidValue'],
      ['with a count that is no number', searchFor({ count: 'many' }), 400, 'invalidValue'],
      ['with a count that is no integer', searchFor({ count: 1.5 }), 400, 'invalidValue'],
      ['with another sortOrder', searchFor({ sortBy: 'id', sortOrder: 'up' }), 400, 'invalidValue'],
      ['with a filter that cannot be read', searchFor({ filter: 'id eq' }), 400, 'invalidFilter'],
      ['with a filter of nothing', searchFor({ filter: '' }), 400, 'invalidFilter'],
      ['with a filter that is too long', searchFor({ filter: `id eq "${'x'.repeat(10_001)}"` }), 400, 'invalidFilter'],
      ['with __proto__ in the filter', searchFor({ filter: '__proto__ pr' }), 400, 'invalidFilter'],
      ['with a sortBy that cannot be read', searchFor({ sortBy: 'id;drop table x' }), 400, 'invalidPath'],
      ['with a sortBy that nobody knows', searchFor({ sortBy: 'nobodyKnows' }), 400, 'invalidValue'],
      [
        'with both kinds of projection',
        searchFor({ attributes: ['id'], excludedAttributes: ['id'] }),
        400,
        'invalidValue',
      ],
      ['with NUL', searchFor({ filter: 'id eq "\0"' }), 400, 'invalidValue'],
      ['with a number that no double holds', '{"count":9007199254740993}', 400, 'invalidValue'],
      ['with __proto__', '{"__proto__":{"filter":"id pr"}}', 400, 'invalidSyntax'],
      ['that is too large', searchFor({ filter: 'x'.repeat(1_100_000) }), 413, undefined],
    ];
    describe.each(ENDPOINTS)('to %s', (path) => {
      it.each(refused)('%s is refused', async (_what, body, status, scimType) => {
        expectRefusal(await tenant.send('POST', path, body), status, scimType);
      });

      it('needs a JSON type, a token, and POST', async () => {
        expectRefusal(await tenant.send('POST', path, searchFor({}), { 'Content-Type': 'text/plain' }), 415);
        expectRefusal(await server.send({ method: 'POST', path: `/scim${path}`, body: searchFor({}) }), 401);
        for (const method of ['GET', 'PUT', 'PATCH', 'DELETE']) {
          const answer = await tenant.send(method, path, method === 'GET' ? undefined : searchFor({}));
          expectRefusal(answer, 405);
          expect(answer.headers.allow).toBe('POST');
        }
      });
    });

    it('stays out of the log, whatever its outcome', async () => {
      const before = server.log.length;
      const secret = 'zylphia';
      for (const path of ENDPOINTS) {
        for (const filter of [`displayName co "${secret}"`, `${secret} eq`, `nobody.${secret} eq "${secret}"`]) {
          await search(path, { filter, sortBy: secret, attributes: [secret] });
          await search(path, { filter, cursor: secret });
        }
        await tenant.send('POST', path, `{"${secret}`);
      }
      const lines = server.log.slice(before).join('');
      expect(lines).toContain('"operation":"searchAll"');
      expect(lines).not.toContain(secret);
    });
  });
});
