import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  groupBody,
  idOf,
  newName,
  NOBODY,
  query,
  textAt,
  USER_URN,
  userBody,
} from './conformance.fixture.js';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

const TYPES = [
  { path: '/Users', type: 'User', body: userBody },
  { path: '/Groups', type: 'Group', body: groupBody },
] as const;

describe('RFC 7644 §3.3: creating resources', () => {
  it.each(TYPES)('POST $path answers 201 with the resource and where it is', async ({ path, type, body }) => {
    const created = await tenant.send('POST', path, body({ externalId: 'x' }));
    expect(created.status, created.text).toBe(201);
    expect(created.body).toMatchObject({ externalId: 'x', meta: { resourceType: type } });
    const location = `https://scim.flexwhere.example/scim${path}/${idOf(created.body)}`;
    expect(created.headers.location).toBe(location);
    expect(created.body['meta']).toMatchObject({ location, version: created.headers.etag });
    const read = await tenant.send('GET', `${path}/${idOf(created.body)}`);
    expect(read.body).toEqual(created.body);
  });

  const readOnly: readonly (readonly [string, JsonObject])[] = [
    ['id', { id: NOBODY }],
    ['meta', { meta: { resourceType: 'Group', location: 'x' } }],
    ['groups', { groups: [{ value: NOBODY }] }],
    ["a manager's displayName", { [ENTERPRISE_URN]: { manager: { displayName: 'Boss' } } }],
  ];
  it.each(readOnly)('%s, being read-only, is ignored', async (_name, attributes) => {
    const plain = await aUser(tenant);
    const user = await aUser(tenant, attributes);
    expect(Object.keys(user).sort()).toEqual(Object.keys(plain).sort());
    expect(idOf(user)).not.toBe(NOBODY);
    expect(textAt(user, 'meta.resourceType')).toBe('User');
  });

  it("a member's display, being read-only, is ignored", async () => {
    const user = await aUser(tenant, { displayName: 'Ada' });
    const created = await tenant.send('POST', '/Groups', groupBody({ members: [{ value: idOf(user), display: 'X' }] }));
    expect(created.body['members']).toMatchObject([{ value: idOf(user), display: 'Ada' }]);
  });

  it('an omitted active is true, and is found by it', async () => {
    const userName = newName();
    expect(await aUser(tenant, { userName })).toMatchObject({ active: true });
    const filter = `userName eq "${userName}" and active eq true`;
    expect((await tenant.send('GET', query('/Users', { filter }))).body['totalResults']).toBe(1);
  });

  it.each(TYPES)('POST $path with a name that is taken is a conflict, whatever its case', async ({ path, body }) => {
    const name = `Taken-${newName()}`;
    const named = (given: string) => body({ userName: given, displayName: given });
    expect((await tenant.send('POST', path, named(name))).status).toBe(201);
    expectError(await tenant.send('POST', path, named(name)), '409 uniqueness');
    expectError(await tenant.send('POST', path, named(name.toUpperCase())), '409 uniqueness');
    expect((await tenant.send('POST', path, named(`${name}x`))).status).toBe(201);
  });

  const refused: readonly (readonly [string, string, JsonObject | string, string])[] = [
    ['no JSON', '/Users', '{"userName":', '400 invalidSyntax'],
    ['no object', '/Users', '[]', '400 invalidSyntax'],
    ['no schemas', '/Users', { userName: 'nobody' }, '400 invalidValue'],
    [
      'schemas without the core schema',
      '/Users',
      { schemas: [ENTERPRISE_URN], userName: 'nobody' },
      '400 invalidValue',
    ],
    ['a user without userName', '/Users', { schemas: [USER_URN] }, '400 invalidValue'],
    ['a wrong type', '/Users', { schemas: [USER_URN], userName: 'nobody', emails: 'x' }, '400 invalidValue'],
    ['a group without displayName', '/Groups', groupBody({ displayName: null }), '400 invalidValue'],
  ];
  it.each(refused)('%s is refused, and creates nothing', async (_what, path, body, outcome) => {
    const before = await tenant.send('GET', `${path}?count=0`);
    expectError(await tenant.send('POST', path, body), outcome);
    expect((await tenant.send('GET', `${path}?count=0`)).body).toEqual(before.body);
  });

  it('an answer shows what is stored, not what was sent', async () => {
    const sent = { active: 'False', title: null, emails: [], [ENTERPRISE_URN]: { manager: 'boss-1' } };
    const user = await aUser(tenant, sent);
    expect(user).toMatchObject({ active: false, [ENTERPRISE_URN]: { manager: { value: 'boss-1' } } });
    expect(user).not.toHaveProperty('title');
    expect(user).not.toHaveProperty('emails');
  });
});

describe('RFC 7644 §3.3.1: resource types', () => {
  it('meta.resourceType is that of the endpoint', async () => {
    const user = await aUser(tenant, { meta: { resourceType: 'Group' } });
    const group = await aGroup(tenant, [], { meta: { resourceType: 'User' } });
    expect([textAt(user, 'meta.resourceType'), textAt(group, 'meta.resourceType')]).toEqual(['User', 'Group']);
  });
});
