import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../protocol/json.js';
import { GROUP, USER } from '../protocol/schemas/resource-types.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0:';
const SCIM_JSON = { 'Content-Type': 'application/scim+json' };
const SEARCH: JsonObject = { schemas: [`${MESSAGES}SearchRequest`], filter: 'userName pr' };
const PATCH: JsonObject = {
  schemas: [`${MESSAGES}PatchOp`],
  Operations: [{ op: 'replace', path: 'displayName', value: 'New' }],
};

let server: TestServer;
let tenant: TestTenant;
let user: string;
let group: string;
let checkToken: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  const idOf = ({ body }: Answer): string => String(body['id']);
  user = idOf(await tenant.send('POST', '/Users', { schemas: [USER.schema.id], userName: 'ada' }));
  group = idOf(await tenant.send('POST', '/Groups', { schemas: [GROUP.schema.id], displayName: 'g' }));
  checkToken = (await server.running.tenancy.issueToken(tenant.id, { scopes: ['scim.read'] })).secret;
});
afterAll(() => server.stop());

const send = (method: string, path: string, body?: JsonObject, token = checkToken): Promise<Answer> =>
  server.send({ method, path: `/scim${path}`, token, ...(body === undefined ? {} : { body, headers: SCIM_JSON }) });

describe('a check token', () => {
  it.each([
    ['HEAD', (): string => '/Users', undefined],
    ['GET', (): string => '/Users', undefined],
    ['GET', (): string => '/Users?filter=userName%20eq%20%22ada%22', undefined],
    ['GET', (): string => `/Users/${user}`, undefined],
    ['GET', (): string => `/Groups/${group}`, undefined],
    ['GET', (): string => '/Schemas', undefined],
    ['GET', (): string => '/ServiceProviderConfig', undefined],
    ['POST', (): string => '/.search', SEARCH],
    ['POST', (): string => '/Users/.search', SEARCH],
  ] as const)('reads: %s %s', async (method, path, body) => {
    expect((await send(method, path(), body)).status).toBe(200);
  });

  it.each([
    ['POST', (): string => '/Users', { schemas: [USER.schema.id], userName: 'eve' }],
    ['PUT', (): string => `/Users/${user}`, { schemas: [USER.schema.id], userName: 'eve' }],
    ['PATCH', (): string => `/Users/${user}`, PATCH],
    ['DELETE', (): string => `/Users/${user}`, undefined],
    ['POST', (): string => '/Groups', { schemas: [GROUP.schema.id], displayName: 'h' }],
    ['PUT', (): string => `/Groups/${group}`, { schemas: [GROUP.schema.id], displayName: 'h' }],
    ['PATCH', (): string => `/Groups/${group}`, PATCH],
    ['DELETE', (): string => `/Groups/${group}`, undefined],
    ['POST', (): string => '/Bulk', { schemas: [`${MESSAGES}BulkRequest`], Operations: [] }],
  ] as const)('is refused before anything is done or read: %s %s', async (method, path, body) => {
    const before = await tenant.send('POST', '/.search', { schemas: SEARCH['schemas'] ?? [] });
    // Once looked up, and once more as the server remembers it.
    for (const { status, headers, body: answered } of [
      await send(method, path(), body && { ...body }),
      await send(method, path(), body && { ...body }),
    ]) {
      expect([status, answered['detail']]).toEqual([403, expect.stringContaining('This token may only read')]);
      expect(headers['www-authenticate']).toContain('error="insufficient_scope", scope="scim.write"');
    }
    const after = await tenant.send('POST', '/.search', { schemas: SEARCH['schemas'] ?? [] });
    expect(after.body).toEqual(before.body);
  });

  it('works in the address bar of a browser, whose page says that it may only read', async () => {
    const entered = await server.send({
      path: `/scim/Users?access_token=${checkToken}`,
      headers: { Accept: 'text/html' },
    });
    const [cookie = ''] = entered.headers['set-cookie'] ?? [];
    const headers = { Cookie: cookie.split(';', 1)[0] ?? '', Accept: 'text/html' };
    const { status, text } = await server.send({ path: '/check', headers });
    expect(status).toBe(200);
    expect(text).toContain('This check token may only read.');
    expect((await server.send({ path: `/scim/Users?access_token=${checkToken}` })).status).toBe(200);
  });

  it('is refused from the next request on once it is revoked', async () => {
    const { token, secret } = await server.running.tenancy.issueToken(tenant.id, { scopes: ['scim.read'] });
    expect((await send('GET', '/Users', undefined, secret)).status).toBe(200);
    await server.running.tenancy.revokeToken(tenant.id, token.id);
    for (const method of ['GET', 'POST']) {
      expect((await send(method, '/Users', undefined, secret)).status).toBe(401);
    }
  });
});

describe('every other token', () => {
  it('reads and writes, those from before included', async () => {
    const { secret } = await server.running.tenancy.issueToken(tenant.id, {});
    expect((await send('PATCH', `/Users/${user}`, PATCH, secret)).status).toBe(200);
    expect((await tenant.send('GET', '/Users')).status).toBe(200);
  });
});
