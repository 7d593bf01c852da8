import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { CONTOSO, CORE_USER, patchOf, register, sendSchemas, userWith } from '../testing/tenant-schemas.fixture.js';

const BADGE: JsonObject = { name: 'badge', uniqueness: 'server' };
const LEVEL: JsonObject = { name: 'level', type: 'integer' };

describe.each(storageKinds)("the admin API of tenants' schemas on $name", (kind) => {
  let server: TestServer;
  let tenant: TestTenant;

  beforeAll(async () => {
    server = await startTestServer(kind);
  });
  afterAll(() => server.stop());
  beforeEach(async () => {
    tenant = await server.createTenant();
  });

  it('registers, shows, lists and removes a schema, by its URN in any case', async () => {
    const registered = await register(server, tenant, [BADGE, LEVEL]);
    expect(registered.status).toBe(200);
    expect(registered.body).toMatchObject({
      schema: { id: CONTOSO, resourceType: 'User' },
      state: 'active',
      resources: 0,
      droppedCount: 0,
      dropped: [],
    });
    const shown = await sendSchemas(server, tenant, 'GET', `/${encodeURIComponent(CONTOSO.toUpperCase())}`);
    expect(shown.body).toEqual({ schema: registered.body['schema'], state: 'active', resources: 0 });
    expect((await sendSchemas(server, tenant, 'GET', '')).body).toEqual({ schemas: [shown.body] });
    expect((await sendSchemas(server, tenant, 'DELETE', `/${CONTOSO}`)).status).toBe(204);
    expect((await sendSchemas(server, tenant, 'DELETE', `/${CONTOSO}`)).status).toBe(404);
    expect((await sendSchemas(server, tenant, 'GET', '')).body).toEqual({ schemas: [] });
  });

  it('takes its own answer, and that of /Schemas, as a definition', async () => {
    const { body } = await register(server, tenant, [{ ...BADGE, description: 'D' }, LEVEL]);
    const schema = isJsonObject(body['schema']) ? body['schema'] : {};
    expect((await sendSchemas(server, tenant, 'PUT', `/${CONTOSO}`, schema)).body).toMatchObject({ schema });
    const published = await tenant.send('GET', `/Schemas/${CONTOSO}`);
    expect((await sendSchemas(server, tenant, 'PUT', `/${CONTOSO}`, published.body)).body).toMatchObject({ schema });
  });

  it.each([
    ['no attributes', {}, 'invalidValue'],
    ['an attribute that cannot be', { attributes: [{ name: '1' }] }, 'invalidValue'],
    ['a field that does not exist', { attributes: [{ name: 'a', color: 'x' }] }, 'invalidSyntax'],
    ['another id', { id: 'urn:example:x', attributes: [LEVEL] }, 'invalidValue'],
    ['unique globally', { attributes: [{ name: 'a', uniqueness: 'global' }] }, 'invalidValue'],
  ])('refuses %s', async (_, definition, scimType) => {
    const { body } = await sendSchemas(server, tenant, 'PUT', `/${CONTOSO}`, definition);
    expect(body).toMatchObject({ status: '400', scimType });
  });

  it.each([
    CORE_USER,
    'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User',
    'urn:ietf:params:scim:x',
    'nothing',
  ])('refuses the URN %s', async (urn) => {
    expect((await register(server, tenant, [LEVEL], { urn })).body).toMatchObject({
      status: '400',
      scimType: 'invalidValue',
    });
  });

  it('refuses a URN within that of another schema', async () => {
    await register(server, tenant, [LEVEL]);
    expect((await register(server, tenant, [LEVEL], { urn: `${CONTOSO}:more` })).body).toMatchObject({ status: '400' });
  });

  it('refuses a 51st schema', async () => {
    for (let n = 1; n <= 50; n += 1)
      expect((await register(server, tenant, [LEVEL], { urn: `urn:example:${n}:User` })).status).toBe(200);
    expect((await register(server, tenant, [LEVEL], { urn: 'urn:example:51:User' })).body).toMatchObject({
      status: '409',
    });
    expect((await tenant.send('GET', '/Schemas')).body).toMatchObject({ totalResults: 53 });
  }, 60_000);

  it('lists staged values that do not fit, and discards them on request', async () => {
    await tenant.send('POST', '/Users', userWith('ann', { level: 'x' }));
    const refused = await register(server, tenant, [LEVEL]);
    expect(refused.body).toMatchObject({
      status: '409',
      offenderCount: 1,
      offenders: [{ resourceType: 'User', attribute: `${CONTOSO}:level` }],
    });
    const dropped = await register(server, tenant, [LEVEL], { dropInvalid: true });
    expect(dropped.body).toMatchObject({
      state: 'active',
      resources: 0,
      droppedCount: 1,
      dropped: refused.body['offenders'],
    });
  });

  it('never changes a type in place, and adds attributes', async () => {
    await register(server, tenant, [LEVEL]);
    const { body } = await register(server, tenant, [{ ...LEVEL, type: 'string' }]);
    expect(body).toMatchObject({ status: '409' });
    expect(String(body['detail'])).toContain('"type" of the attribute "level"');
    expect((await register(server, tenant, [BADGE])).body).toMatchObject({ status: '409' });
    expect((await register(server, tenant, [LEVEL, BADGE])).status).toBe(200);
    expect((await tenant.send('POST', '/Users', userWith('ann', { level: 1, badge: 'A' }))).status).toBe(201);
  });

  it('removes a schema when no resource has values of it any more, and says how many have', async () => {
    await register(server, tenant, [LEVEL]);
    const paths: string[] = [];
    for (const name of ['ann', 'bob']) {
      paths.push(
        `/Users/${String((await tenant.send('POST', '/Users', userWith(name, { level: 1, hat: 1 }))).body['id'])}`,
      );
    }
    const refused = await sendSchemas(server, tenant, 'DELETE', `/${CONTOSO}`);
    expect(refused.body).toMatchObject({ status: '409' });
    expect(String(refused.body['detail'])).toContain('2 users have values');
    await tenant.send('DELETE', paths[0] ?? '');
    await tenant.send('PATCH', paths[1] ?? '', patchOf({ op: 'remove', path: `${CONTOSO}:level` }));
    expect((await sendSchemas(server, tenant, 'DELETE', `/${CONTOSO}`)).status).toBe(409);
    await tenant.send('PATCH', paths[1] ?? '', patchOf({ op: 'remove', path: `${CONTOSO}:hat` }));
    expect((await sendSchemas(server, tenant, 'DELETE', `/${CONTOSO}`)).status).toBe(204);
    expect((await tenant.send('GET', `/Schemas/${CONTOSO}`)).status).toBe(404);
    const kept = await tenant.send('POST', '/Users', userWith('cleo', { level: 'x' }));
    expect(kept.body).toMatchObject({ schemas: [CORE_USER], [CONTOSO]: { level: 'x' } });
  });

  it('gives a unique value to one of 50 creates at the same time', async () => {
    await register(server, tenant, [BADGE]);
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        tenant.send('POST', '/Users', userWith(`user ${n}`, { badge: n % 2 ? 'A' : 'a' })),
      ),
    );
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    const conflicts = answers.filter(({ status }) => status === 409);
    expect(conflicts).toHaveLength(49);
    for (const { body } of conflicts) {
      expect(body).toMatchObject({ scimType: 'uniqueness' });
      expect(String(body['detail'])).toContain(`${CONTOSO}:badge`);
    }
    expect((await tenant.send('GET', '/Users')).body).toMatchObject({ totalResults: 1 });
  });

  it('refuses a unique value in PUT and PATCH too, and changes nothing', async () => {
    await register(server, tenant, [BADGE, LEVEL]);
    await tenant.send('POST', '/Users', userWith('ann', { badge: 'A' }));
    const bob = `/Users/${String((await tenant.send('POST', '/Users', userWith('bob', { badge: 'B' }))).body['id'])}`;
    for (const refused of [
      await tenant.send(
        'PATCH',
        bob,
        patchOf(
          { op: 'replace', path: `${CONTOSO}:level`, value: 7 },
          { op: 'replace', path: `${CONTOSO}:badge`, value: 'a' },
        ),
      ),
      await tenant.send('PUT', bob, userWith('bob', { badge: 'a', level: 7 })),
    ]) {
      expect(refused.body).toMatchObject({ status: '409', scimType: 'uniqueness' });
    }
    const found = await tenant.send('GET', `/Users?filter=${encodeURIComponent(`${CONTOSO}:badge eq "b"`)}`);
    const [user] = isJsonArray(found.body['Resources']) ? found.body['Resources'] : [];
    expect(user).toMatchObject({ userName: 'bob', [CONTOSO]: { badge: 'B' }, meta: { version: 'W/"1"' } });
    expect(
      (await tenant.send('PATCH', bob, patchOf({ op: 'replace', path: `${CONTOSO}:badge`, value: 'b' }))).status,
    ).toBe(200);
  });

  it('is for the operator alone, and for tenants that exist', async () => {
    const path = `/admin/api/tenants/${tenant.id}/schemas`;
    for (const [method, at] of [
      ['GET', path],
      ['GET', `${path}/${CONTOSO}`],
      ['PUT', `${path}/${CONTOSO}`],
      ['DELETE', `${path}/${CONTOSO}`],
    ] as const) {
      expect((await server.send({ method, path: at, token: tenant.token })).status).toBe(401);
      expect((await server.send({ method, path: at })).status).toBe(401);
    }
    const nobody = { ...tenant, id: '01890000-0000-7000-8000-000000000000' };
    expect((await sendSchemas(server, nobody, 'GET', '')).status).toBe(404);
    expect((await register(server, nobody, [LEVEL])).status).toBe(404);
    expect((await sendSchemas(server, nobody, 'DELETE', `/${CONTOSO}`)).status).toBe(404);
  });
});
