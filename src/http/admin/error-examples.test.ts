import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startReceiver, UNANSWERED, type Receiver } from '../../sync/testing/receiver.fixture.js';
import { anotherBackend } from '../../sync/mirror/owner.js';
import { AnotherBackend } from '../../sync/synchronization.js';
import { errorReply } from '../router/error-response.js';
import { errorExamples, expectExample, type Refused } from '../testing/error-examples.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { orConflict } from './conflict.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const CUSTOM = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
const NEVER = '0198c59f-0000-7000-8000-000000000000';
const BY = { by: 'anna' };

let server: TestServer;
let receiver: Receiver;

beforeAll(async () => {
  receiver = await startReceiver();
  server = await startTestServer(sqliteStorage, receiver.environment);
  await server.createTenant('Contoso');
});
afterAll(async () => {
  receiver.answerAll();
  await server.stop();
  await receiver.close();
});

const send = (method: string, path: string, body?: JsonObject | string, to: TestServer = server): Promise<Answer> =>
  to.send({
    method,
    path: `/admin/api/tenants${path}`,
    token: to.adminToken,
    headers: body === undefined ? {} : { 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body }),
  });

const register = (tenant: TestTenant, urn: string, ...attributes: JsonObject[]) =>
  send('PUT', `/${tenant.id}/schemas/${urn}`, { attributes });

async function stage(tenant: TestTenant, userName: string, more: JsonObject = {}): Promise<string> {
  const { body } = await tenant.send('POST', '/Users', { schemas: [USER], userName, ...more });
  return String(body['id']);
}

const sync = (tenant: TestTenant, path: string, more: JsonObject = {}) =>
  send('POST', `/${tenant.id}/sync${path}`, { ...BY, ...more });

const plan = async (tenant: TestTenant): Promise<string> => String((await sync(tenant, '/plans')).body['planId']);

async function untilFinished(tenant: TestTenant): Promise<void> {
  for (;;) {
    const { run } = (await send('GET', `/${tenant.id}/sync/status`)).body;
    if (isJsonObject(run) && run['state'] === 'finished') return;
    await sleep(20);
  }
}

/** A tenant with 25 accounts in the backend, all of whom were disabled since. */
async function manyLeavers(policy: JsonObject = {}): Promise<Refused> {
  const tenant = await server.createTenant();
  await send('PATCH', `/${tenant.id}/sync/policy`, { ...BY, ...policy });
  const ids: string[] = [];
  for (let number = 0; number < 25; number += 1) ids.push(await stage(tenant, `user${number}`));
  await sync(tenant, `/plans/${await plan(tenant)}/apply`);
  await untilFinished(tenant);
  for (const id of ids) {
    const Operations = [{ op: 'replace', path: 'active', value: false }];
    await tenant.send('PATCH', `/Users/${id}`, { schemas: [PATCH_OP], Operations });
  }
  return sync(tenant, `/plans/${await plan(tenant)}/apply`);
}

/** What a tenant is answered while its run waits for the backend. */
async function whileRunning(
  ask: (tenant: TestTenant, planId: string, runId: string) => Promise<Refused>,
): Promise<Refused> {
  const tenant = await server.createTenant();
  await stage(tenant, `${UNANSWERED}ann`);
  const planId = await plan(tenant);
  const { runId } = (await sync(tenant, `/plans/${planId}/apply`)).body;
  return ask(tenant, planId, String(runId));
}

async function stalePlan(): Promise<Refused> {
  const tenant = await server.createTenant();
  await stage(tenant, 'ann');
  const stale = await plan(tenant);
  await sync(tenant, `/plans/${await plan(tenant)}/apply`);
  await untilFinished(tenant);
  return sync(tenant, `/plans/${stale}/apply`);
}

async function discardedPlan(): Promise<Refused> {
  const tenant = await server.createTenant();
  const made = await plan(tenant);
  await sync(tenant, `/plans/${made}/discard`);
  return sync(tenant, `/plans/${made}/apply`);
}

async function plainLine(): Promise<Refused> {
  const tenant = await server.createTenant();
  await stage(tenant, 'ann');
  return sync(tenant, `/plans/${await plan(tenant)}/lines/1/confirm`);
}

async function misfits(): Promise<Refused> {
  const tenant = await server.createTenant();
  await stage(tenant, 'ann', { [CUSTOM]: { hired: 'last spring' } });
  return register(tenant, CUSTOM, { name: 'hired', type: 'dateTime' });
}

async function anotherType(): Promise<Refused> {
  const tenant = await server.createTenant();
  await register(tenant, CUSTOM, { name: 'badge' });
  return register(tenant, CUSTOM, { name: 'badge', type: 'integer' });
}

async function inUse(): Promise<Refused> {
  const tenant = await server.createTenant();
  await register(tenant, CUSTOM, { name: 'badge' });
  for (let number = 0; number < 42; number += 1) await stage(tenant, `user${number}`, { [CUSTOM]: { badge: 'x' } });
  return send('DELETE', `/${tenant.id}/schemas/${CUSTOM}`);
}

/** What a tenant is answered whose mirror belongs to another backend. */
function elsewhere(): Promise<Refused> {
  const former = { kind: 'http', address: 'https://flexwhere.example/provisioning' } as const;
  const now = { kind: 'file', address: '/srv/flexwhere-scim/data/export' } as const;
  return orConflict('planStale', () => Promise.reject(new AnotherBackend(anotherBackend(former, now))));
}

/** A server whose database was taken away. */
async function withoutDatabase(): Promise<Refused> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-away-'));
  const away = await startTestServer(sqliteStorage, { DATABASE_URL: `sqlite:${join(folder, 'away.sqlite')}` });
  try {
    await rm(folder, { recursive: true });
    return await send('POST', '', { name: 'Fabrikam' }, away);
  } finally {
    await away.stop();
  }
}

/** The last of many requests with a wrong token. */
async function tooManyFailures(): Promise<Refused> {
  const limited = await startTestServer(sqliteStorage, { FAILED_AUTHENTICATION_LIMIT: '1/1' });
  try {
    const fail = () => limited.send({ path: '/admin/api/tenants', token: 'guessed' });
    await Promise.all(Array.from({ length: 10 }, fail));
    return await fail();
  } finally {
    await limited.stop();
  }
}

const newTenant = () => server.createTenant();

/** A client that has as many credentials as it may have. */
async function fullClient(): Promise<Refused> {
  const tenant = await server.createTenant();
  const { body } = await send('POST', `/${tenant.id}/oauth-clients`, {});
  const add = () =>
    send('POST', `/${tenant.id}/oauth-clients/${String(body['clientId'])}/credentials`, { kind: 'secret' });
  for (let number = 1; number < 10; number += 1) await add();
  return add();
}

/** Makes an admin token. */
const newAdminToken = (label: string, role: string, to: TestServer = server): Promise<Answer> =>
  to.send({
    ...{ method: 'POST', path: '/admin/api/admin-tokens', token: to.adminToken, body: { label, role } },
    headers: { 'Content-Type': 'application/json' },
  });

async function sameLabel(): Promise<Refused> {
  await newAdminToken('Anna Smith', 'operator');
  return newAdminToken('Anna Smith', 'operator');
}

/** A server without an ADMIN_TOKEN, whose last admin token is to be revoked. */
async function lastWayIn(): Promise<Refused> {
  const made = (await newAdminToken('The last', 'admin')).body;
  const closed = await startTestServer(sqliteStorage, { ADMIN_TOKEN: '', DATABASE_URL: server.databaseUrl });
  const path = `/admin/api/admin-tokens/${String(made['adminTokenId'])}`;
  const refused = await closed.send({ method: 'DELETE', path, token: String(made['token']) });
  await closed.stop();
  return refused;
}

const PROVOCATIONS: Readonly<Record<string, () => Promise<Refused>>> = {
  'BadQuery.limit': () => send('GET', '?limit=1001'),
  'BadQuery.after': () => send('GET', '?after=none'),
  'BadPath.encoding': () => send('GET', '/%FF'),
  'BadBody.invalidValue': () => send('POST', '', { name: '' }),
  'BadBody.invalidSyntax': () => send('POST', '', { name: 'Fabrikam', active: true }),
  'Unauthorized.wrong': () => server.send({ path: '/admin/api/tenants', token: 'guessed' }),
  'Forbidden.role': async () => {
    const { body } = await newAdminToken('Viewer', 'viewer');
    const path = `/admin/api/tenants/${NEVER}/sync/pause`;
    return server.send({ method: 'POST', path, token: String(body['token']) });
  },
  'OAuthConflict.credentials': fullClient,
  'AdminTokenConflict.uniqueness': sameLabel,
  'LastWayIn.last': lastWayIn,
  'NotFound.tenant': () => send('GET', `/${NEVER}`),
  'NameTaken.uniqueness': () => send('POST', '', { name: 'Contoso' }),
  'BadSchema.invalidValue': async () => register(await newTenant(), 'urn:ietf:params:scim:mine', { name: 'badge' }),
  'BadSchema.invalidSyntax': async () => register(await newTenant(), CUSTOM, { name: 'badge', color: 'red' }),
  'SchemaConflict.offenders': misfits,
  'SchemaConflict.type': anotherType,
  'SchemaInUse.used': inUse,
  'SyncConflict.confirmationNeeded': () => manyLeavers(),
  'SyncConflict.secondPerson': () => manyLeavers({ secondPerson: true }),
  'SyncConflict.runActive': () => whileRunning((tenant, planId) => sync(tenant, `/plans/${planId}/apply`)),
  'SyncConflict.planStale': stalePlan,
  'SyncConflict.planNotOpen': discardedPlan,
  'SyncConflict.needsNone': plainLine,
  'SyncConflict.noActiveRun': async () => sync(await newTenant(), '/pause'),
  'SyncConflict.runNotEnded': () => whileRunning((tenant, _plan, runId) => sync(tenant, `/runs/${runId}/undo`)),
  'SyncConflict.anotherBackend': elsewhere,
  'SyncConflict.noListing': async () => sync(await newTenant(), '/mirror/verify'),
  'TooLarge.size': () => send('POST', '', { name: 'x'.repeat(1_100_000) }),
  'UnsupportedMediaType.type': () =>
    server.send({ method: 'POST', path: '/admin/api/tenants', token: server.adminToken, body: 'name=Fabrikam' }),
  'InternalError.fault': async () => ({ body: errorReply(new Error('a fault of ours'), undefined).body as JsonObject }),
  'TooManyRequests.tooManyRequests': tooManyFailures,
  'Unavailable.unavailable': withoutDatabase,
};

describe('the examples of errors in openapi/admin.yaml', () => {
  const examples = errorExamples('admin');

  it('are all provoked here', () => {
    expect(Object.keys(PROVOCATIONS).sort()).toEqual([...examples.keys()].sort());
  });

  it.each(Object.entries(PROVOCATIONS))('%s is what the server says', async (name, provoke) => {
    expectExample(examples.get(name), await provoke());
  });
});
