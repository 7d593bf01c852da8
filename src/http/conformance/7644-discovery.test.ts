import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import {
  aUser,
  ENTERPRISE_URN,
  expectError,
  GROUP_URN,
  idOf,
  LIST_URN,
  patchOf,
  resourcesOf,
  textAt,
  USER_URN,
} from './conformance.fixture.js';

const CONFIG_URN = 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig';
const TYPE_URN = 'urn:ietf:params:scim:schemas:core:2.0:ResourceType';
const SCHEMA_URN = 'urn:ietf:params:scim:schemas:core:2.0:Schema';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

const get = async (path: string): Promise<JsonObject> => (await tenant.send('GET', path)).body;

/** The objects in an array member. */
function objectsIn(object: JsonObject, name: string): readonly JsonObject[] {
  const value = object[name];
  return isJsonArray(value) ? value.filter(isJsonObject) : [];
}

/** All attributes of all schemas, sub-attributes included. */
async function definitions(): Promise<readonly JsonObject[]> {
  const schemas = resourcesOf(await tenant.send('GET', '/Schemas'));
  const attributes = schemas.flatMap((schema) => objectsIn(schema, 'attributes'));
  return attributes.flatMap((attribute) => [attribute, ...objectsIn(attribute, 'subAttributes')]);
}

describe('RFC 7643 §5: the service provider configuration', () => {
  it('says what works, each part of it', async () => {
    const config = await get('/ServiceProviderConfig');
    expect(config['schemas']).toEqual([CONFIG_URN]);
    for (const name of ['patch', 'bulk', 'filter', 'changePassword', 'sort', 'etag']) {
      expect(config[name], name).toMatchObject({ supported: expect.any(Boolean) as unknown });
    }
    expect(config['bulk']).toMatchObject({
      maxOperations: expect.any(Number) as unknown,
      maxPayloadSize: expect.any(Number) as unknown,
    });
    expect(config['filter']).toMatchObject({ maxResults: 1_000 });
    expect(textAt(config, 'documentationUri')).toMatch(/^https:/u);
    expect(textAt(config, 'meta.location')).toBe('https://scim.flexwhere.example/scim/ServiceProviderConfig');
  });

  it('says how to authenticate', async () => {
    const [scheme] = objectsIn(await get('/ServiceProviderConfig'), 'authenticationSchemes');
    expect(scheme).toMatchObject({ type: 'oauthbearertoken' });
    for (const name of ['name', 'description', 'specUri', 'documentationUri']) expect(scheme?.[name]).toMatch(/\w/u);
  });

  it('is true: what it calls supported works', async () => {
    const user = await aUser(tenant);
    const config = await get('/ServiceProviderConfig');
    const path = `/Users/${idOf(user)}`;
    const works: Readonly<Record<string, () => Promise<boolean>>> = {
      patch: async () =>
        (await tenant.send('PATCH', path, patchOf({ op: 'add', path: 'title', value: 'X' }))).status === 200,
      filter: async () => (await tenant.send('GET', '/Users?filter=title%20pr')).body['totalResults'] === 1,
      sort: async () => (await tenant.send('GET', '/Users?sortBy=title')).status === 200,
      etag: async () => (await tenant.send('GET', path)).headers.etag !== undefined,
      bulk: async () => (await tenant.send('POST', '/Bulk', {})).status !== 404,
      changePassword: async () => false,
    };
    for (const [name, work] of Object.entries(works)) {
      expect(config[name], name).toMatchObject({ supported: await work() });
    }
  });

  it('counts as many results on a page as it says at most', async () => {
    const small = await startTestServer(sqliteStorage, { MAX_PAGE_SIZE: '3' });
    const other = await small.createTenant();
    const { body } = await other.send('GET', '/ServiceProviderConfig');
    expect(body['filter']).toMatchObject({ maxResults: 3 });
    await small.stop();
  });
});

describe('RFC 7643 §6: resource types', () => {
  it('are User and Group, with their endpoints and schemas', async () => {
    const types = resourcesOf(await tenant.send('GET', '/ResourceTypes'));
    expect(types).toMatchObject([
      {
        schemas: [TYPE_URN],
        id: 'User',
        name: 'User',
        endpoint: '/Users',
        schema: USER_URN,
        schemaExtensions: [{ schema: ENTERPRISE_URN, required: false }],
      },
      { schemas: [TYPE_URN], id: 'Group', name: 'Group', endpoint: '/Groups', schema: GROUP_URN },
    ]);
    for (const type of types) {
      expect(type['description']).toMatch(/\w/u);
      expect(await get(`/ResourceTypes/${textAt(type, 'id')}`)).toEqual(type);
      expect(textAt(type, 'meta.location')).toMatch(/\/scim\/ResourceTypes\/(?:User|Group)$/u);
    }
  });

  it('name schemas that there are, and endpoints that answer', async () => {
    for (const type of resourcesOf(await tenant.send('GET', '/ResourceTypes'))) {
      const urns = [textAt(type, 'schema'), ...objectsIn(type, 'schemaExtensions').map((one) => textAt(one, 'schema'))];
      for (const urn of urns) expect((await get(`/Schemas/${urn}`))['id']).toBe(urn);
      expect((await get(textAt(type, 'endpoint')))['schemas']).toEqual([LIST_URN]);
    }
  });
});

describe('RFC 7643 §7: schemas', () => {
  it('each have an id, a name and a description, in the list and alone', async () => {
    const schemas = resourcesOf(await tenant.send('GET', '/Schemas'));
    expect(schemas.map(idOf)).toEqual([USER_URN, ENTERPRISE_URN, GROUP_URN]);
    for (const schema of schemas) {
      expect(schema['schemas']).toEqual([SCHEMA_URN]);
      expect(schema).toMatchObject({
        name: expect.stringMatching(/\w/u) as unknown,
        description: expect.stringMatching(/\w/u) as unknown,
      });
      expect(await get(`/Schemas/${idOf(schema)}`)).toEqual(schema);
      expect((await get(`/Schemas/${idOf(schema).toUpperCase()}`))['id']).toBe(idOf(schema));
    }
  });

  it('define attributes by all their characteristics', async () => {
    const all = await definitions();
    expect(all.length).toBeGreaterThan(60);
    for (const attribute of all) {
      const name = textAt(attribute, 'name');
      expect(name).toMatch(/^[a-z$][\w$-]*$/iu);
      expect(['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex']).toContain(
        attribute['type'],
      );
      expect(['readOnly', 'readWrite', 'immutable', 'writeOnly']).toContain(attribute['mutability']);
      expect(['always', 'never', 'default', 'request']).toContain(attribute['returned']);
      expect(attribute['description']).toMatch(/\w/u);
      for (const flag of ['multiValued', 'required']) expect(typeof attribute[flag], name).toBe('boolean');
      if (attribute['type'] === 'string') {
        expect(typeof attribute['caseExact'], name).toBe('boolean');
        expect(['none', 'server', 'global']).toContain(attribute['uniqueness']);
      }
      if (attribute['type'] === 'reference') expect(attribute['referenceTypes'], name).not.toHaveLength(0);
      expect(Object.values(attribute)).not.toContain(null);
    }
  });

  it('have sub-attributes where they are complex, and these are not', async () => {
    const all = await definitions();
    for (const attribute of all) {
      const parts = objectsIn(attribute, 'subAttributes');
      expect(parts.length > 0, textAt(attribute, 'name')).toBe(attribute['type'] === 'complex');
      for (const part of parts) expect(part['type']).not.toBe('complex');
    }
  });

  it('define every attribute that a resource shows', async () => {
    const [user] = resourcesOf(await tenant.send('GET', '/Schemas'));
    const names = objectsIn(user ?? {}, 'attributes').map((attribute) => attribute['name']);
    const shown = await aUser(tenant, { title: 'X', emails: [{ value: 'a@x.example' }] });
    const common = ['schemas', 'id', 'externalId', 'meta'];
    for (const name of Object.keys(shown)) expect([...names, ...common]).toContain(name);
  });

  it('are not changed by anybody', async () => {
    expectError(await tenant.send('PUT', `/Schemas/${USER_URN}`, {}), '405');
    expectError(await tenant.send('DELETE', `/Schemas/${USER_URN}`), '405');
  });
});

describe('RFC 7644 §3.1: messages', () => {
  it('have schemas that /Schemas does not know', async () => {
    const list = await tenant.send('GET', '/Users');
    expect(textAt(list.body, 'schemas.0')).toMatch(/^urn:ietf:params:scim:api:/u);
    const known = resourcesOf(await tenant.send('GET', '/Schemas')).map(idOf);
    expect(known.filter((urn) => urn.startsWith('urn:ietf:params:scim:api:'))).toEqual([]);
    expectError(await tenant.send('GET', `/Schemas/${LIST_URN}`), '404');
  });
});

describe('RFC 7644 §4: discovery endpoints', () => {
  it.each(['/Schemas', '/ResourceTypes'])('%s is a ListResponse of all there are', async (path) => {
    const answer = await tenant.send('GET', path);
    const count = resourcesOf(answer).length;
    expect(answer.body).toMatchObject({ schemas: [LIST_URN], totalResults: count, startIndex: 1, itemsPerPage: count });
  });

  it.each(['/Schemas', '/ResourceTypes'])('%s ignores sorting, paging and projection', async (path) => {
    const plain = await get(path);
    expect(await get(`${path}?sortBy=name&sortOrder=descending&startIndex=2&count=1&attributes=name`)).toEqual(plain);
  });

  it.each(['/Schemas', `/Schemas/${USER_URN}`, '/ResourceTypes', '/ResourceTypes/User', '/ServiceProviderConfig'])(
    '%s refuses a filter',
    async (path) => {
      expectError(await tenant.send('GET', `${path}?filter=name%20eq%20%22User%22`), '403');
    },
  );
});
