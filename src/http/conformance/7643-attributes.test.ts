import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonValue } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { checkEach, type Created, UNSET } from './7643-creates.fixture.js';
import { aGroup, aUser, idOf, newName, patchOf, query, resourcesOf, textAt, USER_URN } from './conformance.fixture.js';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

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
  checkEach(rows, () => tenant);

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
  checkEach(rows, () => tenant);

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
  checkEach(rows, () => tenant);

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
  checkEach(rows, () => tenant);

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
