import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../protocol/json.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';
import {
  ATTRIBUTES,
  CONTOSO,
  CORE_USER,
  extensionOf,
  TYPES,
  patchOf,
  register,
  sendSchemas,
  userWith,
} from './testing/tenant-schemas.fixture.js';

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

  describe('RFC 7644 §3.3: create', () => {
    it.each(TYPES)('takes a value of %s', async (name, value) => {
      const answer = await create({ [name]: value });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({ schemas: [CORE_USER, CONTOSO], [CONTOSO]: { [name]: value } });
    });

    it.each(TYPES.flatMap(([name, , , wrong]) => wrong.map((value): [string, JsonValue] => [name, value])))(
      'refuses for %s %j',
      async (name, value) => {
        const answer = await create({ [name]: value });
        expect(answer.body).toMatchObject({ status: '400', scimType: 'invalidValue' });
        expect(String(answer.body['detail'])).toContain(`${CONTOSO}:${name}`);
      },
    );

    it('has no URN in schemas where nothing stands under it, though the client lists it', async () => {
      const answer = await tenant.send('POST', '/Users', {
        schemas: [CORE_USER, CONTOSO],
        userName: `user ${(count += 1)}`,
        [CONTOSO]: { badge: null, doors: [] },
      });
      expect(answer.body['schemas']).toEqual([CORE_USER]);
      expect(answer.body).not.toHaveProperty([CONTOSO]);
    });

    it('takes names and URN in any case', async () => {
      const answer = await tenant.send(
        'POST',
        '/Users',
        userWith(`user ${(count += 1)}`, { BADGE: 'x' }, CONTOSO.toUpperCase()),
      );
      expect(extensionOf(answer)).toEqual({ badge: 'x' });
    });

    it('ignores what is read-only, and keeps nothing of what is write-only', async () => {
      expect(extensionOf(await create({ badge: 'x', given: 'y', secret: 'z' }))).toEqual({ badge: 'x' });
    });

    it('keeps what the schema does not know as sent', async () => {
      expect(extensionOf(await create({ badge: 'x', hat: { a: ['b'] } }))).toEqual({ badge: 'x', hat: { a: ['b'] } });
    });
  });

  describe('what Entra sends', () => {
    it('is one value in an array, several in objects, booleans as words, without the URN in schemas', async () => {
      const answer = await create({
        badge: [{ value: 'B' }],
        doors: [{ value: '1' }, { value: '2' }],
        vip: 'True',
        levels: [{ value: 1 }],
      });
      expect(answer.status).toBe(201);
      expect(answer.body).toMatchObject({
        schemas: [CORE_USER, CONTOSO],
        [CONTOSO]: { badge: 'B', doors: ['1', '2'], vip: true, levels: [1] },
      });
    });

    it('is a PATCH with colon-joined keys and no path', async () => {
      const user = await created({ badge: 'old', level: 1 });
      const value = {
        [`${CONTOSO}:badge`]: 'new',
        [`${CONTOSO}:vip`]: true,
        [`${CONTOSO}:desk.floor`]: 4,
        'name.givenName': 'Ann',
      };
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'replace', value }));
      expect(answer.body).toMatchObject({ name: { givenName: 'Ann' } });
      expect(extensionOf(answer)).toEqual({ badge: 'new', level: 1, vip: true, desk: { floor: 4 } });
    });

    it('is an Add of several values, and the word False', async () => {
      const user = await created({ doors: ['1'], vip: true });
      const answer = await tenant.send(
        'PATCH',
        user,
        patchOf(
          { op: 'Add', path: `${CONTOSO}:doors`, value: [{ value: '1' }, { value: '2' }] },
          { op: 'Replace', path: `${CONTOSO}:vip`, value: 'False' },
        ),
      );
      expect(extensionOf(answer)).toEqual({ doors: ['1', '2'], vip: false });
    });

    it('is an object under the URN as a key', async () => {
      const user = await created({ badge: 'old', level: 1 });
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'add', value: { [CONTOSO]: { badge: 'new' } } }));
      expect(extensionOf(answer)).toEqual({ badge: 'new', level: 1 });
    });

    it('means nothing of the schema where it leaves out the URN', async () => {
      const user = await created({ badge: 'old' });
      const answer = await tenant.send('PATCH', user, patchOf({ op: 'replace', path: 'badge', value: 'new' }));
      expect(answer.status).toBe(200);
      expect(extensionOf(answer)).toEqual({ badge: 'old' });
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
