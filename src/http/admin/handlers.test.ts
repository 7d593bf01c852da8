import { Router } from 'express';
import { pino } from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { AdminTokens } from '../../access/admin-tokens.js';
import { adminTokensOn } from '../../access/on-storage.js';
import { readConfig } from '../../config.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { testSynchronization } from '../../sync/testing/synchronization.fixture.js';
import { testRegistry } from '../../tenants/schema-registry.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { createApp } from '../app.js';
import { readDocument } from '../documents.js';
import { listen, type Listening } from '../listen.js';
import { createMetrics } from '../metrics.js';
import { createOpenApiRouter } from '../router/openapi-router.js';
import { responseChecker } from '../router/response-checking.js';
import { freeTraffic } from '../testing/traffic.fixture.js';
import { adminHandlers, operatorAuthentication } from './handlers.js';

const ADMIN_TOKEN = '0perat0r-s-own-secret';
const NOBODY = '0198c59f-0000-7000-8000-000000000000';
const UUID = expect.stringMatching(/^[\da-f-]{36}$/u) as string;
const TOKEN = expect.stringMatching(/^fwscim_[\dA-Za-z]{49}$/u) as string;

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: JsonObject;
}

let test: TestTenancy;
let logged: string;
let server: Listening;

// Compiling the document's validators takes long, so the tests share a server and leave no tenant behind.
beforeAll(async () => {
  test = await openTestTenancy();
  server = await serveAdmin();
});
afterAll(async () => {
  await server.drain();
  await test.close();
});
beforeEach(() => {
  logged = '';
});
afterEach(() => test.reset());

const adminTokens = (): AdminTokens => adminTokensOn(test.storage, readConfig({}));

/** The admin API over HTTP, as the server has it, with every answer held to openapi/admin.yaml. */
async function serveAdmin(): Promise<Listening> {
  const logger = pino({}, { write: (line) => void (logged += line) });
  const admin = await createOpenApiRouter({
    document: readDocument('admin'),
    mediaType: 'application/json',
    compresses: false,
    handlers: adminHandlers(
      test.tenancy,
      testRegistry(test),
      testSynchronization(test.storage, readConfig({})),
      test.storage,
      adminTokens(),
    ),
    authenticate: operatorAuthentication(ADMIN_TOKEN, adminTokens()),
    wrongBase: '',
    enter: freeTraffic().traffic.enter,
    turns: freeTraffic().traffic.turns,
    prepareBody: (_operationId, body) => body,
    bodyLimit: () => ({ bytes: 1_048_576, advice: '' }),
    jsonDepth: () => 40,
    checkResponse: responseChecker('enforce', logger),
  });
  const app = createApp({
    logger,
    metrics: createMetrics(operatorAuthentication(ADMIN_TOKEN, adminTokens())),
    ping: () => test.storage.ping(),
    admin,
    scim: (_request, _response, next) => {
      next();
    },
    documents: (_request, _response, next) => {
      next();
    },
    console: { beforeScim: Router(), pages: Router() },
  });
  return listen(app, { host: '127.0.0.1', port: 0, keepAlive: 5_000, traffic: freeTraffic().limits });
}

async function call(
  method: string,
  path: string,
  body?: JsonObject,
  authorization = `Bearer ${ADMIN_TOKEN}`,
): Promise<Answer> {
  const response = await fetch(`http://127.0.0.1:${server.address.port}/admin/api${path}`, {
    method,
    headers: { authorization, connection: 'close', ...(body && { 'content-type': 'application/json' }) },
    ...(body && { body: JSON.stringify(body) }),
  });
  const answered = await response.text();
  const parsed: unknown = answered === '' ? {} : JSON.parse(answered);
  return { status: response.status, headers: response.headers, body: isJsonObject(parsed) ? parsed : {} };
}

const text = (value: unknown): string => (typeof value === 'string' ? value : expect.fail('a text is missing'));

async function createContoso(): Promise<string> {
  const { body } = await call('POST', '/tenants', { name: 'Contoso' });
  return text(body['tenantId']);
}

describe('the admin API', () => {
  it('creates a tenant and shows its token once, in an answer that nothing keeps', async () => {
    const created = await call('POST', '/tenants', { name: 'Contoso' });
    expect(created.status).toBe(201);
    expect(created.headers.get('cache-control')).toBe('no-store');
    expect(created.body).toEqual({
      tenantId: UUID,
      name: 'Contoso',
      token: TOKEN,
      tenantUrl: 'https://scim.example.com/scim',
    });
    const tokens = await call('GET', `/tenants/${text(created.body['tenantId'])}/tokens`);
    expect(tokens.body).toEqual({
      tokens: [
        {
          tokenId: UUID,
          label: 'first',
          scopes: ['scim.read', 'scim.write'],
          created: '2026-06-01T12:00:00.000Z',
          expiresAt: null,
          lastUsed: null,
          revokedAt: null,
        },
      ],
    });
  });

  it('lists tenants page by page', async () => {
    for (const name of ['A', 'B', 'C']) await test.tenancy.createTenant(name);
    const first = await call('GET', '/tenants?limit=2');
    const second = await call('GET', `/tenants?limit=2&after=${text(first.body['next'])}`);
    expect(first.body['tenants']).toMatchObject([{ name: 'A' }, { name: 'B' }]);
    expect(second.body).toMatchObject({ tenants: [{ name: 'C' }], next: null });
    expect((await call('GET', '/tenants')).body['tenants']).toHaveLength(3);
  });

  it('shows and changes a tenant, as much of it as the body names', async () => {
    const id = await createContoso();
    const before = await call('GET', `/tenants/${id}`);
    const changed = await call('PATCH', `/tenants/${id}`, { enabled: false, settings: { groupReplaceAdds: true } });
    expect(changed).toMatchObject({
      status: 200,
      body: {
        ...before.body,
        enabled: false,
        settings: { groupReplaceAdds: true, unknownAttributes: 'ignore', rateLimit: 'default' },
      },
    });
    expect((await call('PATCH', `/tenants/${id}`, { name: 'Fabrikam', settings: {} })).body).toEqual({
      ...changed.body,
      name: 'Fabrikam',
    });
    expect((await call('GET', `/tenants/${id}`)).body).toEqual({ ...changed.body, name: 'Fabrikam' });
  });

  it('issues a token with and without label and expiry', async () => {
    const id = await createContoso();
    const plain = await call('POST', `/tenants/${id}/tokens`, {});
    expect(plain).toMatchObject({ status: 201, body: { tokenId: UUID, label: '', expiresAt: null, token: TOKEN } });
    expect(plain.headers.get('cache-control')).toBe('no-store');
    const labeled = await call('POST', `/tenants/${id}/tokens`, { label: 'June', expiresAt: '2027-01-01T00:00:00Z' });
    expect(labeled.body).toMatchObject({ label: 'June', expiresAt: '2027-01-01T00:00:00.000Z' });
    expect((await call('POST', `/tenants/${id}/tokens`, { expiresAt: null })).status).toBe(201);
  });

  it('issues a check token, which may only read', async () => {
    const id = await createContoso();
    const issued = await call('POST', `/tenants/${id}/tokens`, { scopes: ['scim.read'] });
    expect(issued).toMatchObject({ status: 201, body: { scopes: ['scim.read'], token: TOKEN } });
    const both = await call('POST', `/tenants/${id}/tokens`, { scopes: ['scim.write', 'scim.read'] });
    expect(both.body['scopes']).toEqual(['scim.read', 'scim.write']);
    expect((await call('GET', `/tenants/${id}/tokens`)).body['tokens']).toMatchObject([
      ...[{ label: 'first' }, { scopes: ['scim.read'] }, { scopes: ['scim.read', 'scim.write'] }],
    ]);
  });

  it('revokes a token, more than once if need be', async () => {
    const id = await createContoso();
    const { body } = await call('POST', `/tenants/${id}/tokens`, { label: 'June' });
    const path = `/tenants/${id}/tokens/${text(body['tokenId'])}`;
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('DELETE', path)).status).toBe(204);
    expect((await call('GET', `/tenants/${id}/tokens`)).body['tokens']).toMatchObject([
      { label: 'first', revokedAt: null },
      { label: 'June', revokedAt: '2026-06-01T12:00:00.000Z' },
    ]);
  });

  it('erases a tenant', async () => {
    const id = await createContoso();
    expect((await call('DELETE', `/tenants/${id}`)).status).toBe(204);
    expect((await call('DELETE', `/tenants/${id}`)).status).toBe(404);
  });

  it('writes no token into the log', async () => {
    const id = await createContoso();
    const { body } = await call('POST', `/tenants/${id}/tokens`, { label: 'June' });
    await call('DELETE', `/tenants/${id}/tokens/${text(body['token'])}`);
    expect(logged).toContain('"operation":"revokeToken"');
    expect(logged).not.toContain('fwscim_');
    expect(logged).not.toContain(ADMIN_TOKEN);
  });
});

describe('what the admin API refuses', () => {
  const REFUSED: readonly (readonly [string, string, string, JsonObject | undefined, number, string | undefined])[] = [
    ['a name that is empty', 'POST', '/tenants', { name: '' }, 400, 'invalidValue'],
    ['a name of white space', 'POST', '/tenants', { name: ' \t' }, 400, 'invalidValue'],
    ['a name with a control character', 'POST', '/tenants', { name: 'a\u0007b' }, 400, 'invalidValue'],
    ['a name that is taken', 'POST', '/tenants', { name: 'Contoso' }, 409, 'uniqueness'],
    ['no name', 'POST', '/tenants', {}, 400, 'invalidValue'],
    ['a limit of 0', 'GET', '/tenants?limit=0', undefined, 400, 'invalidValue'],
    ['a cursor of its own making', 'GET', '/tenants?after=x', undefined, 400, 'invalidValue'],
    ['an unknown tenant', 'GET', `/tenants/${NOBODY}`, undefined, 404, undefined],
    ['an id that is none', 'GET', '/tenants/%00', undefined, 404, undefined],
    [
      'an expiry that has passed',
      'POST',
      '/tenants/ID/tokens',
      { expiresAt: '2020-01-01T00:00:00Z' },
      400,
      'invalidValue',
    ],
    ['a token that only writes', 'POST', '/tenants/ID/tokens', { scopes: ['scim.write'] }, 400, 'invalidValue'],
    ['a token that may do nothing', 'POST', '/tenants/ID/tokens', { scopes: [] }, 400, 'invalidValue'],
    ['a scope that is none', 'POST', '/tenants/ID/tokens', { scopes: ['admin'] }, 400, 'invalidValue'],
    ['an unknown token', 'DELETE', `/tenants/ID/tokens/${NOBODY}`, undefined, 404, undefined],
    ['another name that is taken', 'PATCH', '/tenants/ID', { name: 'Taken' }, 409, 'uniqueness'],
  ];

  it.each(REFUSED)('%s', async (_what, method, path, body, status, scimType) => {
    const id = await createContoso();
    await test.tenancy.createTenant('Taken');
    const answer = await call(method, path.replace('ID', id), body);
    expect(answer).toMatchObject({ status, body: { status: String(status), detail: expect.any(String) as string } });
    expect(answer.body['scimType']).toBe(scimType);
  });
});

describe('the operator', () => {
  it.each([
    ['another secret', 'Bearer wrong'],
    ['the secret cut off', `Bearer ${ADMIN_TOKEN.slice(0, -1)}`],
    ['the secret with more behind it', `Bearer ${ADMIN_TOKEN}x`],
    ['nothing', 'Bearer '],
    ['null', 'Bearer null'],
    ['undefined', 'Bearer undefined'],
    ['another scheme', `Basic ${ADMIN_TOKEN}`],
  ])('is not let in with %s', async (_what, authorization) => {
    const answer = await call('POST', '/tenants', { name: 'Contoso' }, authorization);
    expect(answer.status).toBe(401);
    expect(answer.headers.get('www-authenticate')).toMatch(/^Bearer /u);
    expect((await test.tenancy.listTenants({ limit: 1 })).tenants).toEqual([]);
  });

  it('is not let in with the secret token of a tenant', async () => {
    const { secret } = await test.tenancy.createTenant('Contoso');
    expect((await call('GET', '/tenants', undefined, `Bearer ${secret}`)).status).toBe(401);
  });

  it.each([undefined, ''])('is nobody when ADMIN_TOKEN is %j', async (adminToken) => {
    const authenticate = operatorAuthentication(adminToken, adminTokens());
    for (const secret of ['', 'undefined', 'null', ADMIN_TOKEN]) {
      await expect(authenticate(secret)).rejects.toMatchObject({ status: 401 });
    }
  });
});
