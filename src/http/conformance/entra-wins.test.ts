import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ENTRA_RULES } from '../../protocol/entra/rules.js';
import type { JsonObject, JsonValue } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  groupBody,
  GROUP_URN,
  idOf,
  patchOf,
  USER_URN,
  userBody,
} from './conformance.fixture.js';

const MICROSOFT_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';
const UNSET = undefined as unknown as JsonValue;

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

/** What a PATCH of a user has for outcome by one rule for Entra, and not by the RFC. */
type Row = readonly [rule: string, operation: JsonObject, gives: JsonObject];

const BEFORE: JsonObject = {
  title: 'Pilot',
  emails: [{ value: 'w@x.example', type: 'work' }],
  [ENTERPRISE_URN]: { manager: { value: 'boss-1' } },
};

const users: readonly Row[] = [
  ['operation-in-any-case', { op: 'Replace', path: 'title', value: 'X' }, { title: 'X' }],
  [
    'extension-attribute-without-urn',
    { op: 'add', path: 'department', value: 'D' },
    { [ENTERPRISE_URN]: { manager: { value: 'boss-1' }, department: 'D' } },
  ],
  [
    'draft-schema-urns',
    { op: 'replace', value: { 'urn:scim:schemas:extension:enterprise:1.0': { department: 'D' } } },
    { [ENTERPRISE_URN]: { manager: { value: 'boss-1' }, department: 'D' } },
  ],
  ['core-attribute-with-urn', { op: 'replace', value: { [USER_URN]: { title: 'X' } } }, { title: 'X' }],
  ['keys-are-paths', { op: 'replace', value: { 'name.givenName': 'A' } }, { name: { givenName: 'A' } }],
  ['read-only-keys-skipped', { op: 'replace', value: { id: 'x', title: 'X' } }, { title: 'X' }],
  ['array-for-single-value', { op: 'replace', path: 'title', value: [{ value: 'X' }] }, { title: 'X' }],
  ['object-for-simple-value', { op: 'replace', path: 'title', value: { $ref: null, value: 'X' } }, { title: 'X' }],
  ['empty-clears', { op: 'replace', path: 'title', value: '' }, { title: UNSET }],
  [
    'string-for-reference',
    { op: 'replace', path: `${ENTERPRISE_URN}:manager`, value: 'boss-2' },
    { [ENTERPRISE_URN]: { manager: { value: 'boss-2' } } },
  ],
  ['boolean-as-string', { op: 'replace', path: 'active', value: 'False' }, { active: false }],
  [
    'role-as-json',
    { op: 'add', path: 'roles', value: [{ value: '{"id":"1","value":"Admin","displayName":"Administrator"}' }] },
    { roles: [{ value: 'Admin', display: 'Administrator' }] },
  ],
  [
    'role-display-name',
    { op: 'add', path: 'roles', value: [{ value: 'Admin', displayName: 'Administrator' }] },
    { roles: [{ value: 'Admin', display: 'Administrator' }] },
  ],
  [
    'unmatched-filter-creates',
    { op: 'replace', path: 'phoneNumbers[type eq "mobile"].value', value: '1' },
    { phoneNumbers: [{ type: 'mobile', value: '1' }] },
  ],
  [
    'unmatched-remove-done',
    { op: 'remove', path: 'emails[type eq "home"].value' },
    { emails: [{ value: 'w@x.example', type: 'work' }] },
  ],
  [
    'filtered-replace-merges',
    { op: 'replace', path: 'emails[type eq "work"]', value: { value: 'n@x.example' } },
    { emails: [{ value: 'n@x.example', type: 'work' }] },
  ],
  ['string-for-element', { op: 'add', path: 'roles', value: ['Admin'] }, { roles: [{ value: 'Admin' }] }],
  [
    'filter-on-single-value',
    { op: 'remove', path: `${ENTERPRISE_URN}:manager[value eq "boss-1"]` },
    { [ENTERPRISE_URN]: UNSET },
  ],
  ['unknown-attribute-tolerated', { op: 'add', path: 'favoriteColor', value: 'red' }, { title: 'Pilot' }],
];

describe('where Entra wins over the RFC', () => {
  it.each(users)('%s, for a user', async (_rule, operation, gives) => {
    const user = await aUser(tenant, BEFORE);
    const answer = await tenant.send('PATCH', `/Users/${idOf(user)}`, patchOf(operation));
    expect(answer.status, answer.text).toBe(200);
    for (const [name, value] of Object.entries(gives)) expect(answer.body[name]).toEqual(value);
    expect(answer.body).not.toHaveProperty('favoriteColor');
  });

  it('named-members-removed, for a group', async () => {
    const [first, second] = [await aUser(tenant), await aUser(tenant)];
    const group = await aGroup(tenant, [idOf(first), idOf(second)]);
    const path = `/Groups/${idOf(group)}?attributes=members.value`;
    const patch = patchOf({ op: 'remove', path: 'members', value: [{ value: idOf(first) }] });
    expect((await tenant.send('PATCH', path, patch)).body['members']).toEqual([{ value: idOf(second) }]);
  });

  it('a schema that is none of the resource type is passed over, such as the one that Entra lists for a group', async () => {
    const sent = groupBody({ schemas: [GROUP_URN, MICROSOFT_GROUP] });
    expect((await tenant.send('POST', '/Groups', sent)).body['schemas']).toEqual([GROUP_URN]);
  });

  /** What a create and a PUT have for outcome by a rule, and not by the RFC. */
  const bodies: readonly (readonly [string, JsonObject, JsonObject])[] = [
    ['draft-schema-urns', { schemas: ['urn:scim:schemas:core:1.0'], title: 'X' }, { title: 'X', schemas: [USER_URN] }],
    [
      'core-attribute-with-urn',
      { [USER_URN]: { title: 'X' }, [`${USER_URN}:nickName`]: 'N' },
      { title: 'X', nickName: 'N' },
    ],
    [
      'keys-are-paths',
      { 'name.givenName': 'A', [`${ENTERPRISE_URN}:department`]: 'D', 'emails[type eq "work"].value': 'w@x.example' },
      {
        name: { givenName: 'A' },
        [ENTERPRISE_URN]: { department: 'D' },
        emails: [{ value: 'w@x.example', type: 'work' }],
      },
    ],
  ];

  it.each(bodies)('%s, in a create and in a PUT', async (_rule, attributes, gives) => {
    const body = userBody(attributes);
    const created = await tenant.send('POST', '/Users', body);
    expect(created.status, created.text).toBe(201);
    expect(created.body).toMatchObject(gives);
    const replaced = await tenant.send('PUT', `/Users/${idOf(created.body)}`, body);
    expect([replaced.status, replaced.body]).toEqual([200, created.body]);
  });

  it('one attribute that is given twice, with different values, is refused', async () => {
    const body = userBody({ title: 'X', [USER_URN]: { title: 'Y' } });
    expectError(await tenant.send('POST', '/Users', body), '400 invalidSyntax');
  });

  it('nothing of it holds for the core URN of the other resource type, which is no extension', async () => {
    const user = await aUser(tenant, { [GROUP_URN]: { displayName: 'G' } });
    expect(Object.keys(user)).not.toContain(GROUP_URN);
  });

  it('a tenant that refuses unknown attributes gets 400 invalidPath for them, and is changed in nothing', async () => {
    const own = await server.createTenant();
    await server.running.tenancy.setSetting(own.id, 'unknown-attributes', 'refuse');
    const user = await aUser(own, BEFORE);
    expectError(await own.send('POST', '/Users', userBody({ favoriteColor: 'red' })), '400 invalidPath');
    const at = `/Users/${idOf(user)}`;
    expectError(await own.send('PUT', at, userBody({ emails: [{ value: 'x', hat: 'y' }] })), '400 invalidPath');
    const operations = [
      { op: 'replace', path: 'custom:country', value: 'NL' },
      { op: 'replace', value: { favoriteColor: 'red', title: 'X' } },
      { op: 'remove', path: 'favoriteColor' },
    ];
    for (const operation of operations) expectError(await own.send('PATCH', at, patchOf(operation)), '400 invalidPath');
    expect((await own.send('GET', at)).body).toEqual(user);
  });

  it('replace-members-adds, for a group of a tenant that is set so', async () => {
    const own = await server.createTenant();
    await server.running.tenancy.setSetting(own.id, 'group-replace-adds', 'true');
    const [first, second] = [await aUser(own), await aUser(own)];
    const group = await aGroup(own, [idOf(first)]);
    const path = `/Groups/${idOf(group)}?attributes=members.value`;
    const patch = patchOf({ op: 'replace', path: 'members', value: [{ value: idOf(second) }] });
    const { body } = await own.send('PATCH', path, patch);
    expect(body['members']).toEqual([{ value: idOf(first) }, { value: idOf(second) }]);
  });

  it('has a row here for each rule', () => {
    const others = ['named-members-removed', 'replace-members-adds'];
    const rules = [...users.map(([rule]) => rule), ...others];
    expect(ENTRA_RULES.map(({ name }) => name).sort()).toEqual(rules.sort());
  });

  it('a path that cannot be read is refused all the same', async () => {
    const user = await aUser(tenant, BEFORE);
    const patch = patchOf({ op: 'add', path: 'favorite "color', value: 'red' });
    expectError(await tenant.send('PATCH', `/Users/${idOf(user)}`, patch), '400 invalidPath');
  });
});
