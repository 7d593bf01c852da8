import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { ERROR_SCHEMA } from '../../protocol/scim-error.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import {
  bulk,
  BULK_REQUEST,
  countOf,
  ENTERPRISE,
  errorOf,
  group,
  idOf,
  managed,
  membersOf,
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
    server = await startTestServer(kind, { MAX_BULK_OPERATIONS: '20', MAX_BULK_BYTES: '20000' });
  });
  afterAll(() => server.stop());

  const send = (...operations: readonly JsonObject[]) => tenant.send('POST', '/Bulk', bulk(...operations));
  const created = async (endpoint: string, body: JsonObject): Promise<string> =>
    String((await tenant.send('POST', endpoint, body)).body['id']);

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

  describe('RFC 7644 §3.7.1: circular references', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    it('creates two groups that are members of each other', async () => {
      const answer = await send(
        post('qwerty', group('A', 'bulkId:ytrewq')),
        post('ytrewq', group('B', 'bulkId:qwerty')),
      );
      expect(statuses(answer)).toEqual(['201', '201']);
      const [a = '', b = ''] = results(answer).map(idOf);
      expect([await membersOf(tenant, a), await membersOf(tenant, b)]).toEqual([[b], [a]]);
      expect((await tenant.send('GET', `/Groups/${a}`)).headers.etag).toBe(results(answer)[0]?.['version']);
    });

    it('creates users who are managers of each other', async () => {
      const answer = await send(
        post('chief', managed('chief', 'bulkId:deputy')),
        post('deputy', managed('deputy', 'bulkId:chief')),
        post('own', managed('own', 'bulkId:own')),
      );
      expect(statuses(answer)).toEqual(['201', '201', '201']);
      const [chief = '', deputy = '', own = ''] = results(answer).map(idOf);
      expect(await read(tenant, `/Users/${chief}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: deputy } } });
      expect(await read(tenant, `/Users/${deputy}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: chief } } });
      expect(await read(tenant, `/Users/${own}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: own } } });
    });

    it('refuses a group that is a member of itself, as it is refused where it exists', async () => {
      const answer = await send(post('self', group('self', 'bulkId:self')));
      expect(results(answer)).toMatchObject([{ status: '400', response: { scimType: 'invalidValue' } }]);
      const id = await created('/Groups', group('self'));
      const data = patch({ op: 'add', path: 'members', value: [{ value: id }] });
      const single = await tenant.send('PATCH', `/Groups/${id}`, data);
      expect(single.body).toEqual(errorOf(results(answer)[0]));
    });

    it('creates a circle of three whose operations stand apart, with what depends on it', async () => {
      const answer = await send(
        post('top', group('top', 'bulkId:one')),
        post('one', group('one', 'bulkId:two')),
        post('user', user('in the circle')),
        post('two', group('two', 'bulkId:three', 'bulkId:user')),
        {
          method: 'PATCH',
          path: '/Groups/bulkId:three',
          data: patch({ op: 'replace', path: 'displayName', value: '3' }),
        },
        post('three', group('three', 'bulkId:one')),
      );
      expect(statuses(answer)).toEqual(['201', '201', '201', '201', '204', '201']);
      const [top = '', one = '', who = '', two = '', , three = ''] = results(answer).map(idOf);
      expect(await membersOf(tenant, top)).toEqual([one]);
      expect(await membersOf(tenant, two)).toEqual([who, three].sort());
      expect(await read(tenant, `/Groups/${three}`)).toMatchObject({ displayName: '3' });
    });

    it.each<[string, JsonObject, string, string | undefined]>([
      ['whose name is taken', group('taken', 'bulkId:first'), '409', 'uniqueness'],
      ['that is not valid', { ...group('', 'bulkId:first') }, '400', 'invalidValue'],
      ['with a member who does not exist', group('fresh', 'bulkId:first', NOBODY), '400', 'invalidValue'],
      ['with a reference to nothing', group('fresh', 'bulkId:first', 'bulkId:nobody'), '400', 'invalidValue'],
      ['with a reference to what failed', group('fresh', 'bulkId:first', 'bulkId:failed'), '409', undefined],
    ])('creates nothing of a circle with a group %s', async (_what, second, status, scimType) => {
      await tenant.send('POST', '/Groups', group('taken'));
      const before = await countOf(tenant, '/Groups');
      const answer = await send(
        post('failed', user('')),
        post('first', group('first', 'bulkId:second')),
        post('second', second),
        post('outside', group('outside', 'bulkId:first')),
      );
      expect(statuses(answer)).toEqual(['400', '409', status, '409']);
      const [, first, blamed, outside] = results(answer).map(errorOf);
      expect(blamed?.['scimType']).toBe(scimType);
      expect(String(first?.['detail'])).toContain('"second"');
      expect(String(outside?.['detail'])).toContain('"first"');
      expect(results(answer).every((result) => !('location' in result))).toBe(true);
      expect(await countOf(tenant, '/Groups')).toBe(before);
    });
  });

  describe('RFC 7644 §3.7.2: bulkIds', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    it('replaces a reference by the id of the new resource', async () => {
      const answer = await send(post('qwerty', user('alice')), post('ytrewq', group('Tour Guides', 'bulkId:qwerty')));
      const [alice = '', guides = ''] = results(answer).map(idOf);
      expect(await membersOf(tenant, guides)).toEqual([alice]);
    });

    it('knows references to resources that are created further on', async () => {
      const answer = await send(
        post('g', group('further on', 'bulkId:u')),
        { method: 'PATCH', path: '/Users/bulkId:u', data: patch({ op: 'add', path: 'title', value: 'x' }) },
        post('boss', managed('boss', 'bulkId:u')),
        post('u', user('further on')),
      );
      expect(statuses(answer)).toEqual(['201', '200', '201', '201']);
      const [g = '', , boss = '', u = ''] = results(answer).map(idOf);
      expect(await membersOf(tenant, g)).toEqual([u]);
      expect(await read(tenant, `/Users/${boss}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: u } } });
      expect(await read(tenant, `/Users/${u}`)).toMatchObject({ title: 'x' });
    });

    it('keeps the order of operations on one resource, one of which waits', async () => {
      const g = await created('/Groups', group('in order'));
      const path = `/Groups/${g}`;
      const answer = await send(
        { method: 'PATCH', path, data: patch({ op: 'add', path: 'members', value: [{ value: 'bulkId:u' }] }) },
        { method: 'PUT', path, data: group('in order, replaced') },
        { method: 'PATCH', path, data: patch({ op: 'remove', path: 'members[value eq "bulkId:u"]' }) },
        { method: 'DELETE', path },
        post('u', user('in order')),
      );
      expect(results(answer).map(({ status, version }) => [status, version])).toEqual([
        ['204', 'W/"2"'],
        ['200', 'W/"3"'],
        ['204', 'W/"4"'],
        ['204', undefined],
        ['201', 'W/"1"'],
      ]);
    });

    it('frees a name before it is given again, though an operation further up waits for it', async () => {
      const old = await created('/Users', user('again'));
      const answer = await send(
        post('g', group('again', 'bulkId:u')),
        { method: 'DELETE', path: `/Users/${old}` },
        post('u', user('again')),
      );
      expect(statuses(answer)).toEqual(['201', '204', '201']);
    });

    it.each<[string, (reference: string) => JsonObject]>([
      ['a member', (value) => ({ op: 'add', path: 'members', value: [{ value }] })],
      [
        'a member without a path',
        (value) => ({ op: 'add', value: { members: [{ value, $ref: `../Users/${value}` }] } }),
      ],
      [
        'a member by a filter',
        (value) => ({ op: 'add', path: `members[value eq "${value}"]`, value: { type: 'User' } }),
      ],
    ])('replaces a reference in a PATCH of a group: %s', async (what, operation) => {
      const answer = await send(post('g', group(`patched: ${what}`)), post('u', user(`patched: ${what}`)), {
        method: 'PATCH',
        path: '/Groups/bulkId:g',
        data: patch(operation('bulkId:u')),
      });
      expect(statuses(answer)).toEqual(['201', '201', '204']);
      const [g = '', u = ''] = results(answer).map(idOf);
      expect(await membersOf(tenant, g)).toEqual([u]);
      expect(results(answer)[2]?.['location']).toBe(results(answer)[0]?.['location']);
    });

    it.each<[string, JsonObject]>([
      ['an object', patch({ op: 'add', path: `${ENTERPRISE}:manager`, value: { value: 'bulkId:m' } })],
      ['a bare string', patch({ op: 'Add', path: `${ENTERPRISE}:manager`, value: 'bulkId:m' })],
      ['a key', patch({ op: 'add', value: { [`${ENTERPRISE}:manager`]: 'bulkId:m' } })],
    ])('replaces a reference to a manager: %s', async (what, data) => {
      const answer = await send(post('m', user(`manager: ${what}`)), post('u', user(`managed: ${what}`)), {
        method: 'PATCH',
        path: '/Users/bulkId:u',
        data,
      });
      const [m = '', u = ''] = results(answer).map(idOf);
      expect(await read(tenant, `/Users/${u}`)).toMatchObject({ [ENTERPRISE]: { manager: { value: m } } });
    });

    it('replaces a reference in the path of PUT, PATCH and DELETE', async () => {
      const answer = await send(
        post('u', user('in the path')),
        { method: 'PUT', path: '/Users/bulkId:u', data: user('in the path', { title: 'x' }), version: 'W/"1"' },
        { method: 'PATCH', path: '/Users/bulkId:u', data: patch({ op: 'remove', path: 'title' }), version: 'W/"2"' },
        { method: 'DELETE', path: '/Users/bulkId:u', version: 'W/"3"' },
      );
      expect(statuses(answer)).toEqual(['201', '200', '200', '204']);
      expect(new Set(results(answer).map(idOf)).size).toBe(1);
    });

    it.each(['constructor', '__proto__', 'a b', 'é/ü?', '"quoted\\"', '%41', 'bulkId:x', 'x'.repeat(300)])(
      'takes the bulkId %j',
      async (bulkId) => {
        const g = await created('/Groups', group(`odd ${bulkId.slice(0, 20)}`));
        const filter = JSON.stringify(`bulkId:${bulkId}`);
        const answer = await send(
          post(bulkId, user(`odd ${bulkId.slice(0, 20)}`)),
          {
            method: 'PATCH',
            path: `/Groups/${g}`,
            data: patch({ op: 'add', path: `members[value eq ${filter}]`, value: {} }),
          },
          {
            method: 'PATCH',
            path: `/Users/${encodeURIComponent(`bulkId:${bulkId}`)}`,
            data: patch({ op: 'add', path: 'title', value: 'x' }),
          },
        );
        expect(results(answer).map(({ status, bulkId: returned }) => [status, returned])).toEqual([
          ['201', bulkId],
          ['204', undefined],
          ['200', undefined],
        ]);
        expect(await membersOf(tenant, g)).toEqual([idOf(results(answer)[0])]);
      },
    );

    it.each<[string, JsonObject]>([
      ['a member', post('g', group('nothing', 'bulkId:nobody'))],
      ['a manager', post('g', managed('nothing', 'bulkId:nobody'))],
      ['the path', { method: 'DELETE', path: '/Users/bulkId:nobody' }],
      ['a bulkId of another operation than POST', { method: 'DELETE', path: '/Users/bulkId:other' }],
    ])('is 400 invalidValue where a reference leads to nothing: %s', async (_where, operation) => {
      const answer = await send({ method: 'DELETE', path: `/Users/${NOBODY}`, bulkId: 'other' }, operation);
      expect(results(answer)[1]).toMatchObject({ status: '400', response: { scimType: 'invalidValue' } });
      expect(String(errorOf(results(answer)[1])['detail'])).toMatch(/"(?:nobody|other)"/u);
    });

    it('is 409 where a reference leads to what failed, and so on from there', async () => {
      const answer = await send(
        post('failed', user('')),
        post('g', group('depends', 'bulkId:failed')),
        post('h', group('depends as well', 'bulkId:g')),
        { method: 'DELETE', path: '/Groups/bulkId:h' },
        post('twice', user('1')),
        post('twice', user('2')),
        { method: 'PUT', path: '/Users/bulkId:twice', data: user('3') },
      );
      expect(statuses(answer)).toEqual(['400', '409', '409', '409', '400', '400', '409']);
      expect(await tenant.send('GET', '/Groups?filter=displayName+sw+%22depends%22')).toMatchObject({
        body: { totalResults: 0 },
      });
    });

    it('is forgotten after the request', async () => {
      expect(statuses(await send(post('once', user('once'))))).toEqual(['201']);
      expect(statuses(await send({ method: 'DELETE', path: '/Users/bulkId:once' }))).toEqual(['400']);
    });

    it("reaches no other tenant's resources", async () => {
      const theirs = await server.createTenant();
      const id = String((await theirs.send('POST', '/Users', user('theirs'))).body['id']);
      const answer = await send(
        { method: 'PUT', path: `/Users/${id}`, data: user('taken over') },
        { method: 'PATCH', path: `/Users/${id}`, data: patch({ op: 'replace', path: 'active', value: false }) },
        { method: 'DELETE', path: `/Users/${id}` },
        post('g', group('theirs', id)),
        post('u', user('theirs')),
      );
      expect(statuses(answer)).toEqual(['404', '404', '404', '400', '201']);
      expect(await read(theirs, `/Users/${id}`)).toMatchObject({ userName: 'theirs', meta: { version: 'W/"1"' } });
    });
  });

  describe('RFC 7644 §3.7.3: results and failures', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    const bad = (bulkId: string): JsonObject => post(bulkId, user(''));
    const failingOn = (failOnErrors: number, ...operations: readonly JsonObject[]) =>
      tenant.send('POST', '/Bulk', { ...bulk(...operations), failOnErrors });
    const named = (answer: Awaited<ReturnType<typeof send>>): readonly unknown[] =>
      results(answer).map(({ bulkId }) => bulkId);

    it.each<[number, readonly string[]]>([
      [1, ['a', 'bad 1']],
      [2, ['a', 'bad 1', 'b', 'bad 2']],
      [3, ['a', 'bad 1', 'b', 'bad 2', 'c']],
      [1_000_000, ['a', 'bad 1', 'b', 'bad 2', 'c']],
    ])('stops after %i failures, and leaves out what was not processed', async (failOnErrors, processed) => {
      const round = String(failOnErrors);
      const answer = await failingOn(
        failOnErrors,
        post('a', user(`a ${round}`)),
        bad('bad 1'),
        post('b', user(`b ${round}`)),
        bad('bad 2'),
        post('c', user(`c ${round}`)),
      );
      expect(named(answer)).toEqual(processed);
      const staged = await tenant.send('GET', `/Users?filter=${encodeURIComponent(`userName ew " ${round}"`)}`);
      expect(staged.body['totalResults']).toBe(processed.filter((name) => !name.startsWith('bad')).length);
    });

    it('has a result for all operations without failOnErrors', async () => {
      expect(named(await send(bad('1'), bad('2'), bad('3')))).toEqual(['1', '2', '3']);
    });

    it('tells the results in the order of the request, in whatever order it works', async () => {
      const answer = await failingOn(1, post('g', group('waits', 'bulkId:u')), bad('bad'), post('u', user('late')));
      expect(named(answer)).toEqual(['bad']);
      const other = await failingOn(1, post('g', group('waits', 'bulkId:u')), post('u', user('late')), bad('bad'));
      expect(named(other)).toEqual(['g', 'u', 'bad']);
    });

    it('counts each operation of a circle that fails', async () => {
      const circle = [post('a', group('', 'bulkId:b')), post('b', group('b', 'bulkId:a'))];
      expect(named(await failingOn(2, ...circle, post('c', user('after the circle'))))).toEqual(['a', 'b']);
    });

    it('has a location but for a POST that failed, and a response for failures only', async () => {
      const id = await created('/Users', user('located'));
      const answer = await send(
        bad('bad'),
        { method: 'PUT', path: `/Users/${id}`, data: user('') },
        { method: 'PATCH', path: `Users/${id}/`, data: patch({ op: 'replace', path: 'emails[type eq', value: 'x' }) },
        { method: 'DELETE', path: `/Users/${NOBODY}` },
        { method: 'DELETE', path: '/Nothing/é' },
        { method: 'DELETE', path: '/Users/bulkId:bad' },
        { method: 'DELETE', path: `/Users/${id}` },
      );
      const place = 'https://scim.flexwhere.example/scim';
      expect(results(answer).map(({ location, status }) => [status, location])).toEqual([
        ['400', undefined],
        ['400', `${place}/Users/${id}`],
        ['400', `${place}/Users/${id}`],
        ['404', `${place}/Users/${NOBODY}`],
        ['404', `${place}/Nothing/%C3%A9`],
        ['409', `${place}/Users/bulkId:bad`],
        ['204', `${place}/Users/${id}`],
      ]);
      for (const { status, response, version } of results(answer)) {
        if (status === '204') expect([response, version]).toEqual([undefined, undefined]);
        else expect(response).toMatchObject({ schemas: [ERROR_SCHEMA], status, detail: expect.any(String) as unknown });
      }
    });
  });

  describe('RFC 7644 §3.7.4: limits', () => {
    beforeAll(async () => {
      tenant = await server.createTenant();
    });

    const many = (length: number) =>
      Array.from({ length }, (_, index) => post(`u${index}`, user(`many ${length} ${index}`)));

    it('tells them in the service provider configuration', async () => {
      const { body } = await tenant.send('GET', '/ServiceProviderConfig');
      expect(body['bulk']).toEqual({ supported: true, maxOperations: 20, maxPayloadSize: 20_000 });
    });

    it('takes as many operations as are allowed', async () => {
      expect(statuses(await send(...many(20)))).toEqual(Array.from({ length: 20 }, () => '201'));
    });

    it('is 413 for more, names the limit, and does nothing', async () => {
      const before = await countOf(tenant, '/Users');
      const answer = await send(...many(21));
      expect(answer).toMatchObject({ status: 413, body: { schemas: [ERROR_SCHEMA], status: '413' } });
      expect(answer.body['detail']).toContain('maxOperations (20)');
      expect(await countOf(tenant, '/Users')).toBe(before);
    });

    const ofSize = (bytes: number): string => {
      const text = JSON.stringify(bulk(post('u', user(`size ${bytes}`))));
      return text + ' '.repeat(bytes - text.length);
    };

    it('takes a body as large as is allowed, and is 413 for a larger one, naming the limit', async () => {
      expect(statuses(await tenant.send('POST', '/Bulk', ofSize(20_000)))).toEqual(['201']);
      const before = await countOf(tenant, '/Users');
      const answer = await tenant.send('POST', '/Bulk', ofSize(20_001));
      expect(answer).toMatchObject({ status: 413, body: { schemas: [ERROR_SCHEMA], status: '413' } });
      expect(answer.body['detail']).toMatch(/20000 bytes.*maxPayloadSize/u);
      expect(await countOf(tenant, '/Users')).toBe(before);
    });
  });
});
