import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { aUser, ENTERPRISE_URN, expectError, namesOf, query, USER_URN } from './conformance.fixture.js';

/** Created in this order. */
const USERS: readonly JsonObject[] = [
  {
    userName: 'one',
    externalId: 'b',
    displayName: 'charlie',
    name: { givenName: 'Y' },
    active: true,
    emails: [{ value: 'z@x.example' }, { value: 'a@x.example', primary: true }],
    [ENTERPRISE_URN]: { department: 'B' },
  },
  {
    userName: 'two',
    externalId: 'A',
    displayName: 'Bravo',
    active: false,
    emails: [{ value: 'm@x.example' }, { value: 'b@x.example' }],
    [ENTERPRISE_URN]: { department: 'A' },
  },
  { userName: 'Three', displayName: 'alpha', name: { givenName: 'X' }, externalId: 'a', active: true },
];
const [one, two, three] = ['one', 'two', 'Three'];

type Sorted = readonly [sortBy: string, ascending: readonly string[]];

const ORDERS: readonly Sorted[] = [
  ['displayName', [three, two, one]],
  ['DISPLAYNAME', [three, two, one]],
  ['userName', [one, three, two]],
  [`${USER_URN}:userName`, [one, three, two]],
  ['externalId', [two, three, one]],
  ['name.givenName', [three, one, two]],
  ['emails.value', [one, two, three]],
  ['emails', [one, two, three]],
  [`${ENTERPRISE_URN}:department`, [two, one, three]],
  ['meta.created', [one, two, three]],
  ['id', [one, two, three]],
];

describe.each(storageKinds)('on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind);
    tenant = await server.createTenant();
    for (const attributes of USERS) await aUser(tenant, attributes);
  });
  afterAll(() => server.stop());

  const sorted = async (parameters: Readonly<Record<string, string>>) => {
    const answer = await tenant.send('GET', query('/Users', parameters));
    expect(answer.status, answer.text).toBe(200);
    return namesOf(answer);
  };

  describe('RFC 7644 §3.4.2.3: sorting', () => {
    it.each(ORDERS)('by %s, ascending unless told', async (sortBy, ascending) => {
      expect(await sorted({ sortBy })).toEqual(ascending);
      expect(await sorted({ sortBy, sortOrder: 'ascending' })).toEqual(ascending);
    });
    it.each(ORDERS)('by %s, descending', async (sortBy, ascending) => {
      expect(await sorted({ sortBy, sortOrder: 'descending' })).toEqual([...ascending].reverse());
    });
    it('by active, a boolean', async () => {
      expect((await sorted({ sortBy: 'active' }))[0]).toBe(two);
    });
    it('together with a filter and a page', async () => {
      const parameters = { filter: 'active eq true', sortBy: 'displayName', startIndex: '2', count: '1' };
      expect(await sorted(parameters)).toEqual([one]);
    });
    it.each([
      ['a complex attribute', { sortBy: 'name' }],
      ['a direction that there is not', { sortBy: 'userName', sortOrder: 'sideways' }],
    ])('by %s is refused', async (_what, parameters) => {
      expectError(await tenant.send('GET', query('/Users', parameters)), '400 invalidValue');
    });
  });
});
