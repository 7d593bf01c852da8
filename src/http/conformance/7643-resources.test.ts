import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { checkEach, type Created, UNSET } from './7643-creates.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  GROUP_URN,
  idOf,
  newName,
  NOBODY,
  patchOf,
  query,
  resourcesOf,
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

describe('RFC 7643 §3: resources', () => {
  const rows: readonly Created[] = [
    {
      does: 'schemas are those whose attributes there are, each once, whatever was listed',
      sent: { schemas: [ENTERPRISE_URN, USER_URN, USER_URN], [ENTERPRISE_URN]: { department: 'D' } },
      gives: { schemas: [USER_URN, ENTERPRISE_URN], [ENTERPRISE_URN]: { department: 'D' } },
    },
    {
      does: 'the URN of an extension with values is in schemas though it was not listed',
      sent: { [ENTERPRISE_URN]: { department: 'D' } },
      gives: { schemas: [USER_URN, ENTERPRISE_URN] },
    },
    {
      does: 'the URN of an extension without values is not',
      sent: { schemas: [USER_URN, ENTERPRISE_URN] },
      gives: { schemas: [USER_URN], [ENTERPRISE_URN]: UNSET },
    },
    {
      does: 'attributes of an extension stand under its URN, in any case',
      sent: { [ENTERPRISE_URN.toUpperCase()]: { DEPARTMENT: 'D' } },
      gives: { [ENTERPRISE_URN]: { department: 'D' } },
    },
    { does: 'schemas is an array', sent: { schemas: USER_URN }, gives: '400 invalidValue' },
  ];
  checkEach(rows, () => tenant);
});

describe('RFC 7643 §3.1: common attributes', () => {
  it('id and meta are assigned by the service provider, whatever a client sends', async () => {
    const meta = { resourceType: 'Group', created: '2001-01-01T00:00:00Z', version: 'W/"9"', location: 'x' };
    const sent = userBody({ id: NOBODY, meta });
    const { body, headers } = await tenant.send('POST', '/Users', sent);
    expect(idOf(body)).not.toBe(NOBODY);
    expect(body['meta']).toMatchObject({ resourceType: 'User', version: headers.etag, location: headers.location });
    expect(textAt(body, 'meta.created')).not.toBe(meta.created);
  });

  it('an id is given once, among users and groups, and stays', async () => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant);
    expect(idOf(user)).not.toBe(idOf(group));
    expectError(await tenant.send('GET', `/Groups/${idOf(user)}`), '404');
    const renamed = await tenant.send('PUT', `/Users/${idOf(user)}`, userBody({ id: idOf(group) }));
    expect(renamed.body['id']).toBe(idOf(user));
    await tenant.send('DELETE', `/Users/${idOf(user)}`);
    const again = await aUser(tenant, { userName: String(user['userName']) });
    expect(idOf(again)).not.toBe(idOf(user));
    expect(idOf(again).toLowerCase()).not.toContain('bulkid');
  });

  it('externalId is what the client says, compared exactly, and nothing else', async () => {
    const externalId = `Ext-${newName()}`;
    const user = await aUser(tenant, { externalId });
    const other = await server.createTenant();
    const same = await aUser(other, { externalId });
    expect(await aUser(tenant)).not.toHaveProperty('externalId');
    const found = await tenant.send('GET', query('/Users', { filter: `externalId eq "${externalId}"` }));
    expect(resourcesOf(found).map(idOf)).toEqual([idOf(user)]);
    const spelled = await tenant.send(
      'GET',
      query('/Users', { filter: `externalId eq "${externalId.toLowerCase()}"` }),
    );
    expect(spelled.body['totalResults']).toBe(0);
    expect(idOf(same)).not.toBe(idOf(user));
  });

  it('lastModified is created until something changes', async () => {
    const user = await aUser(tenant);
    expect(textAt(user, 'meta.lastModified')).toBe(textAt(user, 'meta.created'));
    const patch = patchOf({ op: 'replace', path: 'title', value: 'Pilot' });
    const changed = await tenant.send('PATCH', `/Users/${idOf(user)}`, patch);
    expect(textAt(changed.body, 'meta.created')).toBe(textAt(user, 'meta.created'));
    expect(textAt(changed.body, 'meta.lastModified') >= textAt(user, 'meta.created')).toBe(true);
    expect(textAt(changed.body, 'meta.version')).not.toBe(textAt(user, 'meta.version'));
  });

  it('location and version are those of the headers', async () => {
    const created = await tenant.send('POST', '/Users', userBody());
    expect(created.headers.location).toBe(textAt(created.body, 'meta.location'));
    const path = `/Users/${idOf(created.body)}`;
    const answers = await Promise.all([
      tenant.send('PUT', path, userBody({ userName: textAt(created.body, 'userName') })),
      tenant.send('PATCH', path, patchOf({ op: 'add', path: 'userName', value: textAt(created.body, 'userName') })),
    ]);
    for (const { headers, body } of answers) {
      expect(headers['content-location']).toBe(textAt(body, 'meta.location'));
      expect(headers.etag).toBe(textAt(body, 'meta.version'));
    }
    const read = await tenant.send('GET', path);
    expect(read.headers.etag).toBe(textAt(read.body, 'meta.version'));
    expect(read.headers.etag).toMatch(/^W\/"/u);
  });
});

describe('RFC 7643 §4.1: users', () => {
  const taken = 'Taken@contoso.example';
  const rows: readonly Created[] = [
    { does: 'a user needs a userName', sent: { userName: UNSET }, gives: '400 invalidValue' },
    { does: 'a userName is not empty', sent: { userName: '' }, gives: '400 invalidValue' },
    { does: 'a userName is kept as it was sent', sent: { userName: taken }, gives: { userName: taken } },
    {
      does: 'a userName is unique, whatever its case',
      sent: { userName: taken.toLowerCase() },
      gives: '409 uniqueness',
    },
    { does: 'a password is never returned', sent: { password: 'S3cret!' }, gives: { password: UNSET } },
  ];
  checkEach(rows, () => tenant);

  it('a password is not returned when it is asked for, and no filter compares it', async () => {
    const user = await aUser(tenant, { password: 'S3cret!' });
    const asked = await tenant.send('GET', `/Users/${idOf(user)}?attributes=password`);
    expect(asked.text).not.toMatch(/password|S3cret/u);
    const patch = patchOf({ op: 'replace', path: 'password', value: 'An0ther!' });
    const patched = await tenant.send('PATCH', `/Users/${idOf(user)}?attributes=password`, patch);
    expect(patched.status).toBe(200);
    expect(patched.text).not.toMatch(/password|An0ther/u);
    expectError(await tenant.send('GET', query('/Users', { filter: 'password eq "S3cret!"' })), '400 invalidFilter');
  });

  it('groups are the direct and the indirect ones, with id, URI and name', async () => {
    const user = await aUser(tenant);
    const inner = await aGroup(tenant, [idOf(user)]);
    const outer = await aGroup(tenant, [idOf(inner)]);
    const shown = await tenant.send('GET', `/Users/${idOf(user)}`);
    const entry = (group: JsonObject, type: string) => ({
      value: idOf(group),
      $ref: textAt(group, 'meta.location'),
      display: group['displayName'],
      type,
    });
    expect(shown.body['groups']).toHaveLength(2);
    expect(shown.body['groups']).toEqual(expect.arrayContaining([entry(inner, 'direct'), entry(outer, 'indirect')]));
    const found = await tenant.send('GET', query('/Users', { filter: `groups.value eq "${idOf(outer)}"` }));
    expect(resourcesOf(found).map(idOf)).toEqual([idOf(user)]);
  });

  it.each<[string, JsonObject]>([
    ['PUT', { userName: 'PLACEHOLDER', groups: [] }],
    ['PATCH', patchOf({ op: 'remove', path: 'groups' })],
    ['PATCH', patchOf({ op: 'add', path: 'groups', value: [{ value: NOBODY }] })],
  ])('%s %j does not change groups', async (method, body) => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant, [idOf(user)]);
    const sent = method === 'PUT' ? userBody({ ...body, userName: textAt(user, 'userName') }) : body;
    const answer = await tenant.send(method, `/Users/${idOf(user)}`, sent);
    if (method === 'PATCH') expectError(answer, '400 mutability');
    const shown = await tenant.send('GET', `/Users/${idOf(user)}`);
    expect(shown.body['groups']).toMatchObject([{ value: idOf(group) }]);
  });
});

describe('RFC 7643 §4.2: groups', () => {
  it('a group needs a displayName', async () => {
    expectError(await tenant.send('POST', '/Groups', { schemas: [GROUP_URN] }), '400 invalidValue');
    expectError(await tenant.send('POST', '/Groups', { schemas: [GROUP_URN], displayName: '' }), '400 invalidValue');
  });

  it('members are users and groups, each with id, URI, type and name', async () => {
    const user = await aUser(tenant, { displayName: 'Ada' });
    const nested = await aGroup(tenant);
    const group = await aGroup(tenant, [idOf(user), idOf(nested)]);
    const shown = await tenant.send('GET', `/Groups/${idOf(group)}`);
    expect(shown.body['members']).toEqual([
      { value: idOf(user), $ref: textAt(user, 'meta.location'), type: 'User', display: 'Ada' },
      { value: idOf(nested), $ref: textAt(nested, 'meta.location'), type: 'Group', display: nested['displayName'] },
    ]);
  });

  it('a member is the id of a resource', async () => {
    const body = { schemas: [GROUP_URN], displayName: newName(), members: [{ value: NOBODY }] };
    expectError(await tenant.send('POST', '/Groups', body), '400 invalidValue');
    expectError(await tenant.send('POST', '/Groups', { ...body, members: [{ display: 'Ada' }] }), '400 invalidValue');
  });

  it.each(['display', 'type', 'value', '$ref'])('the %s of a member cannot be changed', async (name) => {
    const user = await aUser(tenant, { displayName: 'Ada' });
    const group = await aGroup(tenant, [idOf(user)]);
    const path = `members[value eq "${idOf(user)}"].${name}`;
    const patch = patchOf({ op: 'replace', path, value: 'Grace' });
    expectError(await tenant.send('PATCH', `/Groups/${idOf(group)}`, patch), '400 mutability');
  });
});

describe('RFC 7643 §4.3: the enterprise extension', () => {
  it('a manager has the id that was sent, and the name of who has it', async () => {
    const boss = await aUser(tenant, { displayName: 'Boss' });
    const user = await aUser(tenant, { [ENTERPRISE_URN]: { manager: { value: idOf(boss), displayName: 'Somebody' } } });
    const shown = await tenant.send('GET', `/Users/${idOf(user)}`);
    expect(shown.body[ENTERPRISE_URN]).toMatchObject({ manager: { value: idOf(boss), displayName: 'Boss' } });
  });

  it("a manager has the address of the tenant's user, whatever was sent, and none where there is no such user", async () => {
    const boss = await aUser(tenant);
    const user = await aUser(tenant, { [ENTERPRISE_URN]: { manager: { value: idOf(boss), $ref: '../Users/other' } } });
    expect(user[ENTERPRISE_URN]).toEqual({
      manager: { value: idOf(boss), $ref: `https://scim.flexwhere.example/scim/Users/${idOf(boss)}` },
    });
    const alone = await aUser(tenant, { [ENTERPRISE_URN]: { manager: { value: 'nobody', $ref: '../Users/nobody' } } });
    expect(alone[ENTERPRISE_URN]).toEqual({ manager: { value: 'nobody' } });
  });

  it("a manager's displayName cannot be changed", async () => {
    const boss = await aUser(tenant, { displayName: 'Boss' });
    const user = await aUser(tenant, { [ENTERPRISE_URN]: { manager: { value: idOf(boss) } } });
    const patch = patchOf({ op: 'replace', path: `${ENTERPRISE_URN}:manager.displayName`, value: 'Somebody' });
    expectError(await tenant.send('PATCH', `/Users/${idOf(user)}`, patch), '400 mutability');
  });
});

describe('RFC 7643 §7: characteristics', () => {
  it('caseExact values keep their case, and so do the others', async () => {
    const user = await aUser(tenant, { externalId: 'MiXed', title: 'PiLot', userType: 'EMPloyee' });
    expect(user).toMatchObject({ externalId: 'MiXed', title: 'PiLot', userType: 'EMPloyee' });
  });
});
