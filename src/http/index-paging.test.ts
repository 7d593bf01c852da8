import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { address, searchFor, stageGroup, stageUser, valuesOf } from './testing/lists.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';

type Parameters = Readonly<Record<string, string | number>>;

const LIMITS = { DEFAULT_PAGE_SIZE: '3', MAX_PAGE_SIZE: '4' };
const NAMES = ['a', 'b', 'c', 'd', 'e'];

describe.each(storageKinds)('RFC 7644 §3.4.2.4: paging by index on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  const list = (parameters: Parameters) => tenant.send('GET', address('/Users', parameters));

  beforeAll(async () => {
    server = await startTestServer(kind, LIMITS);
    tenant = await server.createTenant();
    for (const name of NAMES) await stageUser(tenant, name);
    await stageGroup(tenant, 'g');
  });
  afterAll(() => server.stop());

  const pages: readonly [Parameters, number, string][] = [
    [{}, 1, 'abc'],
    [{ startIndex: 1, count: 2 }, 1, 'ab'],
    [{ startIndex: 3, count: 2 }, 3, 'cd'],
    [{ startIndex: 5, count: 2 }, 5, 'e'],
    [{ startIndex: 4 }, 4, 'de'],
    // a value of less than 1 is interpreted as 1
    [{ startIndex: 0 }, 1, 'abc'],
    [{ startIndex: -7, count: 1 }, 1, 'a'],
    // a negative count is interpreted as 0, and 0 returns but totalResults
    [{ count: 0 }, 1, ''],
    [{ count: -1 }, 1, ''],
    [{ count: -1e15 }, 1, ''],
    [{ startIndex: 3, count: 0 }, 3, ''],
    // fewer may be returned than were asked for
    [{ count: 5 }, 1, 'abcd'],
    [{ count: 1e15 }, 1, 'abcd'],
    // behind the end there is nothing
    [{ startIndex: 6 }, 6, ''],
    [{ startIndex: 2_147_483_648 }, 2_147_483_648, ''],
    [{ startIndex: 1e15, count: 1e15 }, 1e15, ''],
  ];
  it.each(pages)('%j', async (parameters, startIndex, names) => {
    const answer = await list({ ...parameters, sortBy: 'userName' });
    expect(answer.body).toMatchObject({ totalResults: 5, startIndex, itemsPerPage: names.length });
    expect(valuesOf(answer, 'userName').join('')).toBe(names);
    expect(answer.body).not.toHaveProperty('nextCursor');
    const searched = await tenant.send('POST', '/Users/.search', searchFor({ ...parameters, sortBy: 'userName' }));
    expect(searched.text).toBe(answer.text);
  });

  it.each([
    ...[
      '9007199254740991',
      '9007199254740993',
      '9223372036854775807',
      '18446744073709551616',
      '1e18',
      '1e300',
      '1e400',
    ],
    ...['-9223372036854775809', '-1e400'],
  ])('a place in the list such as %s is no fault of ours', async (number) => {
    for (const path of [`/Users?startIndex=${number}`, `/Users?count=${number}`, `/Groups?startIndex=${number}`]) {
      const answer = await tenant.send('GET', path);
      expect(answer.status, answer.text).toBe(200);
      expect(answer.body['totalResults']).toBe(path.startsWith('/Users') ? 5 : 1);
    }
    for (const path of ['/Users/.search', '/Groups/.search', '/.search']) {
      const body = JSON.stringify(searchFor({})).replace('{', `{"startIndex":${number},`);
      const answer = await tenant.send('POST', path, body);
      expect([200, 400]).toContain(answer.status);
    }
  });

  it.each(['x', '1.5', '', '1;2', 'NaN'])('a place in the list is no %j', async (number) => {
    for (const name of ['startIndex', 'count']) {
      const answer = await list({ [name]: number });
      expect([answer.status, answer.body['scimType']]).toEqual([400, 'invalidValue']);
    }
  });

  const totals: readonly [Parameters, number, string][] = [
    [{ filter: 'userName ge "b"' }, 4, 'bcd'],
    [{ filter: 'userName ge "b"', startIndex: 4 }, 4, 'e'],
    [{ filter: 'userName ge "b"', startIndex: 5 }, 4, ''],
    [{ filter: 'userName ge "b"', count: 0 }, 4, ''],
    [{ filter: 'userName eq "b"', startIndex: 2 }, 1, ''],
    [{ filter: 'userName eq "nobody"' }, 0, ''],
    [{ filter: 'nobodyKnows eq "b"' }, 0, ''],
    [{ filter: 'nobodyKnows ne "b"', count: 1 }, 5, 'a'],
    [{ filter: 'meta.resourceType eq "User"', count: 1 }, 5, 'a'],
    [{ filter: 'meta.resourceType eq "Group"' }, 0, ''],
  ];
  it.each(totals)('the total of %j is %i', async (parameters, total, names) => {
    const answer = await list({ ...parameters, sortBy: 'userName' });
    expect(answer.body['totalResults']).toBe(total);
    expect(valuesOf(answer, 'userName').join('')).toBe(names);
  });
});
