import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Sent, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { aUser, ERROR_URN, expectError, idOf, NOBODY, patchOf, USER_URN, userBody } from './conformance.fixture.js';

let server: TestServer;
let tenant: TestTenant;
let user: JsonObject;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
  user = await aUser(tenant);
});
afterAll(() => server.stop());

const filled = (path: string): string => path.replace('USER', idOf(user));

describe('RFC 7644 §2: authentication and authorization', () => {
  it.each<[string, string | undefined]>([
    ['no token', undefined],
    ['a token that is none', 'nonsense'],
  ])('%s is 401 with the scheme to use', async (_what, token) => {
    const answer = await server.send({ path: '/scim/Users', token });
    expectError(answer, '401');
    expect(answer.headers['www-authenticate']).toMatch(/^Bearer realm=/u);
  });

  it('a token acts for one tenant, and for nobody else', async () => {
    const other = await server.createTenant();
    expectError(await other.send('GET', filled('/Users/USER')), '404');
    expectError(await other.send('DELETE', filled('/Users/USER')), '404');
    expect((await other.send('GET', '/Users')).body['totalResults']).toBe(0);
  });
});

describe('RFC 7644 §3.2: endpoints and methods', () => {
  const allowed: readonly (readonly [path: string, allow: readonly string[]])[] = [
    ['/Users', ['GET', 'HEAD', 'POST']],
    ['/Groups', ['GET', 'HEAD', 'POST']],
    ['/Users/USER', ['GET', 'HEAD', 'PUT', 'PATCH', 'DELETE']],
    ['/Schemas', ['GET', 'HEAD']],
    [`/Schemas/${USER_URN}`, ['GET', 'HEAD']],
    ['/ResourceTypes', ['GET', 'HEAD']],
    ['/ResourceTypes/User', ['GET', 'HEAD']],
    ['/ServiceProviderConfig', ['GET', 'HEAD']],
  ];
  const methods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'TRACE'];

  it.each(allowed)('%s refuses other methods than %j', async (path, allow) => {
    for (const method of methods.filter((one) => !allow.includes(one))) {
      const answer = await tenant.send(method, filled(path));
      expectError(answer, '405');
      expect(answer.headers.allow).toContain('GET');
      expect(answer.headers.allow?.split(', ').filter((one) => methods.includes(one))).toEqual(allow);
    }
  });

  it.each(allowed)('HEAD %s is GET without the body', async (path, allow) => {
    expect(allow).toContain('HEAD');
    const [get, head] = [await tenant.send('GET', filled(path)), await tenant.send('HEAD', filled(path))];
    expect([head.status, head.text]).toEqual([200, '']);
    expect(head.headers['content-type']).toBe(get.headers['content-type']);
    expect(head.headers.etag).toBe(get.headers.etag);
  });

  it.each(allowed)('OPTIONS %s answers with the methods', async (path) => {
    const answer = await tenant.send('OPTIONS', filled(path));
    expect(answer.headers.allow).toContain('GET');
    if (answer.status >= 400) expectError(answer, '405');
  });
});

describe('RFC 7644 §3.8: formats', () => {
  const type = async (headers: Readonly<Record<string, string>>, path = '/Users') =>
    (await tenant.send('GET', path, undefined, headers)).headers['content-type'];

  it.each<[string | undefined, RegExp]>([
    [undefined, /^application\/scim\+json/u],
    ['*/*', /^application\/scim\+json/u],
    ['application/scim+json', /^application\/scim\+json/u],
    ['application/json', /^application\/json/u],
    ['application/json, application/scim+json', /^application\/(?:scim\+)?json/u],
    ['application/json;q=0.5, application/scim+json', /^application\/scim\+json/u],
    ['text/html,application/xhtml+xml,*/*;q=0.8', /^application\/json/u],
  ])('Accept: %s', async (accept, expected) => {
    for (const path of ['/Users', filled('/Users/USER'), '/Schemas', '/ServiceProviderConfig']) {
      expect(await type(accept === undefined ? {} : { Accept: accept }, path)).toMatch(expected);
    }
  });

  it('anything else is 406', async () => {
    expectError(await tenant.send('GET', '/Users', undefined, { Accept: 'application/xml' }), '406');
  });

  it.each(['application/scim+json', 'application/json', 'application/scim+json; charset=UTF-8', 'APPLICATION/JSON'])(
    'a body of %s is taken',
    async (contentType) => {
      const answer = await tenant.send('POST', '/Users', userBody(), { 'Content-Type': contentType });
      expect(answer.status, answer.text).toBe(201);
    },
  );

  it.each(['text/plain', 'application/xml', 'application/json; charset=utf-16', ''])(
    'a body of "%s" is 415',
    async (contentType) => {
      expectError(await tenant.send('POST', '/Users', userBody(), { 'Content-Type': contentType }), '415');
    },
  );

  it('text is UTF-8, both ways', async () => {
    const displayName = 'Zoë 張 🙂';
    const created = await aUser(tenant, { displayName });
    expect((await tenant.send('GET', `/Users/${idOf(created)}`)).body['displayName']).toBe(displayName);
  });
});

describe('RFC 7644 §3.12: errors', () => {
  const errors: readonly (readonly [outcome: string, method: string, path: string, body: Sent['body'] | null])[] = [
    ['400 invalidFilter', 'GET', '/Users?filter=userName', null],
    ['400 invalidValue', 'GET', '/Users?sortBy=name', null],
    ['400 invalidSyntax', 'POST', '/Users', '{'],
    ['400 invalidSyntax', 'PUT', '/Users/USER', '{'],
    ['400 invalidSyntax', 'PATCH', '/Users/USER', { schemas: [USER_URN] }],
    ['400 invalidPath', 'PATCH', '/Users/USER', patchOf({ op: 'add', path: 'emails[type eq', value: 1 })],
    ['400 noTarget', 'PATCH', '/Users/USER', patchOf({ op: 'remove' })],
    ['400 mutability', 'PATCH', '/Users/USER', patchOf({ op: 'remove', path: 'userName' })],
    ['400 invalidValue', 'POST', '/Users', { schemas: [USER_URN] }],
    ['404', 'GET', `/Users/${NOBODY}`, null],
    ['404', 'GET', '/Nothing', null],
    ['404', 'GET', '/Users/USER/title', null],
    ['404', 'GET', '/Schemas/urn:nothing', null],
    ['404', 'GET', '/ResourceTypes/Nothing', null],
    ['405', 'DELETE', '/Users', null],
    ['415', 'POST', '/Users', null],
  ];
  it.each(errors)('%s: %s %s', async (outcome, method, path, body) => {
    expectError(await tenant.send(method, filled(path), body ?? undefined), outcome);
  });

  it('409 uniqueness: a userName that is taken', async () => {
    const { userName = '' } = user;
    expectError(await tenant.send('POST', '/Users', userBody({ userName })), '409 uniqueness');
  });

  it('413: a body that is too large', async () => {
    const body = userBody({ title: 'x'.repeat(2_000_000) });
    const answer = await tenant.send('POST', '/Users', body);
    expectError(answer, '413');
    expect(answer.body['detail']).toContain('1048576');
  });

  it('the error of a client that wants application/json is application/json', async () => {
    const answer = await tenant.send('GET', `/Users/${NOBODY}`, undefined, { Accept: 'application/json' });
    expect(answer.headers['content-type']).toMatch(/^application\/json/u);
    expect(answer.body).toMatchObject({ schemas: [ERROR_URN], status: '404' });
  });
});

describe('RFC 7644 §3.13: protocol versions', () => {
  it('a version in the path is no part of the Tenant URL, and is refused', async () => {
    for (const path of ['/v2/Users', '/v1/Users']) expectError(await tenant.send('GET', path), '404');
  });
});
