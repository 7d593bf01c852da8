import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { tooMany } from '../../protocol/scim-error.js';
import { NARROW } from '../../storage/sql/connections/database.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { errorReply } from '../router/error-response.js';
import { errorExamples, expectExample, type Refused } from '../testing/error-examples.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const MESSAGES = 'urn:ietf:params:scim:api:messages:2.0:';
const NOBODY = '0198c5a2-0000-7000-8000-000000000000';

let server: TestServer;
let tenant: TestTenant;
let disabled: TestTenant;
let user: string;
let group: string;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  [tenant, disabled] = [await server.createTenant(), await server.createTenant()];
  await server.running.tenancy.setEnabled(disabled.id, false);
  user = String((await create('/Users', { schemas: [USER], userName: 'tamsin@contoso.example' })).body['id']);
  group = String((await create('/Groups', { schemas: [GROUP], displayName: 'Floor wardens' })).body['id']);
});
afterAll(() => server.stop());

const create = (path: string, body: JsonObject | string) => tenant.send('POST', path, body);
const get = (path: string) => tenant.send('GET', path);
const list = (query: string) => get(`/Users?${query}`);
const search = (more: JsonObject) => create('/.search', { schemas: [`${MESSAGES}SearchRequest`], ...more });
const patch = (path: string, ...Operations: JsonObject[]) =>
  tenant.send('PATCH', path, { schemas: [`${MESSAGES}PatchOp`], Operations });
const bulk = (Operations: JsonObject[]) => create('/Bulk', { schemas: [`${MESSAGES}BulkRequest`], Operations });
const twoTokens = (path: string) =>
  server.send({ path: `/scim${path}?access_token=${tenant.token}`, token: tenant.token });
const large = (bytes: number): JsonObject => ({ schemas: [USER], userName: 'x', title: 'x'.repeat(bytes) });

/** What a token is answered with whose tenant was deleted. */
async function unknownToken(): Promise<Refused> {
  const gone = await server.createTenant();
  await server.running.tenancy.deleteTenant(gone.id);
  return gone.send('GET', '/Users');
}

/** A change that a token asks for which may only read. */
async function withCheckToken(): Promise<Refused> {
  const { secret } = await server.running.tenancy.issueToken(tenant.id, { scopes: ['scim.read'] });
  return server.send({ method: 'DELETE', path: `/scim/Users/${user}`, token: secret });
}

/** A server whose database was taken away. */
async function withoutDatabase(): Promise<Refused> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-away-'));
  const away = await startTestServer(sqliteStorage, { DATABASE_URL: `sqlite:${join(folder, 'away.sqlite')}` });
  try {
    const other = await away.createTenant();
    await rm(folder, { recursive: true });
    return await other.send('POST', '/Users', { schemas: [USER], userName: 'x' });
  } finally {
    await away.stop();
  }
}

/** The last of several requests to a server that lets one in. */
async function moreThanTheRate(): Promise<Refused> {
  const limited = await startTestServer(sqliteStorage, { RATE_LIMIT: '1/1' });
  try {
    const one = await limited.createTenant();
    const answers = await Promise.all(Array.from({ length: 10 }, () => one.send('GET', '/Users')));
    return answers.find(({ status }) => status === 429) ?? { body: {} };
  } finally {
    await limited.stop();
  }
}

const PROVOCATIONS: Readonly<Record<string, () => Promise<Refused>>> = {
  'BadListRequest.invalidFilter': () => list('filter=userName%20eq'),
  'BadListRequest.invalidValue': () => list('count=many'),
  'BadListRequest.invalidCursor': () => list('cursor=none'),
  'BadListRequest.invalidCount': () => list('cursor=&count=1001'),
  'BadListRequest.twoTokens': () => twoTokens('/Users'),
  'BadSearchRequest.invalidSyntax': () => create('/.search', { schemas: [`${MESSAGES}PatchOp`] }),
  'BadSearchRequest.invalidFilter': () => search({ filter: 'userName eq' }),
  'BadSearchRequest.invalidPath': () => search({ sortBy: '[' }),
  'BadSearchRequest.invalidValue': () => search({ cursor: '', startIndex: 1 }),
  'BadSearchRequest.invalidCursor': () => search({ cursor: 'none' }),
  'BadSearchRequest.invalidCount': () => search({ cursor: '', count: 1001 }),
  'BadReadRequest.invalidValue': () => get(`/Users/${user}?attributes=title&excludedAttributes=title`),
  'BadReadRequest.twoTokens': () => twoTokens(`/Users/${user}`),
  'BadCreateRequest.invalidValue': () => create('/Users', { schemas: [USER] }),
  'BadCreateRequest.invalidSyntax': () => create('/Users', '{"userName": tamsin}'),
  'BadReplaceRequest.invalidValue': () =>
    tenant.send('PUT', `/Users/${user}`, { schemas: [USER], userName: 'x', emails: [{ value: 5 }] }),
  'BadReplaceRequest.invalidSyntax': () =>
    tenant.send('PUT', `/Users/${user}`, { schemas: [USER], userName: 'x', UserName: 'y' }),
  'BadPatchRequest.invalidPath': () =>
    patch(`/Users/${user}`, { op: 'add', path: 'emails[type eq "work"', value: 'x' }),
  'BadPatchRequest.invalidSyntax': () => patch(`/Users/${user}`, { op: 'upsert', path: 'title', value: 'x' }),
  'BadPatchRequest.invalidValue': () =>
    patch(`/Groups/${group}`, { op: 'add', path: 'members', value: [{ value: NOBODY }] }),
  'BadPatchRequest.invalidFilter': () =>
    patch(`/Users/${user}`, { op: 'replace', path: 'emails[primary gt true].value', value: 'x' }),
  'BadPatchRequest.noTarget': () => patch(`/Users/${user}`, { op: 'remove' }),
  'BadPatchRequest.mutability': () => patch(`/Users/${user}`, { op: 'add', path: 'groups', value: [{ value: group }] }),
  'BadBulkRequest.invalidSyntax': () => bulk([]),
  'BadDeleteRequest.invalidSyntax': () => tenant.send('DELETE', '/Users/%FF'),
  'BadDiscoveryRequest.twoTokens': () => twoTokens('/Schemas'),
  'Unauthorized.unknown': unknownToken,
  'Unauthorized.missing': () => server.send({ path: '/scim/Users' }),
  'TenantDisabled.disabled': () => disabled.send('GET', '/Users'),
  'MayNotWrite.disabled': () => disabled.send('DELETE', `/Users/${user}`),
  'MayNotWrite.readOnly': withCheckToken,
  'DiscoveryForbidden.filter': () => get('/Schemas?filter=id%20pr'),
  'DiscoveryForbidden.disabled': () => disabled.send('GET', '/Schemas'),
  'UserNotFound.unknown': () => get(`/Users/${NOBODY}`),
  'GroupNotFound.unknown': () => get(`/Groups/${NOBODY}`),
  'ResourceTypeNotFound.unknown': () => get('/ResourceTypes/Device'),
  'SchemaNotFound.unknown': () => get('/Schemas/urn:ietf:params:scim:schemas:core:2.0:Device'),
  'NotAcceptable.type': () => tenant.send('GET', '/Users', undefined, { Accept: 'application/xml' }),
  'UserNameTaken.uniqueness': () => create('/Users', { schemas: [USER], userName: 'Tamsin@contoso.example' }),
  'DisplayNameTaken.uniqueness': () => create('/Groups', { schemas: [GROUP], displayName: 'Floor Wardens' }),
  'PreconditionFailed.changed': () => tenant.send('DELETE', `/Users/${user}`, undefined, { 'If-Match': 'W/"3"' }),
  'UserTooLarge.size': () => create('/Users', large(1_100_000)),
  'GroupTooLarge.size': () => create('/Groups', large(4_300_000)),
  'SearchTooLarge.size': () => create('/.search', large(1_100_000)),
  'BulkTooLarge.operations': () => bulk(Array.from({ length: 1_001 }, () => ({ method: 'DELETE', path: '/Users/x' }))),
  'BulkTooLarge.size': () => create('/Bulk', large(1_100_000)),
  'MeIsNobody.me': () => get('/Me'),
  'UnsupportedMediaType.type': () =>
    tenant.send('POST', '/Users', 'userName=tamsin', { 'Content-Type': 'application/x-www-form-urlencoded' }),
  'InternalError.fault': async () => ({ body: errorReply(new Error('a fault of ours'), undefined).body as JsonObject }),
  'TooManyRequests.tooManyRequests': moreThanTheRate,
  'Unavailable.unavailable': withoutDatabase,
};

/** A statement that takes longer than its budget takes more resources than a test stages; storage says so. */
const SLOW = ['BadListRequest.tooMany', 'BadSearchRequest.tooMany'];

describe('the examples of errors in openapi/scim.yaml', () => {
  const examples = errorExamples('scim');

  it('are all provoked here', () => {
    expect([...Object.keys(PROVOCATIONS), ...SLOW].sort()).toEqual([...examples.keys()].sort());
  });

  it.each(Object.entries(PROVOCATIONS))('%s is what the server says', async (name, provoke) => {
    expectExample(examples.get(name), await provoke());
  });

  it.each(SLOW)('%s is what storage says', (name) => {
    expectExample(examples.get(name), { body: tooMany(NARROW).toJSON() });
  });
});
