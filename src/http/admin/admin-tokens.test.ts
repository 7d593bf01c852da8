import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Role } from '../../model/access/role.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { readDocument } from '../documents.js';
import { startTestServer, type Answer, type TestServer } from '../testing/server.fixture.js';
import { Visitor } from '../testing/visitor.fixture.js';

let server: TestServer;
/** Another process on the same database. */
let other: TestServer;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  other = await startTestServer(sqliteStorage, { DATABASE_URL: server.databaseUrl });
});
afterAll(async () => {
  await other.stop();
  await server.stop();
});

const ask = (
  method: string,
  path: string,
  token: string,
  body?: JsonObject,
  at: TestServer = server,
): Promise<Answer> =>
  at.send({
    ...{ method, path: `/admin/api${path}`, token },
    ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
  });

let made = 0;

async function newToken(role: Role): Promise<{ token: string; id: string; label: string }> {
  made += 1;
  const label = `${role} ${made}`;
  const { body } = await ask('POST', '/admin-tokens', server.adminToken, { label, role });
  return { token: String(body['token']), id: String(body['adminTokenId']), label };
}

const objects = (value: unknown): [string, JsonObject][] =>
  isJsonObject(value) ? Object.entries(value).flatMap(([name, one]) => (isJsonObject(one) ? [[name, one]] : [])) : [];

/** Every operation with the role that the document gives it, and a path whose ids never were. */
const OPERATIONS = objects(readDocument('admin').definition['paths']).flatMap(([path, item]) =>
  objects(item)
    .filter(([, operation]) => typeof operation['operationId'] === 'string')
    .map(([method, operation]) => ({
      method: method.toUpperCase(),
      path: path.replaceAll(/\{\w+\}/gu, '01890000-0000-7000-8000-000000000000'),
      role: operation['x-role'],
    })),
);

describe('an admin token', () => {
  it.each([
    ['viewer', ['viewer']],
    ['operator', ['viewer', 'operator']],
    ['admin', ['viewer', 'operator', 'admin']],
  ] as const)('with the role %s may do what takes one of %j, and is refused for everything else', async (role, may) => {
    const { token } = await newToken(role);
    expect(OPERATIONS.length).toBeGreaterThan(60);
    for (const { method, path, role: needed } of OPERATIONS) {
      const { status } = await ask(method, path, token);
      const isAllowed = may.some((one) => one === needed);
      expect([method, path, status === 403, status === 401]).toEqual([method, path, !isAllowed, false]);
    }
  });

  it('is refused from the next request on in every process, and so is the session that was signed in with it', async () => {
    const { token, id, label } = await newToken('admin');
    const [here, there] = [new Visitor(server), new Visitor(other)];
    for (const visitor of [here, there]) {
      const { status } = await visitor.post('/admin/sign-in', { name: 'somebody else', 'admin-token': token });
      expect(status).toBe(303);
      expect((await visitor.get('/admin')).text).toContain(`${label} (admin)`);
    }
    for (const at of [server, other]) expect((await ask('GET', '/tenants', token, undefined, at)).status).toBe(200);
    expect((await ask('DELETE', `/admin-tokens/${id}`, server.adminToken)).status).toBe(204);
    for (const at of [server, other]) expect((await ask('GET', '/tenants', token, undefined, at)).status).toBe(401);
    for (const visitor of [here, there]) expect((await visitor.get('/admin')).status).toBe(303);
    expect((await here.post('/admin/sign-in', { 'admin-token': token })).status).toBe(403);
  });

  it('has its label in the audit trail, whatever name is sent, and is itself nowhere', async () => {
    const { token, label } = await newToken('operator');
    const tenant = await server.createTenant();
    const { status } = await ask('POST', `/tenants/${tenant.id}/sync/plans`, token, { by: 'the boss' });
    expect(status).toBe(201);
    const audit = await ask('GET', `/tenants/${tenant.id}/sync/audit`, token);
    expect(audit.body['entries']).toMatchObject([{ action: 'plan.made', by: label }]);
    const listed = await ask('GET', '/admin-tokens', token);
    expect([audit.text, listed.text, ...server.log].join('')).not.toContain(token.slice(16));
  });

  it('of a viewer opens a console without forms, and is refused where it sends one', async () => {
    const { token } = await newToken('viewer');
    const visitor = new Visitor(server);
    await visitor.post('/admin/sign-in', { 'admin-token': token });
    expect((await visitor.get('/admin/admin-tokens')).text).not.toContain('Make a token');
    const forged = await visitor.post('/admin/admin-tokens', { label: 'x', role: 'viewer' }, { on: '/admin' });
    expect(forged.status).toBe(403);
  });

  it('is made in the console, shown once, and revoked there', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn('Ada');
    const on = '/admin/admin-tokens';
    const { text } = await visitor.post(on, { label: 'Made by hand', role: 'operator' }, { on });
    const token = /fwadmin_[\dA-Za-z]{49}/u.exec(text)?.[0] ?? '';
    expect((await ask('GET', '/tenants', token)).status).toBe(200);
    const listed = await visitor.get(on);
    expect(listed.text).toContain('Made by hand');
    expect(listed.text).not.toContain('fwadmin_');
    const [, path = ''] =
      /href="(\/admin\/admin-tokens\/[\da-f-]+\/revoke)">Revoke Made by hand/u.exec(listed.text) ?? [];
    expect((await visitor.post(path, {}, { on: path })).status).toBe(303);
    expect((await ask('GET', '/tenants', token)).status).toBe(401);
  });
});

describe('a session that was signed in with the ADMIN_TOKEN', () => {
  it('has ended where the server is started with another one', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn('Ada');
    const headers = { Cookie: visitor.cookie };
    expect((await server.send({ path: '/admin', headers })).status).toBe(200);
    expect((await other.send({ path: '/admin', headers })).status).toBe(303);
  });
});
