import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
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

/** What a body of a create stands for: the attributes of the answer, or the error. */
interface Created {
  readonly does: string;
  readonly sent: JsonObject;
  readonly gives: JsonObject | string;
}

const UNSET = undefined as unknown as JsonValue;

function checkEach(rows: readonly Created[]): void {
  it.each(rows.map((row) => [row.does, row] as const))('%s', (_does, row) => check(row));
}

async function check({ sent, gives }: Created): Promise<void> {
  const answer = await tenant.send('POST', '/Users', userBody(sent));
  if (typeof gives === 'string') {
    expectError(answer, gives);
    return;
  }
  expect(answer.status, answer.text).toBe(201);
  for (const [name, value] of Object.entries(gives)) expect(answer.body[name]).toEqual(value);
}

describe('RFC 7643 §2.1: attributes', () => {
  const rows: readonly Created[] = [
    {
      does: 'names are read in any case',
      sent: { DISPLAYNAME: 'Ada', Name: { GIVENNAME: 'Ada' }, EMAILS: [{ VALUE: 'a@contoso.example', Type: 'work' }] },
      gives: { displayName: 'Ada', name: { givenName: 'Ada' }, emails: [{ value: 'a@contoso.example', type: 'work' }] },
    },
    {
      does: 'one name in two spellings is refused',
      sent: { displayName: 'Ada', DisplayName: 'Ada' },
      gives: '400 invalidSyntax',
    },
  ];
  checkEach(rows);

  it('every representation states its schemas', async () => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant);
    const paths = [`/Users/${idOf(user)}`, `/Groups/${idOf(group)}`, '/Users', '/Groups', '/ServiceProviderConfig'];
    for (const path of [...paths, '/ResourceTypes', '/Schemas', '/ResourceTypes/User', `/Schemas/${USER_URN}`]) {
      const answer = await tenant.send('GET', path);
      const listed = Object.hasOwn(answer.body, 'Resources') ? resourcesOf(answer) : [];
      for (const resource of [answer.body, ...listed]) expect(textAt(resource, 'schemas.0'), path).toMatch(/^urn:/u);
    }
  });
});

describe('RFC 7643 §2.3: data types', () => {
  const rows: readonly Created[] = [
    { does: 'a string is a string', sent: { title: 5 }, gives: '400 invalidValue' },
    { does: 'a boolean is a boolean', sent: { active: false }, gives: { active: false } },
    { does: 'a boolean is not a number', sent: { active: 1 }, gives: '400 invalidValue' },
    {
      does: 'a boolean is not a string but for "True" and "False"',
      sent: { active: 'yes' },
      gives: '400 invalidValue',
    },
    {
      does: 'a binary value is base64',
      sent: { x509Certificates: [{ value: 'TUlJQw==' }] },
      gives: { x509Certificates: [{ value: 'TUlJQw==' }] },
    },
    {
      does: 'a binary value may lack its padding',
      sent: { x509Certificates: [{ value: 'TUlJQw' }] },
      gives: { x509Certificates: [{ value: 'TUlJQw' }] },
    },
    {
      does: 'a binary value is nothing else',
      sent: { x509Certificates: [{ value: 'not base64!' }] },
      gives: '400 invalidValue',
    },
    {
      does: 'a reference is a URI, absolute or relative',
      sent: { profileUrl: 'Users/ada' },
      gives: { profileUrl: 'Users/ada' },
    },
    { does: 'a reference is a string', sent: { profileUrl: {} }, gives: '400 invalidValue' },
    {
      does: 'a complex value takes its sub-attributes in any order',
      sent: { name: { givenName: 'A', familyName: 'B' } },
      gives: { name: { familyName: 'B', givenName: 'A' } },
    },
    { does: 'a complex value is an object', sent: { name: 'Ada' }, gives: '400 invalidValue' },
  ];
  checkEach(rows);

  it('dateTimes have a date, a time and a zone', async () => {
    const user = await aUser(tenant);
    for (const name of ['created', 'lastModified']) {
      expect(textAt(user, `meta.${name}`)).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/u);
    }
  });

  it('a GET on the URI of a reference yields its target', async () => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant, [idOf(user)]);
    const [shown, holding] = await Promise.all([
      tenant.send('GET', `/Users/${idOf(user)}`),
      tenant.send('GET', `/Groups/${idOf(group)}`),
    ]);
    const references = [textAt(shown.body, 'groups.0.$ref'), textAt(holding.body, 'members.0.$ref')];
    const targets = await Promise.all(
      references.map((uri) => server.send({ path: new URL(uri).pathname, token: tenant.token })),
    );
    expect(targets.map(({ body }) => body['id'])).toEqual([idOf(group), idOf(user)]);
  });
});

describe('RFC 7643 §2.4: multi-valued attributes', () => {
  const [first, second] = ['first@contoso.example', 'second@contoso.example'];
  const rows: readonly Created[] = [
    {
      does: 'one element is primary at most',
      sent: { emails: [{ value: first, primary: true }, { value: second }] },
      gives: { emails: [{ value: first, primary: true }, { value: second }] },
    },
    {
      does: 'two primary elements are refused',
      sent: {
        emails: [
          { value: first, primary: true },
          { value: second, primary: true },
        ],
      },
      gives: '400 invalidValue',
    },
    {
      does: 'the same value may have two types',
      sent: {
        emails: [
          { value: first, type: 'work' },
          { value: first, type: 'home' },
        ],
      },
      gives: {
        emails: [
          { value: first, type: 'work' },
          { value: first, type: 'home' },
        ],
      },
    },
    {
      does: 'the same value of the same type is returned once',
      sent: {
        emails: [
          { value: first, type: 'work' },
          { value: first, type: 'work' },
        ],
      },
      gives: { emails: [{ value: first, type: 'work' }] },
    },
    { does: 'a list is an array', sent: { emails: first }, gives: '400 invalidValue' },
  ];
  checkEach(rows);

  it('an element that does not say whether it is primary is not', async () => {
    const userName = newName();
    await aUser(tenant, { userName, emails: [{ value: first }] });
    const found = async (filter: string) =>
      (await tenant.send('GET', query('/Users', { filter: `userName eq "${userName}" and ${filter}` }))).body;
    expect(await found('emails[primary eq true]')).toMatchObject({ totalResults: 0 });
    expect(await found('emails[primary eq false]')).toMatchObject({ totalResults: 1 });
    expect(await found('emails.primary ne false')).toMatchObject({ totalResults: 0 });
    expect(await found('emails.primary pr')).toMatchObject({ totalResults: 0 });
    expect(await found('emails[not (primary eq true)]')).toMatchObject({ totalResults: 1 });
  });
});

describe('RFC 7643 §2.5: unassigned and null values', () => {
  const rows: readonly Created[] = [
    { does: 'null is no value', sent: { title: null }, gives: { title: UNSET } },
    { does: 'an empty array is no value', sent: { emails: [] }, gives: { emails: UNSET } },
    { does: 'an object of nulls is no value', sent: { name: { givenName: null } }, gives: { name: UNSET } },
    { does: 'null for what is required is as if it were absent', sent: { userName: null }, gives: '400 invalidValue' },
  ];
  checkEach(rows);

  it.each<[string, JsonValue]>([
    ['title', null],
    ['emails', []],
    ['emails', null],
    ['name', null],
  ])('replacing %s by %j is the same as removing it', async (path, value) => {
    const user = await aUser(tenant, {
      title: 'Pilot',
      emails: [{ value: 'p@contoso.example' }],
      name: { givenName: 'P' },
    });
    const patched = await tenant.send('PATCH', `/Users/${idOf(user)}`, patchOf({ op: 'replace', path, value }));
    expect(patched.status, patched.text).toBe(200);
    expect(patched.body).not.toHaveProperty(path);
    const again = await tenant.send('PATCH', `/Users/${idOf(user)}`, patchOf({ op: 'remove', path }));
    expect(again.body['meta']).toEqual(patched.body['meta']);
  });
});

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
  checkEach(rows);
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
  checkEach(rows);

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
