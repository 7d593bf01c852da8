import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { type Answer, startTestServer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import {
  ATTRIBUTES,
  CONTOSO,
  CORE_USER,
  patchOf,
  register,
  sendSchemas,
  userWith,
} from './testing/tenant-schemas.fixture.js';

const extensionOf = ({ body }: Answer): JsonValue => body[CONTOSO] ?? null;

describe.each(storageKinds)('a schema of one tenant on $name', (kind) => {
  let server: TestServer;
  let tenant: TestTenant;
  let other: TestTenant;
  let count = 0;

  beforeAll(async () => {
    server = await startTestServer(kind);
    [tenant, other] = [await server.createTenant(), await server.createTenant()];
    expect((await register(server, tenant, ATTRIBUTES)).status).toBe(200);
  });
  afterAll(() => server.stop());

  const create = (extension: JsonObject, userName = `user ${(count += 1)}`): Promise<Answer> =>
    tenant.send('POST', '/Users', userWith(userName, extension));

  async function created(extension: JsonObject): Promise<string> {
    const { status, body } = await create(extension);
    expect(status).toBe(201);
    return `/Users/${String(body['id'])}`;
  }

  describe('RFC 7644 §3.9: projection', () => {
    const GIVEN = { badge: 'x', level: 1, desk: { floor: 1, side: 'n' }, hidden: 'h', asked: 'a', steady: 's' };
    const rows: readonly (readonly [string, JsonObject | undefined])[] = [
      ['', { badge: 'x', level: 1, desk: { floor: 1, side: 'n' }, steady: 's' }],
      [`?attributes=${CONTOSO}`, { badge: 'x', level: 1, desk: { floor: 1, side: 'n' }, asked: 'a', steady: 's' }],
      [`?attributes=${CONTOSO}:badge`, { badge: 'x', steady: 's' }],
      [`?attributes=${CONTOSO.toUpperCase()}:DESK.FLOOR,userName`, { desk: { floor: 1 }, steady: 's' }],
      [`?attributes=${CONTOSO}:asked`, { asked: 'a', steady: 's' }],
      [`?attributes=${CONTOSO}:hidden`, { steady: 's' }],
      ['?attributes=userName', { steady: 's' }],
      ['?attributes=badge', { steady: 's' }],
      [`?excludedAttributes=${CONTOSO}`, { steady: 's' }],
      [`?excludedAttributes=${CONTOSO}:badge,${CONTOSO}:desk.side`, { level: 1, desk: { floor: 1 }, steady: 's' }],
    ];
    it.each(rows)('%s returns %j', async (query, expected) => {
      const user = await created(GIVEN);
      expect(extensionOf(await tenant.send('GET', `${user}${query}`))).toEqual(expected ?? null);
      const listed = await tenant.send(
        'GET',
        `/Users${query === '' ? '?' : `${query}&`}filter=id%20eq%20%22${user.slice(7)}%22`,
      );
      expect(listed.body).toMatchObject({ Resources: [{ [CONTOSO]: expected }] });
    });

    it('holds in the answers to writes too', async () => {
      expect(extensionOf(await create(GIVEN))).not.toHaveProperty('hidden');
      expect(extensionOf(await create(GIVEN))).not.toHaveProperty('asked');
    });
  });

  describe('RFC 7644 §3.4.2: filters and sorting', () => {
    let company: TestTenant;
    beforeAll(async () => {
      company = await server.createTenant();
      await register(server, company, ATTRIBUTES);
      for (const [userName, extension] of [
        [
          'a',
          {
            badge: 'Alpha',
            code: 'Xy',
            level: 1,
            rate: 0.5,
            vip: true,
            hired: '2026-01-01T12:00:00Z',
            page: 'https://A',
            key: 'aGk=',
            doors: ['North', 'South'],
            levels: [1, 5],
            desk: { floor: 1, side: 'north' },
            phones: [
              { value: '1', type: 'work' },
              { value: '2', type: 'home' },
            ],
          },
        ],
        [
          'b',
          {
            badge: 'beta',
            code: 'xY',
            level: 2,
            rate: 1.5,
            vip: false,
            hired: '2026-01-01T14:00:00+01:00',
            page: 'https://b',
            key: 'aGkh',
            doors: ['East'],
            levels: [3],
            desk: { floor: 10, side: 'south' },
            phones: [{ value: '2', type: 'work' }],
          },
        ],
        ['c', { badge: 'gamma', code: 'z', level: 10, rate: -2, hired: '2025-12-31T23:59:59.999Z', hidden: 'h' }],
        ['d', undefined],
      ] as const) {
        const body = extension === undefined ? { schemas: [CORE_USER], userName } : userWith(userName, extension);
        expect((await company.send('POST', '/Users', body)).status).toBe(201);
      }
    });

    const found = async (query: string): Promise<string> => {
      const { body } = await company.send('GET', `/Users?${query}&attributes=userName`);
      const resources = body['Resources'];
      if (!isJsonArray(resources)) throw new Error(JSON.stringify(body));
      return resources.map((user) => (isJsonObject(user) ? user['userName'] : '')).join('');
    };

    const filters: readonly (readonly [string, string])[] = [
      ['badge eq "ALPHA"', 'a'],
      ['badge ne "alpha"', 'bcd'],
      ['badge co "M"', 'c'],
      ['badge sw "be"', 'b'],
      ['badge ew "A"', 'abc'],
      ['badge gt "beta"', 'c'],
      ['badge ge "beta"', 'bc'],
      ['badge lt "beta"', 'a'],
      ['badge le "beta"', 'ab'],
      ['badge pr', 'abc'],
      ['code eq "xY"', 'b'],
      ['code eq "XY"', ''],
      ['code gt "X"', 'abc'],
      ['level eq 2', 'b'],
      ['level ne 2', 'acd'],
      ['level gt 2', 'c'],
      ['level ge 2', 'bc'],
      ['level lt 2', 'a'],
      ['level le 2.5', 'ab'],
      ['level pr', 'abc'],
      ['rate eq 1.5', 'b'],
      ['rate gt -2', 'ab'],
      ['rate lt 0', 'c'],
      ['vip eq true', 'a'],
      ['vip eq false', 'b'],
      ['vip ne true', 'bcd'],
      ['vip pr', 'ab'],
      ['hired eq "2026-01-01T13:00:00.000Z"', 'b'],
      ['hired eq "2026-01-01T12:00:00+00:00"', 'a'],
      ['hired gt "2026-01-01T12:00:00Z"', 'b'],
      ['hired lt "2026-01-01T00:00:00Z"', 'c'],
      ['hired ge "2025-12-31T23:59:59.999Z"', 'abc'],
      ['hired le "2026-01-01T13:30:00+01:00"', 'ac'],
      ['page eq "https://A"', 'a'],
      ['page eq "https://a"', ''],
      ['page sw "https"', 'ab'],
      ['key eq "aGk="', 'a'],
      ['doors eq "south"', 'a'],
      ['doors ne "north"', 'abcd'],
      ['doors co "ST"', 'b'],
      ['doors pr', 'ab'],
      ['doors[value sw "n"]', 'a'],
      ['levels eq 3', 'b'],
      ['levels gt 4', 'a'],
      ['levels[value gt 1 and value lt 4]', 'b'],
      ['desk.floor eq 10', 'b'],
      ['desk.floor gt 1', 'b'],
      ['desk.side eq "NORTH"', 'a'],
      ['desk pr', 'ab'],
      ['desk[floor eq 1 and side sw "n"]', 'a'],
      ['phones.value eq "2"', 'ab'],
      ['phones[type eq "work" and value eq "2"]', 'b'],
      ['phones eq "1"', 'a'],
      ['given pr', ''],
    ];
    it.each(filters)('%s finds %s', async (filter, expected) => {
      expect(await found(`filter=${encodeURIComponent(`${CONTOSO}:${filter}`)}`)).toBe(expected);
      expect(await found(`filter=${encodeURIComponent(`not (${CONTOSO.toUpperCase()}:${filter})`)}`)).toBe(
        ['a', 'b', 'c', 'd'].filter((name) => !expected.includes(name)).join(''),
      );
    });

    it.each([
      'level eq "x"',
      'level co 1',
      'vip gt true',
      'hired eq "soon"',
      'key gt "a"',
      'hidden eq "h"',
      'hidden pr',
      'desk eq "x"',
    ])('%s is refused', async (filter) => {
      const { body } = await company.send('GET', `/Users?filter=${encodeURIComponent(`${CONTOSO}:${filter}`)}`);
      expect(body).toMatchObject({ status: '400', scimType: 'invalidFilter' });
    });

    it('without the URN a name is nobody’s', async () => {
      expect(await found(`filter=${encodeURIComponent('badge pr')}`)).toBe('');
    });

    it.each([
      ['badge', 'ascending', 'abcd'],
      ['badge', 'descending', 'dcba'],
      ['level', 'ascending', 'abcd'],
      ['rate', 'ascending', 'cabd'],
      ['hired', 'ascending', 'cabd'],
      ['hired', 'descending', 'dbac'],
      ['desk.floor', 'descending', 'dcba'],
      ['levels', 'ascending', 'abcd'],
    ])('sorts by %s %s: %s', async (name, order, expected) => {
      // Those without a value come last, and first when descending.
      expect(await found(`sortBy=${CONTOSO}:${name}&sortOrder=${order}`)).toBe(expected);
    });
  });

  describe('RFC 7644 §4: discovery', () => {
    it('lists the schema, and the resource type with it', async () => {
      const schemas = await tenant.send('GET', '/Schemas');
      expect(schemas.body).toMatchObject({ totalResults: 4 });
      expect(idsOf(schemas)).toContain(CONTOSO);
      const { body } = await tenant.send('GET', `/Schemas/${CONTOSO.toUpperCase()}`);
      expect(body).toMatchObject({ id: CONTOSO, meta: { resourceType: 'Schema' } });
      const [badge] = isJsonArray(body['attributes']) ? body['attributes'] : [];
      expect(badge).toEqual({
        name: 'badge',
        type: 'string',
        multiValued: false,
        description: 'The number on the badge.',
        required: false,
        caseExact: false,
        mutability: 'readWrite',
        returned: 'default',
        uniqueness: 'none',
      });
      expect((await tenant.send('GET', '/ResourceTypes/User')).text).toContain(CONTOSO);
      expect((await tenant.send('GET', '/ResourceTypes/Group')).text).not.toContain(CONTOSO);
    });

    it('shows other tenants nothing of it, and keeps what they send as sent', async () => {
      expect((await other.send('GET', '/Schemas')).body).toMatchObject({ totalResults: 3 });
      expect((await other.send('GET', `/Schemas/${CONTOSO}`)).status).toBe(404);
      expect((await other.send('GET', '/ResourceTypes')).text).not.toContain(CONTOSO);
      expect((await sendSchemas(server, other, 'GET', '')).body).toEqual({ schemas: [] });
      expect((await sendSchemas(server, other, 'GET', `/${CONTOSO}`)).status).toBe(404);
      const kept = await other.send('POST', '/Users', userWith('ann', { level: 'x', BADGE: 7 }));
      expect(kept.body).toMatchObject({ schemas: [CORE_USER], [CONTOSO]: { level: 'x', BADGE: 7 } });
      const filtered = await other.send('GET', `/Users?filter=${encodeURIComponent(`${CONTOSO}:level pr`)}`);
      expect(filtered.body).toMatchObject({ totalResults: 0 });
    });
  });

  it('groups can have schemas as well', async () => {
    const urn = 'urn:example:2.0:Group';
    expect(
      (await register(server, other, [{ name: 'floor', type: 'integer', uniqueness: 'server' }], { urn })).body,
    ).toMatchObject({ schema: { resourceType: 'Group' } });
    const group = (displayName: string, floor: JsonValue): Promise<Answer> =>
      other.send('POST', '/Groups', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group'],
        displayName,
        [urn]: { floor },
      });
    const made = await group('Wardens', 3);
    expect(made.body).toMatchObject({
      schemas: ['urn:ietf:params:scim:schemas:core:2.0:Group', urn],
      [urn]: { floor: 3 },
    });
    expect((await group('Others', 3)).body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    expect((await group('Third', 'x')).body).toMatchObject({ status: '400' });
    const path = `/Groups/${String(made.body['id'])}`;
    expect((await other.send('PATCH', path, patchOf({ op: 'replace', path: `${urn}:floor`, value: 4 }))).status).toBe(
      204,
    );
    expect((await other.send('GET', `/Groups?filter=${encodeURIComponent(`${urn}:floor eq 4`)}`)).body).toMatchObject({
      totalResults: 1,
    });
    expect((await other.send('GET', '/ResourceTypes/Group')).text).toContain(urn);
  });
});

function idsOf({ body }: Answer): readonly JsonValue[] {
  const resources = body['Resources'];
  return isJsonArray(resources)
    ? resources.map((resource) => (isJsonObject(resource) ? (resource['id'] ?? null) : null))
    : [];
}
