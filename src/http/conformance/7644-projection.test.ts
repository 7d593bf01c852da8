import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  groupBody,
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

const FULL: JsonObject = {
  title: 'Pilot',
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [{ value: 'ada@contoso.example', type: 'work' }],
  [ENTERPRISE_URN]: { department: 'D', costCenter: 'C' },
};

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

describe('RFC 7644 §3.4.1: retrieving a known resource', () => {
  it('answers 200 with the resource, or 404', async () => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant);
    expect((await tenant.send('GET', `/Users/${idOf(user)}`)).body).toEqual(user);
    expect((await tenant.send('GET', `/Groups/${idOf(group)}`)).body).toEqual(group);
    for (const id of [NOBODY, 'nobody', idOf(group)]) expectError(await tenant.send('GET', `/Users/${id}`), '404');
  });
});

/** The names of a user's attributes, and of its parts: `name.givenName`, `urn:…:department`. */
function namesIn(resource: JsonObject): readonly string[] {
  return Object.entries(resource).flatMap(([name, value]) => {
    const first: unknown = Array.isArray(value) ? value[0] : value;
    if (typeof first !== 'object' || first === null || name === 'meta') return [name];
    return Object.keys(first).map((part) => (name.startsWith('urn:') ? `${name}:${part}` : `${name}.${part}`));
  });
}

interface Row {
  readonly parameters: Readonly<Record<string, string>>;
  /** Besides schemas and id. */
  readonly shows: readonly string[];
}

const EMAILS = ['emails.value', 'emails.type'];
const NAMES = ['name.givenName', 'name.familyName'];
const EXTENSION = [`${ENTERPRISE_URN}:department`, `${ENTERPRISE_URN}:costCenter`];
const EVERYTHING = ['userName', 'title', 'active', 'meta', ...NAMES, ...EMAILS, ...EXTENSION];
const without = (...names: string[]): string[] => EVERYTHING.filter((name) => !names.includes(name));

const rows: readonly Row[] = [
  { parameters: {}, shows: EVERYTHING },
  { parameters: { attributes: 'userName' }, shows: ['userName'] },
  { parameters: { attributes: 'USERNAME,tItLe' }, shows: ['userName', 'title'] },
  { parameters: { attributes: 'userName, title' }, shows: ['userName', 'title'] },
  { parameters: { attributes: 'name' }, shows: NAMES },
  { parameters: { attributes: 'name.givenName' }, shows: ['name.givenName'] },
  { parameters: { attributes: 'emails.value' }, shows: ['emails.value'] },
  { parameters: { attributes: `${USER_URN}:name.givenName` }, shows: ['name.givenName'] },
  { parameters: { attributes: `${USER_URN.toUpperCase()}:NAME.GIVENNAME` }, shows: ['name.givenName'] },
  { parameters: { attributes: ENTERPRISE_URN }, shows: EXTENSION },
  { parameters: { attributes: `${ENTERPRISE_URN}:department` }, shows: [`${ENTERPRISE_URN}:department`] },
  { parameters: { attributes: 'meta' }, shows: ['meta'] },
  { parameters: { attributes: 'id' }, shows: [] },
  { parameters: { attributes: 'nothing' }, shows: [] },
  { parameters: { excludedAttributes: 'title' }, shows: without('title') },
  { parameters: { excludedAttributes: 'TITLE,active' }, shows: without('title', 'active') },
  { parameters: { excludedAttributes: 'name.givenName' }, shows: without('name.givenName') },
  { parameters: { excludedAttributes: 'emails.type' }, shows: without('emails.type') },
  { parameters: { excludedAttributes: `${USER_URN}:title` }, shows: without('title') },
  { parameters: { excludedAttributes: ENTERPRISE_URN }, shows: without(...EXTENSION) },
  {
    parameters: { excludedAttributes: `${ENTERPRISE_URN}:costCenter` },
    shows: without(`${ENTERPRISE_URN}:costCenter`),
  },
  { parameters: { excludedAttributes: 'meta' }, shows: without('meta') },
  { parameters: { excludedAttributes: 'id,schemas,nothing' }, shows: EVERYTHING },
];

type Asking = (path: string) => Promise<Answer>;

/** A way to be answered a user: it gets the query, and sends it with its method. */
const methods: readonly (readonly [string, (parameters: Row['parameters']) => Promise<JsonObject>])[] = [
  ['GET of one', (parameters) => onUser(parameters, (path) => tenant.send('GET', path))],
  [
    'GET of a list',
    async (parameters) => {
      const user = await aUser(tenant, FULL);
      const list = await tenant.send('GET', query('/Users', { filter: `id eq "${idOf(user)}"`, ...parameters }));
      return resourcesOf(list)[0] ?? {};
    },
  ],
  ['POST', async (parameters) => (await tenant.send('POST', query('/Users', parameters), userBody(FULL))).body],
  ['PUT', (parameters) => onUser(parameters, (path) => tenant.send('PUT', path, userBody(FULL)))],
  [
    'PATCH',
    (parameters) =>
      onUser(parameters, (path) => tenant.send('PATCH', path, patchOf({ op: 'add', path: 'title', value: 'Pilot' }))),
  ],
];

async function onUser(parameters: Row['parameters'], send: Asking): Promise<JsonObject> {
  const user = await aUser(tenant, FULL);
  return (await send(query(`/Users/${idOf(user)}`, parameters))).body;
}

describe.each(methods)('RFC 7644 §3.9: what is returned by %s', (_name, ask) => {
  it.each(rows.map(({ parameters, shows }) => [parameters, shows] as const))('%j', async (parameters, shows) => {
    const shown = await ask(parameters);
    expect([...namesIn(shown)].sort()).toEqual(['schemas', 'id', ...shows].sort());
  });
});

describe('RFC 7644 §3.9: what is returned of groups', () => {
  it.each(['POST', 'GET', 'PUT', 'PATCH'])('%s shows members as asked', async (method) => {
    const user = await aUser(tenant, { displayName: 'Ada' });
    const group = await aGroup(tenant, [idOf(user)]);
    const body = {
      POST: () => groupBody({ members: [{ value: idOf(user) }] }),
      GET: () => undefined,
      PUT: () => groupBody({ displayName: textAt(group, 'displayName') }),
      PATCH: () => patchOf({ op: 'add', path: 'members', value: [{ value: idOf(user) }] }),
    }[method];
    const path = method === 'POST' ? '/Groups' : `/Groups/${idOf(group)}`;
    const ask = async (name: string, value: string) =>
      (await tenant.send(method, query(path, { [name]: value }), body?.())).body;
    expect(await ask('excludedAttributes', 'members')).not.toHaveProperty('members');
    expect((await ask('attributes', 'members'))['members']).toMatchObject([{ value: idOf(user), type: 'User' }]);
    expect((await ask('attributes', 'members.value'))['members']).toEqual([{ value: idOf(user) }]);
    expect((await ask('excludedAttributes', 'members.$ref,members.type'))['members']).toEqual([
      { value: idOf(user), display: 'Ada' },
    ]);
  });

  it('a list of groups shows members as asked', async () => {
    const user = await aUser(tenant);
    const group = await aGroup(tenant, [idOf(user)]);
    const list = async (parameters: Readonly<Record<string, string>>) =>
      resourcesOf(await tenant.send('GET', query('/Groups', { filter: `id eq "${idOf(group)}"`, ...parameters })));
    expect((await list({ excludedAttributes: 'members' }))[0]).not.toHaveProperty('members');
    expect((await list({ attributes: 'members.value' }))[0]?.['members']).toEqual([{ value: idOf(user) }]);
  });
});

describe('RFC 7644 §3.9: both parameters', () => {
  it.each(['GET', 'POST', 'PUT', 'PATCH'])('%s refuses attributes together with excludedAttributes', async (method) => {
    const user = await aUser(tenant);
    const path = method === 'POST' ? '/Users' : `/Users/${idOf(user)}`;
    const patch = patchOf({ op: 'replace', path: 'title', value: 'X' });
    const body = { GET: undefined, POST: userBody(), PUT: userBody(), PATCH: patch }[method];
    const both = { attributes: 'userName', excludedAttributes: 'title' };
    expectError(await tenant.send(method, query(path, both), body), '400 invalidValue');
    expect((await tenant.send('GET', `/Users/${idOf(user)}`)).body).toEqual(user);
  });
});

describe('RFC 7644 §3.10: attribute notation', () => {
  const name = newName();
  beforeAll(() => aUser(tenant, { userName: name, displayName: name, name: { givenName: name } }));

  it.each(['userName', 'USERNAME', `${USER_URN}:userName`, `${USER_URN.toUpperCase()}:UserName`, 'name.GIVENNAME'])(
    '%s names an attribute in a filter',
    async (attribute) => {
      const found = await tenant.send('GET', query('/Users', { filter: `${attribute} eq "${name}"` }));
      expect(found.body['totalResults'], found.text).toBe(1);
    },
  );

  it.each([
    ['title', 'title'],
    [`${USER_URN}:title`, 'title'],
    [`${USER_URN.toUpperCase()}:TITLE`, 'title'],
    [`${ENTERPRISE_URN}:department`, `${ENTERPRISE_URN}:department`],
    [`${ENTERPRISE_URN.toUpperCase()}:Department`, `${ENTERPRISE_URN}:department`],
  ])('%s names an attribute in the path of a PATCH', async (path, shown) => {
    const user = await aUser(tenant);
    const patched = await tenant.send('PATCH', `/Users/${idOf(user)}`, patchOf({ op: 'add', path, value: 'V' }));
    expect(namesIn(patched.body)).toContain(shown);
  });
});
