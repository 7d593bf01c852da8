import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
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

const UNSET = undefined as unknown as JsonValue;
const BEFORE: JsonObject = {
  externalId: 'x',
  title: 'Pilot',
  active: false,
  name: { givenName: 'Ada', familyName: 'L' },
  emails: [{ value: 'w@x.example', type: 'work' }],
  [ENTERPRISE_URN]: { department: 'D' },
};

/** A PUT of a user of `BEFORE`: what the body has besides userName, and the attributes afterward, or the error. */
type Row = readonly [does: string, sent: JsonObject, gives: JsonObject | string];

const rows: readonly Row[] = [
  ['readWrite: the values of the body', { ...BEFORE, title: 'X' }, { ...BEFORE, title: 'X' }],
  [
    'readWrite: a multi-valued attribute as a whole',
    { ...BEFORE, emails: [{ value: 'h@x.example' }] },
    { emails: [{ value: 'h@x.example' }] },
  ],
  ['readWrite: a complex attribute as a whole', { ...BEFORE, name: { givenName: 'X' } }, { name: { givenName: 'X' } }],
  [
    'omitted: no value, and active as it was',
    {},
    { externalId: UNSET, title: UNSET, name: UNSET, emails: UNSET, active: false },
  ],
  ['omitted extension: none, and not in schemas', {}, { [ENTERPRISE_URN]: UNSET, schemas: [USER_URN] }],
  ['null and []: no value', { ...BEFORE, title: null, emails: [] }, { title: UNSET, emails: UNSET, externalId: 'x' }],
  ['writeOnly: taken, and not returned', { ...BEFORE, password: 'S3cret' }, { password: UNSET }],
  ['readOnly id: ignored', { ...BEFORE, id: NOBODY }, {}],
  ['readOnly meta: ignored', { ...BEFORE, meta: { created: '2001-01-01T00:00:00Z', version: 'W/"9"' } }, {}],
  ['readOnly groups: ignored', { ...BEFORE, groups: [{ value: NOBODY }] }, { groups: UNSET }],
  ['required null: refused', { userName: null }, '400 invalidValue'],
  ['required absent: refused', { userName: UNSET }, '400 invalidValue'],
  ['a wrong type: refused', { title: 5 }, '400 invalidValue'],
  ['no schemas: refused', { schemas: UNSET }, '400 invalidValue'],
];

describe('RFC 7644 §3.5.1: replacing with PUT', () => {
  it.each(rows)('%s', async (_does, sent, gives) => {
    const user = await aUser(tenant, BEFORE);
    const path = `/Users/${idOf(user)}`;
    const answer = await tenant.send('PUT', path, userBody({ userName: textAt(user, 'userName'), ...sent }));
    const after = (await tenant.send('GET', path)).body;
    if (typeof gives === 'string') {
      expectError(answer, gives);
      expect(after).toEqual(user);
      return;
    }
    expect(answer.status, answer.text).toBe(200);
    expect(answer.body).toEqual(after);
    for (const [name, value] of Object.entries(gives)) expect(after[name]).toEqual(value);
    expect(after['id']).toBe(user['id']);
    expect(textAt(after, 'meta.created')).toBe(textAt(user, 'meta.created'));
  });

  it('the answer names version and place', async () => {
    const user = await aUser(tenant);
    const { headers, body } = await tenant.send('PUT', `/Users/${idOf(user)}`, userBody({ title: 'X' }));
    expect(headers.etag).toBe(textAt(body, 'meta.version'));
    expect(headers['content-location']).toBe(textAt(body, 'meta.location'));
    expect(headers.etag).not.toBe(textAt(user, 'meta.version'));
  });

  it('what was read can be sent back, and changes nothing', async () => {
    const member = await aUser(tenant, { ...BEFORE, displayName: 'Ada' });
    const group = await aGroup(tenant, [idOf(member)]);
    for (const path of [`/Users/${idOf(member)}`, `/Groups/${idOf(group)}`]) {
      const read = await tenant.send('GET', path);
      const put = await tenant.send('PUT', path, read.body);
      expect(put.status, put.text).toBe(200);
      expect(put.body).toEqual(read.body);
    }
  });

  it('a resource that does not exist is not created', async () => {
    expectError(await tenant.send('PUT', `/Users/${NOBODY}`, userBody()), '404');
    expectError(await tenant.send('PUT', `/Groups/${NOBODY}`, groupBody()), '404');
    expectError(await tenant.send('PUT', '/Users', userBody()), '405');
    expectError(await tenant.send('GET', `/Users/${NOBODY}`), '404');
  });

  it('a name that is taken is a conflict', async () => {
    const [user, other] = [await aUser(tenant), await aUser(tenant)];
    const body = userBody({ userName: textAt(other, 'userName').toUpperCase() });
    expectError(await tenant.send('PUT', `/Users/${idOf(user)}`, body), '409 uniqueness');
    const [group, second] = [await aGroup(tenant), await aGroup(tenant)];
    const named = groupBody({ displayName: textAt(second, 'displayName').toUpperCase() });
    expectError(await tenant.send('PUT', `/Groups/${idOf(group)}`, named), '409 uniqueness');
  });

  it('members are replaced by those of the body, none by [] or null, and stay when it says nothing', async () => {
    const [first, second] = [await aUser(tenant), await aUser(tenant)];
    const group = await aGroup(tenant, [idOf(first)]);
    const put = async (attributes: JsonObject) => {
      const body = groupBody({ displayName: newName(), ...attributes });
      return (await tenant.send('PUT', `/Groups/${idOf(group)}?attributes=members.value`, body)).body['members'];
    };
    expect(await put({ members: [{ value: idOf(second) }] })).toEqual([{ value: idOf(second) }]);
    expect(await put({})).toEqual([{ value: idOf(second) }]);
    expect(await put({ members: [] })).toBeUndefined();
    expect(await put({ members: [{ value: idOf(first) }] })).toEqual([{ value: idOf(first) }]);
    expect(await put({ members: null })).toBeUndefined();
  });
});
