import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { ADD, HOME, REMOVE, REPLACE, type Row, STREETS, WORK } from './7644-patch.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  idOf,
  NOBODY,
  patchOf,
  PATCH_URN,
  textAt,
  USER_URN,
} from './conformance.fixture.js';

const BEFORE: JsonObject = {
  title: 'Pilot',
  active: true,
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [WORK, HOME],
  addresses: STREETS,
  [ENTERPRISE_URN]: { department: 'D', costCenter: 'C' },
};

const PATHS: readonly (readonly [string, string])[] = [
  ['title', ''],
  ['TITLE', ''],
  [`${USER_URN}:title`, ''],
  ['name.givenName', ''],
  ['emails[type eq "work"].display', ''],
  ['', 'invalidPath'],
  ['.title', 'invalidPath'],
  ['title.', 'invalidPath'],
  ['emails[', 'invalidPath'],
  ['emails[type eq "work"', 'invalidPath'],
  ['emails[type eq "work"].', 'invalidPath'],
  ['emails[type xx "work"]', 'invalidPath'],
  ['emails[0]', 'invalidPath'],
  ['title[value eq "x"', 'invalidPath'],
  ['title eq "x"', 'invalidPath'],
];

const MESSAGES: readonly (readonly [string, JsonObject | string, string])[] = [
  ['no schemas', { Operations: [{ op: 'add', path: 'title', value: 'X' }] }, '400 invalidSyntax'],
  [
    'other schemas',
    { schemas: [USER_URN], Operations: [{ op: 'add', path: 'title', value: 'X' }] },
    '400 invalidSyntax',
  ],
  ['no Operations', { schemas: [PATCH_URN] }, '400 invalidSyntax'],
  ['Operations that are no list', { schemas: [PATCH_URN], Operations: {} }, '400 invalidSyntax'],
  ['an operation without op', patchOf({ path: 'title', value: 'X' }), '400 invalidSyntax'],
  ['an op that does not exist', patchOf({ op: 'move', path: 'title', value: 'X' }), '400 invalidSyntax'],
  [
    'two op members',
    `{"schemas":["${PATCH_URN}"],"Operations":[{"op":"add","OP":"remove","path":"title"}]}`,
    '400 invalidSyntax',
  ],
];

let server: TestServer;

let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});

afterAll(() => server.stop());

const send = (user: JsonObject, ...operations: JsonObject[]) =>
  tenant.send('PATCH', `/Users/${idOf(user)}`, patchOf(...operations));

const read = async (user: JsonObject) => (await tenant.send('GET', `/Users/${idOf(user)}`)).body;

async function check(operation: JsonObject, gives: Row[2]): Promise<void> {
  const user = await aUser(tenant, BEFORE);
  const answer = await send(user, operation);
  if (typeof gives === 'string') {
    expectError(answer, gives);
    expect(await read(user)).toEqual(user);
    return;
  }
  expect(answer.status, answer.text).toBe(200);
  const { meta, ...rest } = { ...user, ...gives };
  const expected = JSON.parse(JSON.stringify(rest)) as JsonObject;
  expect({ ...answer.body, meta: undefined }).toEqual({ ...expected, meta: undefined });
  expect(answer.body['meta']).not.toEqual(meta);
  expect(await read(user)).toEqual(answer.body);
}

describe('RFC 7644 §3.5.2: the message', () => {
  it.each(MESSAGES)('with %s is refused', async (_what, body, outcome) => {
    const user = await aUser(tenant, BEFORE);
    expectError(await tenant.send('PATCH', `/Users/${idOf(user)}`, body), outcome);
    expect(await read(user)).toEqual(user);
  });
});

describe('RFC 7644 §3.5.2, figure 7: paths', () => {
  it.each(PATHS)('"%s": %s', async (path, scimType) => {
    const user = await aUser(tenant, BEFORE);
    const answer = await send(user, { op: 'add', path, value: 'X' });
    if (scimType === '') expect(answer.status, answer.text).toBe(200);
    else expectError(answer, `400 ${scimType}`);
  });
});

describe('RFC 7644 §3.5.2: the request as a whole', () => {
  it('operations apply in their order, each to what the one before left', async () => {
    const user = await aUser(tenant, BEFORE);
    const answer = await send(
      user,
      { op: 'remove', path: 'emails' },
      { op: 'add', path: 'emails', value: [HOME] },
      { op: 'replace', path: 'emails[type eq "home"].value', value: 'new@x.example' },
    );
    expect(answer.body['emails']).toEqual([{ ...HOME, value: 'new@x.example' }]);
  });

  it('a failing operation undoes those before it', async () => {
    const user = await aUser(tenant, BEFORE);
    const fine = { op: 'replace', path: 'title', value: 'X' };
    expectError(await send(user, fine, { op: 'remove', path: 'userName' }), '400 mutability');
    expect(await read(user)).toEqual(user);
  });

  it('a name that another user has is a conflict', async () => {
    const [user, other] = [await aUser(tenant, BEFORE), await aUser(tenant)];
    const patch = { op: 'replace', path: 'userName', value: textAt(other, 'userName').toUpperCase() };
    expectError(await send(user, { op: 'replace', path: 'title', value: 'X' }, patch), '409 uniqueness');
    expect(await read(user)).toEqual(user);
  });

  it('a request without operations is 204, and changes nothing', async () => {
    const user = await aUser(tenant, BEFORE);
    const answer = await send(user);
    expect([answer.status, answer.text, answer.headers.etag]).toEqual([204, '', textAt(user, 'meta.version')]);
    expect(await read(user)).toEqual(user);
    expectError(await tenant.send('PATCH', `/Users/${NOBODY}`, patchOf()), '404');
  });

  it('an extension attribute brings its URN into schemas', async () => {
    const user = await aUser(tenant);
    const answer = await send(user, { op: 'add', path: `${ENTERPRISE_URN}:employeeNumber`, value: '7' });
    expect(answer.body['schemas']).toEqual([USER_URN, ENTERPRISE_URN]);
  });

  it('nobody is patched who does not exist', async () => {
    const patch = patchOf({ op: 'add', path: 'title', value: 'X' });
    expectError(await tenant.send('PATCH', `/Users/${NOBODY}`, patch), '404');
  });

  it('a user is answered 200 with the user, and a group 204, or 200 when attributes are asked for', async () => {
    const group = await aGroup(tenant);
    const path = `/Groups/${idOf(group)}`;
    const patch = (value: string) => patchOf({ op: 'replace', path: 'externalId', value });
    const plain = await tenant.send('PATCH', path, patch('1'));
    expect([plain.status, plain.text]).toEqual([204, '']);
    expect(plain.headers.etag).toBe(textAt((await tenant.send('GET', path)).body, 'meta.version'));
    const asked = await tenant.send('PATCH', `${path}?attributes=externalId`, patch('2'));
    expect([asked.status, asked.body['externalId']]).toEqual([200, '2']);
  });
});

describe('RFC 7644 §3.5.2.1: add', () => {
  it.each(ADD)('%s', (_does, operation, gives) => check(operation, gives));

  it.each<[string, JsonObject]>([
    ['a simple value', { op: 'add', path: 'title', value: 'Pilot' }],
    ['an element', { op: 'add', path: 'emails', value: [HOME] }],
    ['a sub-attribute', { op: 'add', path: 'name.givenName', value: 'Ada' }],
    ['several attributes', { op: 'add', value: { title: 'Pilot', name: { familyName: 'L' } } }],
  ])('%s that is there already changes nothing, neither version nor lastModified', async (_what, operation) => {
    const user = await aUser(tenant, BEFORE);
    const answer = await send(user, operation);
    expect([answer.status, answer.body]).toEqual([200, user]);
  });
});

describe('RFC 7644 §3.5.2.2: remove', () => {
  it.each(REMOVE)('%s', (_does, operation, gives) => check(operation, gives));

  it('a filter that matches nothing changes nothing', async () => {
    const user = await aUser(tenant, BEFORE);
    const answer = await send(user, { op: 'remove', path: 'emails[type eq "other"]' });
    expect([answer.status, answer.body]).toEqual([200, user]);
  });

  it('removing what has no value changes nothing', async () => {
    const user = await aUser(tenant, BEFORE);
    for (const path of ['nickName', 'photos', 'name.middleName']) {
      const answer = await send(user, { op: 'remove', path });
      expect([answer.status, answer.body]).toEqual([200, user]);
    }
  });
});

describe('RFC 7644 §3.5.2.3: replace', () => {
  it.each(REPLACE)('%s', (_does, operation, gives) => check(operation, gives));
});

describe('RFC 7644 §3.5.2: members of a group', () => {
  const names = ['a', 'b', 'c'] as const;
  type Name = (typeof names)[number];
  const ids = new Map<Name, string>();
  beforeAll(async () => {
    for (const name of names) ids.set(name, idOf(await aUser(tenant)));
  });
  const list = (...of: Name[]) => of.map((name) => ({ value: ids.get(name) ?? '' }));

  const changes: readonly (readonly [string, () => readonly JsonObject[], readonly Name[] | string])[] = [
    ['add a member', () => [{ op: 'add', path: 'members', value: list('c') }], ['a', 'b', 'c']],
    ['add members without a path', () => [{ op: 'add', value: { members: list('c') } }], ['a', 'b', 'c']],
    ['add a member who is one', () => [{ op: 'add', path: 'members', value: list('a') }], ['a', 'b']],
    ['remove one member', () => [{ op: 'remove', path: `members[value eq "${ids.get('a') ?? ''}"]` }], ['b']],
    ['remove somebody who is no member', () => [{ op: 'remove', path: `members[value eq "${NOBODY}"]` }], ['a', 'b']],
    ['remove all members', () => [{ op: 'remove', path: 'members' }], []],
    ['replace the members', () => [{ op: 'replace', path: 'members', value: list('c') }], ['c']],
    [
      'remove all, then add',
      () => [
        { op: 'remove', path: 'members' },
        { op: 'add', path: 'members', value: list('b', 'c') },
      ],
      ['b', 'c'],
    ],
    [
      'add a member who does not exist, behind one who does',
      () => [{ op: 'add', path: 'members', value: [...list('c'), { value: NOBODY }] }],
      '400 invalidValue',
    ],
  ];
  it.each(changes)('%s', async (_does, operations, gives) => {
    const group = await aGroup(
      tenant,
      list('a', 'b').map(({ value }) => value),
    );
    const path = `/Groups/${idOf(group)}`;
    const answer = await tenant.send('PATCH', path, patchOf(...operations()));
    if (typeof gives === 'string') expectError(answer, gives);
    else expect(answer.status, answer.text).toBe(204);
    const after = await tenant.send('GET', `${path}?attributes=members.value`);
    const expected = list(...(typeof gives === 'string' ? (['a', 'b'] as const) : gives));
    expect(after.body['members'] ?? []).toEqual(expected);
  });

  it('a change that changes nothing leaves version and lastModified', async () => {
    const group = await aGroup(
      tenant,
      list('a').map(({ value }) => value),
    );
    const path = `/Groups/${idOf(group)}`;
    const before = await tenant.send('GET', path);
    await tenant.send('PATCH', path, patchOf({ op: 'add', path: 'members', value: list('a') }));
    expect((await tenant.send('GET', path)).body).toEqual(before.body);
  });
});
