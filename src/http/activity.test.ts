import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ActivityEntry } from '../model/activity/entry.js';
import { openStorage } from '../storage/sql/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

let server: TestServer;
let storage: Storage;
let tenant: TestTenant;
let [userId, groupId] = ['', ''];

const patch = (...Operations: readonly object[]) => ({ schemas: [PATCH], Operations: Operations as never });
const patchUser = (...operations: readonly object[]) => tenant.send('PATCH', `/Users/${userId}`, patch(...operations));
const patchOf = (id: string, value: object) => tenant.send('PATCH', `/Users/${id}`, patch({ op: 'replace', value }));
const deleted = (userName: string) => ({ schemas: [USER], userName, active: false });
const patchGroup = (...operations: readonly object[]) =>
  tenant.send('PATCH', `/Groups/${groupId}`, patch(...operations));
const lookUp = (filter: string) => tenant.send('GET', `/Users?filter=${encodeURIComponent(filter)}`);

/** The entry of the last request. */
async function entryAfter(request: Promise<unknown>): Promise<ActivityEntry | undefined> {
  await request;
  await server.running.flushActivity();
  return (await storage.activity.page(tenant.id, { limit: 1 })).entries[0];
}

beforeAll(async () => {
  const database = await sqliteStorage.create();
  server = await startTestServer({ ...sqliteStorage, create: () => Promise.resolve(database) });
  storage = await openStorage({ databaseUrl: database.databaseUrl, queryTimeoutMs: 5_000 });
  tenant = await server.createTenant('Contoso');
  const created = await tenant.send('POST', '/Users', { schemas: [USER], userName: 'ada@contoso.com', title: 'Dr' });
  const group = await tenant.send('POST', '/Groups', { schemas: [GROUP], displayName: 'Sales' });
  [userId, groupId] = [String(created.body['id']), String(group.body['id'])];
});
afterAll(async () => {
  await storage.close();
  await server.stop();
});

/** What is sent, and what the log says of it. */
const MEANINGS: readonly (readonly [string, () => Promise<unknown>, Partial<ActivityEntry>])[] = [
  [
    'a lookup that finds somebody',
    () => lookUp('userName eq "ADA@contoso.com"'),
    { operation: 'user.lookup', outcome: 'ok', subject: 'ADA@contoso.com' },
  ],
  [
    'a lookup that finds nobody',
    () => lookUp('emails[type eq "work"].value eq "bob@contoso.com"'),
    { operation: 'user.lookup', outcome: 'nothing', subject: 'bob@contoso.com' },
  ],
  ['a filter on another attribute', () => lookUp('title eq "secret"'), { operation: 'user.list', outcome: 'ok' }],
  ['an unreadable filter', () => lookUp('title eq'), { operation: 'user.list', outcome: 'refused', status: 400 }],
  ['a read', () => tenant.send('GET', `/Users/${userId}`), { operation: 'user.get', outcome: 'ok' }],
  [
    'a read of somebody who is not there',
    () => tenant.send('GET', '/Users/0193a000-0000-7000-8000-000000000000'),
    { operation: 'user.get', outcome: 'nothing', status: 404 },
  ],
  [
    'a creation that is refused',
    () => tenant.send('POST', '/Users', { schemas: [USER], userName: 'ADA@contoso.com' }),
    { operation: 'user.create', outcome: 'refused', scimType: 'uniqueness', subject: 'ADA@contoso.com' },
  ],
  [
    'a change',
    () => patchUser({ op: 'Replace', path: 'title', value: 'Prof' }),
    { operation: 'user.update', outcome: 'ok', changed: ['title'], subject: 'ada@contoso.com' },
  ],
  [
    'a change that changes nothing',
    () => patchUser({ op: 'replace', path: 'title', value: 'Prof' }),
    { operation: 'user.update', outcome: 'unchanged', changed: [] },
  ],
  [
    'an attribute that no schema knows',
    () => patchUser({ op: 'replace', value: { title: 'Dr', shoeSize: 44 } }),
    { operation: 'user.update', changed: ['title'], ignored: ['shoeSize'] },
  ],
  [
    'a deactivation in the legacy dialect',
    () => patchUser({ op: 'Replace', path: 'active', value: 'False' }),
    { operation: 'user.deactivate', outcome: 'ok', changed: ['active'] },
  ],
  [
    'a restoration among other changes',
    () => patchUser({ op: 'replace', value: { active: true, title: 'Prof' } }),
    { operation: 'user.activate', outcome: 'ok', changed: ['active', 'title'] },
  ],
  [
    'a new member',
    () => patchGroup({ op: 'Add', path: 'members', value: [{ value: userId }] }),
    { operation: 'group.members.add', outcome: 'ok', changed: ['members +1'], subject: 'Sales' },
  ],
  [
    'a member that leaves',
    () => patchGroup({ op: 'Remove', path: 'members', value: [{ value: userId }] }),
    { operation: 'group.members.remove', outcome: 'ok', changed: ['members -1'] },
  ],
  ['the schemas', () => tenant.send('GET', '/Schemas'), { operation: 'discovery.schemas', outcome: 'ok' }],
  [
    'a person with a browser',
    () => server.send({ path: `/scim/Users?access_token=${tenant.token}` }),
    { operation: 'user.list', source: 'browser' },
  ],
  [
    'a deletion',
    () => tenant.send('DELETE', `/Groups/${groupId}`),
    { operation: 'group.delete', outcome: 'ok', subject: 'Sales' },
  ],
];

describe('the activity log', () => {
  it.each(MEANINGS)('says the meaning of %s', async (_what, send, expected) => {
    expect(await entryAfter(send())).toMatchObject(expected);
  });

  it('names the resource, the token and the rules that made a difference', async () => {
    const [token] = await server.running.tenancy.listTokens(tenant.id);
    const entry = await entryAfter(patchUser({ op: 'Replace', path: 'active', value: 'True' }));
    expect(entry).toMatchObject({ resourceType: 'User', resourceId: userId, tokenId: token?.id, source: 'entra' });
    expect(entry?.rules.length).toBeGreaterThan(0);
    expect(await entryAfter(lookUp('userName eq "ada@contoso.com"'))).toMatchObject({ resourceId: userId });
  });

  it.each([
    ['a PATCH', (userName: string, id: string) => patchOf(id, { active: false, userName })],
    ['a PUT', (userName: string, id: string) => tenant.send('PUT', `/Users/${id}`, deleted(userName))],
    ['a create', (userName: string) => tenant.send('POST', '/Users', deleted(`${userName}.again`))],
  ])('marks %s by which Entra soft-deletes a user', async (_what, send) => {
    const created = await tenant.send('POST', '/Users', { schemas: [USER], userName: `${randomUUID()}@contoso.com` });
    const userName = `${randomUUID().replaceAll('-', '')}gone@contoso.com`;
    const entry = await entryAfter(send(userName, String(created.body['id'])));
    expect(entry).toMatchObject({ outcome: 'ok', rules: ['soft-deleted-name'] });
  });

  it('keeps no value of an attribute, and no token', async () => {
    await patchUser({ op: 'replace', path: 'title', value: 'Confidential' });
    await server.send({ path: '/scim/Users', token: `${tenant.token.slice(0, -1)}!` });
    await server.running.flushActivity();
    const { entries } = await storage.activity.page(tenant.id, { limit: 100 });
    const text = JSON.stringify(entries);
    expect(text).not.toContain('Confidential');
    expect(text).not.toContain('fwscim_');
    expect(text).not.toContain(tenant.token.slice(7, 16));
  });
});

describe('a request without a valid token', () => {
  it('is of the tenant whose token has expired, is revoked or is mistyped', async () => {
    const { secret, token } = await server.running.tenancy.issueToken(tenant.id, { label: 'old' });
    await server.running.tenancy.revokeToken(tenant.id, token.id);
    const revoked = await entryAfter(server.send({ path: '/scim/Users', token: secret }));
    expect(revoked).toMatchObject({
      ...{ operation: 'authenticate', outcome: 'refused', status: 401, reason: 'revoked', tokenId: token.id },
      ...{ network: '127.0.0.0/24', count: 1 },
    });
    const mistyped = server.send({ path: '/scim/Users', token: secret.slice(0, 40) });
    expect(await entryAfter(mistyped)).toMatchObject({ reason: 'mistyped', tokenId: token.id });
  });

  it('is one of nobody where nothing tells, folded with those that are alike', async () => {
    for (let number = 0; number < 3; number += 1) await server.send({ path: '/scim/Users' });
    await server.send({ path: '/scim/Users', token: 'a password' });
    await server.send({ path: '/admin/api/tenants' });
    await server.send({ path: '/healthz' });
    await server.running.flushActivity();
    const { entries } = await storage.activity.unattributed({ limit: 10 });
    const told = entries.map(({ source, reason, count }) => `${source} ${reason ?? ''} ${count}`);
    // The minute may have changed in between.
    expect(told.length).toBeLessThanOrEqual(6);
    for (const kind of ['entra absent', 'entra mistyped', 'operator absent']) {
      expect(told.some((one) => one.startsWith(kind))).toBe(true);
    }
    expect(entries.reduce((sum, { count }) => sum + count, 0)).toBe(5);
    expect(JSON.stringify(entries)).not.toContain('password');
  });
});

const metrics = async (): Promise<string> =>
  (await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${server.adminToken}` } })).text();

it('the metrics say what the database was asked, what waits for it and what it refused', async () => {
  const statements = (text: string): number => Number(/^scim_storage_statements_total (\d+)$/mu.exec(text)?.[1]);
  const before = statements(await metrics());
  await lookUp('userName eq "ada@contoso.com"');
  const text = await metrics();
  expect(statements(text)).toBeGreaterThan(before);
  for (const queue of ['lookup', 'walk', 'scan', 'write']) {
    expect(text).toContain(`scim_storage_waiting{queue="${queue}"} 0\n`);
    for (const reason of ['wait', 'budget'])
      expect(text).toContain(`scim_storage_refused_total{queue="${queue}",reason="${reason}"} 0\n`);
  }
});

it('the metrics say what waits to be written, and what was given up', async () => {
  const text = await metrics();
  expect(text).toMatch(/^scim_activity_dropped 0$/mu);
  expect(text).toMatch(/^scim_activity_waiting \d+$/mu);
});
