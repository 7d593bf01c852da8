import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import {
  bulkCalls,
  SMALL_BULK,
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
});
