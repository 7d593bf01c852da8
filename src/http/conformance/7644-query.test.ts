import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aGroup,
  aUser,
  ENTERPRISE_URN,
  expectError,
  idOf,
  LIST_URN,
  namesOf,
  query,
  resourcesOf,
  textAt,
  USER_URN,
} from './conformance.fixture.js';

const ADA: JsonObject = {
  userName: 'ada@contoso.example',
  externalId: 'Ext-1',
  displayName: 'Ada Lovelace',
  name: { givenName: 'Ada', familyName: "O'Malley" },
  title: 'Tour Guide',
  userType: 'Employee',
  emails: [
    { value: 'ada@work.example', type: 'work', primary: true },
    { value: 'ada@home.example', type: 'home' },
  ],
  x509Certificates: [{ value: 'TUlJQw==' }],
  [ENTERPRISE_URN]: { department: 'Sales', costCenter: '10' },
};
const BOB: JsonObject = {
  userName: 'Bob@contoso.example',
  externalId: 'ext-1',
  displayName: 'Bob',
  userType: 'Intern',
  active: false,
  emails: [{ value: 'bob@home.example', type: 'home' }],
};
const CYD: JsonObject = { userName: 'cyd', displayName: 'say "hi"\\', title: 'a%_', nickName: '', externalId: '' };

const [ada, bob, cyd] = ['ada@contoso.example', 'Bob@contoso.example', 'cyd'];

/** A filter and who of the three it finds. */
type Found = readonly [filter: string, names: readonly string[]];

const OPERATORS: readonly Found[] = [
  ['userName eq "ada@contoso.example"', [ada]],
  ['userName ne "ada@contoso.example"', [bob, cyd]],
  ['userName co "contoso"', [ada, bob]],
  ['userName co "nobody"', []],
  ['userName sw "bob"', [bob]],
  ['userName sw "ob"', []],
  ['userName ew ".example"', [ada, bob]],
  ['userName ew ".exampl"', []],
  ['title pr', [ada, cyd]],
  ['nickName eq ""', [cyd]],
  ['externalId eq ""', [cyd]],
  ['externalId pr and userName eq "cyd"', []],
  ['nickName pr and userName eq "cyd"', []],
  ['name pr', [ada]],
  ['emails pr', [ada, bob]],
  ['userName gt "bob@contoso.example"', [cyd]],
  ['userName ge "bob@contoso.example"', [bob, cyd]],
  ['userName lt "bob@contoso.example"', [ada]],
  ['userName le "bob@contoso.example"', [ada, bob]],
  ['meta.created gt "2001-01-01T00:00:00Z"', [ada, bob, cyd]],
  ['meta.created lt "2001-01-01T00:00:00Z"', []],
  ['meta.lastModified ge "2011-05-13T04:42:34Z"', [ada, bob, cyd]],
  ['meta.lastModified le "2011-05-13T06:42:34+02:00"', []],
  ['active eq false', [bob]],
  ['active ne false', [ada, cyd]],
  ['nickName eq null', [ada, bob, cyd]],
  ['title eq null', [bob]],
  ['title ne null', [ada, cyd]],
];

const CASE: readonly Found[] = [
  ['USERNAME EQ "ADA@CONTOSO.EXAMPLE"', [ada]],
  ['Username Eq "ada@contoso.example"', [ada]],
  ['externalId eq "Ext-1"', [ada]],
  ['externalId eq "ext-1"', [bob]],
  ['externalId sw "EXT"', []],
  ['title PR AND NOT (userType Eq "Intern")', [ada, cyd]],
  ['displayName eq "ADA LOVELACE"', [ada]],
];

const LOGIC: readonly Found[] = [
  ['title pr and userType eq "Employee"', [ada]],
  ['title pr or userType eq "Intern"', [ada, bob, cyd]],
  ['not (title pr)', [bob]],
  ['not (title pr) and userType eq "Intern" or userName eq "cyd"', [bob, cyd]],
  ['userName eq "cyd" or userType eq "Intern" and title pr', [cyd]],
  ['(userName eq "cyd" or userType eq "Intern") and title pr', [cyd]],
  ['(userName eq "cyd" or userType eq "Intern") and active eq false', [bob]],
  ['not (userName eq "cyd" or userType eq "Intern")', [ada]],
  ['userType ne "Employee" and not (emails co "home.example" or emails.value co "work.example")', [cyd]],
];

const MULTIVALUED: readonly Found[] = [
  ['emails eq "ada@home.example"', [ada]],
  ['emails.value co "home.example"', [ada, bob]],
  ['emails.type eq "work"', [ada]],
  ['emails[type eq "work" and value co "work.example"]', [ada]],
  ['emails[type eq "work" and value co "home.example"]', []],
  ['emails[type eq "work" or value co "home.example"]', [ada, bob]],
  ['emails[not (type eq "work")]', [ada, bob]],
  ['emails[type eq "home" and not (primary eq true)]', [ada, bob]],
  ['emails[type eq "work"].value eq "ada@work.example"', [ada]],
  ['emails[type eq "home"].value eq "ada@work.example"', []],
  ['emails[type eq "home"] or userName eq "cyd"', [ada, bob, cyd]],
];

const PATHS: readonly Found[] = [
  ['name.familyName co "O\'Malley"', [ada]],
  [`${USER_URN}:userName sw "A"`, [ada]],
  [`${USER_URN}:name.givenName eq "Ada"`, [ada]],
  [`${ENTERPRISE_URN}:department eq "sales"`, [ada]],
  [`${ENTERPRISE_URN.toUpperCase()}:Department eq "sales"`, [ada]],
  [`schemas eq "${ENTERPRISE_URN}"`, [ada]],
  ['meta.resourceType eq "User"', [ada, bob, cyd]],
  ['meta.resourceType eq "Group"', []],
];

const UNKNOWN: readonly Found[] = [
  ['color eq "red"', []],
  ['color pr', []],
  ['not (color pr) and userName eq "cyd"', [cyd]],
  ['emails[color eq "red"]', []],
  ['urn:example:2.0:User:color eq "red"', []],
  ['members.value eq "x"', []],
];

const STRINGS: readonly Found[] = [
  ['displayName eq "say \\"hi\\"\\\\"', [cyd]],
  ['displayName eq "\\u0042ob"', [bob]],
  ['title eq "a%_"', [cyd]],
  ['title co "%"', [cyd]],
  ['title sw "_"', []],
];

const REFUSED: readonly string[] = [
  '',
  ' ',
  'userName',
  'eq "x"',
  'userName eq',
  'userName eq x',
  "userName eq 'x'",
  'userName regex "x"',
  'userName eq "x" and',
  'userName eq "x" xor title pr',
  '(userName eq "x"',
  'userName eq "x")',
  'not userName eq "x"',
  'emails[type eq "work"',
  'emails[type eq "work" and]',
  'emails[]',
  'userName[value eq "x"]',
  'userName eq "x',
  'userName eq "\\x"',
  '1userName eq "x"',
  'name.givenName.first eq "x"',
  'emails.value.domain eq "x"',
  'name eq "x"',
  'active gt true',
  'active le false',
  'x509Certificates.value gt "TUlJ"',
  'active eq "yes"',
  'userName eq 5',
  'meta.created gt "yesterday"',
];

describe.each(storageKinds)('on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  const find = (filter: string, path = '/Users'): Promise<Answer> => tenant.send('GET', query(path, { filter }));

  async function expectFound(filter: string, names: readonly string[]): Promise<void> {
    const answer = await find(filter);
    expect(answer.status, answer.text).toBe(200);
    expect(namesOf(answer)).toEqual(names);
    expect(answer.body['totalResults']).toBe(names.length);
  }

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
    for (const attributes of [ADA, BOB, CYD]) await aUser(tenant, attributes);
  });
  afterAll(() => server.stop());

  describe('RFC 7644 §3.4.2: query responses', () => {
    it('are ListResponses with the number of all results', async () => {
      const { body } = await tenant.send('GET', '/Users');
      expect(body).toMatchObject({ schemas: [LIST_URN], totalResults: 3 });
      expect(body['Resources']).toHaveLength(3);
    });

    it('are 200 when nothing matches', async () => {
      const { status, body } = await find('userName eq "nobody"');
      expect([status, body['totalResults'], body['Resources']]).toEqual([200, 0, []]);
    });

    it('ignore query parameters that nobody knows', async () => {
      const known = await tenant.send('GET', '/Users');
      const unknown = await tenant.send('GET', '/Users?aadOptscim062020=&color=red&%24top=1');
      expect(unknown.body).toEqual(known.body);
    });
  });

  describe('RFC 7644 §3.4.2.2, table 3: attribute operators', () => {
    it.each(OPERATORS)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2: case', () => {
    it.each(CASE)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2, table 4: logical operators and their precedence', () => {
    it.each(LOGIC)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2, table 5: multi-valued attributes and value paths', () => {
    it.each(MULTIVALUED)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2, figure 1: attribute paths', () => {
    it.each(PATHS)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.1: attributes that the resource type does not have', () => {
    it.each(UNKNOWN)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2, figure 1: strings as in JSON', () => {
    it.each(STRINGS)('%s', expectFound);
  });
  describe('RFC 7644 §3.4.2.2: what cannot be read or compared', () => {
    it.each(REFUSED)('%s is refused', async (filter) => {
      expectError(await find(filter), '400 invalidFilter');
    });
  });

  describe('RFC 7644 §3.4.2.2: references', () => {
    it('members, groups and managers are found by id', async () => {
      const boss = await aUser(tenant, { userName: 'zz-boss' });
      const user = await aUser(tenant, { userName: 'zz-user', [ENTERPRISE_URN]: { manager: { value: idOf(boss) } } });
      const group = await aGroup(tenant, [idOf(user)]);
      const filters: readonly (readonly [string, string, JsonObject])[] = [
        ['/Users', `${ENTERPRISE_URN}:manager.value eq "${idOf(boss)}"`, user],
        ['/Users', `groups.value eq "${idOf(group)}"`, user],
        ['/Groups', `members.value eq "${idOf(user)}"`, group],
        ['/Groups', `members[value eq "${idOf(user)}" and type eq "User"]`, group],
        ['/Groups', `displayName eq "${textAt(group, 'displayName').toUpperCase()}"`, group],
        ['/Users', `id eq "${idOf(user)}"`, user],
      ];
      for (const [path, filter, found] of filters) {
        expect(resourcesOf(await find(filter, path)).map(idOf), filter).toEqual([idOf(found)]);
      }
    });
  });
});
