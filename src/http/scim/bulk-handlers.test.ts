import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { ERROR_SCHEMA } from '../../protocol/scim-error.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import {
  bulk,
  bulkCalls,
  SMALL_BULK,
  BULK_REQUEST,
  countOf,
  ENTERPRISE,
  errorOf,
  group,
  idOf,
  NOBODY,
  patch,
  post,
  read,
  results,
  statuses,
  USER,
  user,
} from '../testing/bulk.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

describe.each(storageKinds)('bulk on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind, SMALL_BULK);
  });
  afterAll(() => server.stop());

  const { send, created } = bulkCalls(() => tenant);

  describe('RFC 7644 §3.7: requests and operations', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    it('answers each method as a request of its own is answered', async () => {
      const id = await created('/Users', user('every method'));
      const wardens = await created('/Groups', group('every method'));
      const answer = await send(
        post('new', user('new')),
        { method: 'PUT', path: `/Users/${id}`, data: user('every method', { title: 'replaced' }) },
        { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'add', path: 'nickName', value: 'Eve' }) },
        {
          method: 'PATCH',
          path: `/Groups/${wardens}`,
          data: patch({ op: 'add', path: 'members', value: [{ value: id }] }),
        },
        { method: 'DELETE', path: `/Groups/${wardens}` },
      );
      expect(answer.headers['content-type']).toBe('application/scim+json');
      expect(answer.body['schemas']).toEqual(['urn:ietf:params:scim:api:messages:2.0:BulkResponse']);
      const place = 'https://scim.flexwhere.example/scim';
      const location = results(answer)[0]?.['location'];
      expect(location).toMatch(/^https:\/\/scim\.flexwhere\.example\/scim\/Users\/[\da-f-]{36}$/u);
      expect(results(answer)).toEqual([
        { method: 'POST', bulkId: 'new', location, version: 'W/"1"', status: '201' },
        { method: 'PUT', location: `${place}/Users/${id}`, version: 'W/"2"', status: '200' },
        { method: 'PATCH', location: `${place}/Users/${id}`, version: 'W/"3"', status: '200' },
        { method: 'PATCH', location: `${place}/Groups/${wardens}`, version: 'W/"2"', status: '204' },
        { method: 'DELETE', location: `${place}/Groups/${wardens}`, status: '204' },
      ]);
      expect(await read(tenant, `/Users/${id}`)).toMatchObject({ title: 'replaced', nickName: 'Eve' });
      expect(await read(tenant, `/Groups/${wardens}`)).toEqual({});
      expect(await read(tenant, `/Users/${idOf(results(answer)[0])}`)).toMatchObject({ userName: 'new' });
    });

    it.each<[string, JsonObject]>([
      ['schemas', { Operations: [post('a', user('a'))] }],
      ['the right schemas', { schemas: ['urn:x'], Operations: [post('a', user('a'))] }],
      ['Operations', { schemas: [BULK_REQUEST] }],
      ['an operation', bulk()],
      ['Operations that are a list', { schemas: [BULK_REQUEST], Operations: post('a', user('a')) }],
      ['operations that are objects', { schemas: [BULK_REQUEST], Operations: ['POST'] }],
      ['a method that is a text', bulk({ method: 1, path: '/Users' })],
      ['a path that is a text', bulk({ method: 'POST', path: ['/Users'] })],
      ['a bulkId that is a text', bulk({ ...post('a', user('a')), bulkId: 7 })],
      ['a version that is a text', bulk({ method: 'DELETE', path: `/Users/${NOBODY}`, version: 1 })],
      ['data that is an object', bulk({ ...post('a', user('a')), data: '{}' })],
      ['a failOnErrors that is not negative', { ...bulk(post('a', user('a'))), failOnErrors: -1 }],
      ['a failOnErrors that is whole', { ...bulk(post('a', user('a'))), failOnErrors: 1.5 }],
      ['a failOnErrors that is a number', { ...bulk(post('a', user('a'))), failOnErrors: '1' }],
      ['a name in one spelling', { ...bulk(post('a', user('a'))), failonerrors: 1, failOnErrors: 1 }],
    ])('refuses a request without %s, and does nothing', async (_what, body) => {
      const before = await countOf(tenant, '/Users');
      const answer = await tenant.send('POST', '/Bulk', body);
      expect(answer).toMatchObject({ status: 400, body: { schemas: [ERROR_SCHEMA], scimType: 'invalidSyntax' } });
      expect(await countOf(tenant, '/Users')).toBe(before);
    });

    it('knows the names of a request in any case', async () => {
      const operation = {
        METHOD: 'POST',
        Path: '/Users',
        BULKID: 'a',
        DATA: { SCHEMAS: [USER], USERNAME: 'any case' },
      };
      const answer = await tenant.send('POST', '/Bulk', {
        Schemas: [BULK_REQUEST],
        FailOnErrors: 1,
        operations: [operation],
      });
      expect(results(answer)).toMatchObject([{ method: 'POST', bulkId: 'a', status: '201' }]);
    });

    const deletion = { method: 'DELETE', path: `/Users/${NOBODY}` };
    const replacement = { method: 'PUT', path: `/Users/${NOBODY}`, data: user('x') };

    it.each<[string, JsonObject, string, string | undefined]>([
      ['method', { path: '/Users', bulkId: 'a', data: user('x') }, '400', 'invalidSyntax'],
      ['a method that changes something', { method: 'GET', path: '/Users' }, '400', 'invalidSyntax'],
      ['a method in capitals', { ...post('a', user('x')), method: 'post' }, '400', 'invalidSyntax'],
      ['bulkId in a POST', { method: 'POST', path: '/Users', data: user('x') }, '400', 'invalidSyntax'],
      ['a bulkId with a character in it', post('', user('x')), '400', 'invalidSyntax'],
      ['path', { method: 'POST', bulkId: 'a', data: user('x') }, '400', 'invalidSyntax'],
      ['a path that exists', { ...post('a', user('x')), path: '/Devices' }, '404', undefined],
      [
        'a path that is relative',
        { ...deletion, path: `https://scim.flexwhere.example/scim/Users/${NOBODY}` },
        '404',
        undefined,
      ],
      [
        'a resource type as the path of a POST',
        { ...post('a', user('x')), path: `/Users/${NOBODY}` },
        '405',
        undefined,
      ],
      ['a resource as the path of a PUT', { ...replacement, path: '/Users' }, '405', undefined],
      ['a resource as the path of a DELETE', { ...deletion, path: '/Groups' }, '405', undefined],
      ['a path that can be read', { ...deletion, path: '/Users/%E0%A4%A' }, '400', 'invalidSyntax'],
      ['a resource that can be changed', { ...deletion, path: '/Schemas/User' }, '405', undefined],
      ['a resource that exists', deletion, '404', undefined],
      ['a resource of that type', replacement, '404', undefined],
      ['a user or group: bulk', { ...post('a', bulk(post('b', user('x')))), path: '/Bulk' }, '400', 'invalidValue'],
      ['a user or group: search', { ...post('a', {}), path: '/Users/.search' }, '400', 'invalidValue'],
      ['a user or group: oneself', { ...replacement, path: '/Me' }, '501', undefined],
      ['data in a POST', { method: 'POST', path: '/Users', bulkId: 'a' }, '400', 'invalidSyntax'],
      ['data in a PUT', { ...replacement, data: null }, '400', 'invalidSyntax'],
      ['data in a PATCH', { method: 'PATCH', path: `/Users/${NOBODY}` }, '400', 'invalidSyntax'],
    ])('fails an operation without %s by itself', async (_what, operation, status, scimType) => {
      const before = Number(await countOf(tenant, '/Users'));
      const name = `beside ${String(before)}`;
      const answer = await send(post('before', user(name)), operation, post('after', user(`${name} after`)));
      expect(statuses(answer)).toEqual(['201', status, '201']);
      const error = errorOf(results(answer)[1]);
      expect(error).toMatchObject({ schemas: [ERROR_SCHEMA], status });
      expect(error['scimType']).toBe(scimType);
      expect(await countOf(tenant, '/Users')).toBe(before + 2);
    });

    it.each([
      ['a slash at the end', (id: string) => `/Users/${id}/`],
      ['no slash in front', (id: string) => `Users/${id}`],
      ['the endpoint in another case', (id: string) => `/USERS/${id}`],
      ['the id percent-encoded', (id: string) => `/Users/${id.replaceAll('-', '%2D')}`],
    ])('takes a path with %s', async (what, path) => {
      const id = await created('/Users', user(`path with ${what}`));
      expect(
        statuses(await send({ method: 'DELETE', path: path(id), data: null, bulkId: null, version: null })),
      ).toEqual(['204']);
    });

    it('refuses operations with one bulkId, and returns the bulkId of any operation', async () => {
      const twice = [post('twice', user('twice 1')), post('twice', user('twice 2'))];
      const answer = await send(...twice, { ...deletion, bulkId: 'mine' }, { ...deletion, bulkId: 'mine' });
      expect(results(answer)).toMatchObject([
        { bulkId: 'twice', status: '400', response: { scimType: 'invalidValue' } },
        { bulkId: 'twice', status: '400', response: { scimType: 'invalidValue' } },
        { bulkId: 'mine', status: '404' },
        { bulkId: 'mine', status: '404' },
      ]);
    });

    it.each<[string, string, string]>([
      ['the current version', 'W/"1"', '204'],
      ['any version', '*', '204'],
      ['one of several versions', 'W/"7", W/"1"', '204'],
      ['another version', 'W/"2"', '412'],
      ['no version at all', 'first', '412'],
    ])('takes version as If-Match: %s', async (what, version, status) => {
      const path = `/Users/${await created('/Users', user(`version ${what}`))}`;
      expect(statuses(await send({ method: 'DELETE', path, version }))).toEqual([status]);
      expect((await tenant.send('GET', path)).status).toBe(status === '204' ? 404 : 200);
    });

    it('takes the version of an answer in the next request, for PUT and PATCH as well', async () => {
      const [first] = results(await send(post('u', user('versions'))));
      const path = `/Users/${idOf(first)}`;
      const version = String(first?.['version']);
      expect((await tenant.send('GET', path)).headers.etag).toBe(version);
      const replaced = await send({ method: 'PUT', path, version, data: user('versions', { title: 'x' }) });
      expect(statuses(replaced)).toEqual(['200']);
      const change = { method: 'PATCH', path, data: patch({ op: 'remove', path: 'title' }) };
      expect(statuses(await send({ ...change, version }))).toEqual(['412']);
      expect(statuses(await send({ ...change, version: String(results(replaced)[0]?.['version']) }))).toEqual(['200']);
    });

    it('does as many operations as possible in spite of failures, each as a whole or not at all', async () => {
      const id = await created('/Users', user('as a whole', { title: 'before' }));
      const change = patch(
        { op: 'replace', path: 'title', value: 'after' },
        { op: 'replace', path: 'active', value: 'perhaps' },
      );
      const answer = await send(
        post('taken', user('AS A WHOLE')),
        { method: 'PATCH', path: `/Users/${id}`, data: change },
        post('members', group('as a whole', NOBODY)),
        post('free', user('as possible')),
      );
      expect(statuses(answer)).toEqual(['409', '400', '400', '201']);
      expect(await read(tenant, `/Users/${id}`)).toMatchObject({ title: 'before', meta: { version: 'W/"1"' } });
      const groups = await tenant.send('GET', '/Groups?filter=displayName+eq+%22as+a+whole%22');
      expect(groups.body['totalResults']).toBe(0);
    });

    it("understands Entra's dialects, and tells the log which rules it needed", async () => {
      const id = await created('/Users', user('dialect'));
      const answer = await send(
        post('new', { ...user('dialect new'), Active: 'False', [ENTERPRISE]: { manager: id } }),
        { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'Replace', path: 'active', value: 'False' }) },
        { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'add', value: { 'name.givenName': 'Ada' } }) },
      );
      expect(statuses(answer)).toEqual(['201', '200', '200']);
      expect(await read(tenant, `/Users/${id}`)).toMatchObject({ active: false, name: { givenName: 'Ada' } });
      const fresh = await read(tenant, `/Users/${idOf(results(answer)[0])}`);
      expect(fresh).toMatchObject({ active: false, [ENTERPRISE]: { manager: { value: id } } });
      const line = server.log.findLast((one) => one.includes('"operation":"bulk"')) ?? '';
      expect(JSON.parse(line)).toMatchObject({
        rules: expect.arrayContaining(['boolean-as-string', 'string-for-reference', 'keys-are-paths']) as unknown,
      });
    });

    const nested = (levels: number): JsonValue =>
      Array.from({ length: levels }).reduce<JsonValue>((inner) => [inner], 1);
    const bodies: readonly [string, JsonValue][] = [
      ['{}', {}],
      ['a user', user('refused alike')],
      ['a user without userName', { schemas: user('')['schemas'] ?? null }],
      ['a user without schemas', { userName: 'refused alike' }],
      ['the wrong type', user('refused alike', { displayName: 5 })],
      ['a wrong element', user('refused alike', { emails: [{ value: 'a' }, 'b'] })],
      ['a name twice', user('refused alike', { USERNAME: 'refused alike' })],
      ['a text that is too long', user('x'.repeat(513))],
      ['a boolean that is none', user('refused alike', { active: 'perhaps' })],
      ['deep data', user('refused alike', { 'urn:x:deep': { list: nested(36) } })],
      ['a PATCH', patch({ op: 'replace', path: 'title', value: 'x' })],
      ['a PATCH that does nothing known', patch({ op: 'upsert', path: 'title', value: 'x' })],
      ['a PATCH without operations', { schemas: patch()['schemas'] ?? [] }],
      ['a PATCH of a path that ends too early', patch({ op: 'replace', path: 'emails[type eq', value: 'x' })],
      ['a PATCH of a read-only attribute', patch({ op: 'replace', path: 'id', value: 'x' })],
      ['a PATCH without a target', patch({ op: 'remove' })],
      ['a PATCH that removes what is required', patch({ op: 'remove', path: 'userName' })],
    ];

    it.each(bodies)('refuses %s exactly as a request of its own is refused', async (_what, body) => {
      const id = await created('/Users', user(`alike ${Math.random()}`));
      for (const [method, path] of [
        ['POST', '/Users'],
        ['PUT', `/Users/${id}`],
        ['PATCH', `/Users/${id}`],
      ] as const) {
        const [result] = results(await tenant.send('POST', '/Bulk', bulk({ method, path, bulkId: 'b', data: body })));
        const location = method === 'POST' ? result?.['location'] : undefined;
        if (location !== undefined) await tenant.send('DELETE', `/Users/${idOf(result)}`);
        const single = await tenant.send(method, path, body as JsonObject);
        if (single.status === 201) await tenant.send('DELETE', `/Users/${String(single.body['id'])}`);
        expect([method, result?.['status'], errorOf(result)]).toEqual([
          method,
          String(single.status),
          single.status < 300 ? {} : single.body,
        ]);
      }
    });
  });
});
