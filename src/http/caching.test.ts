import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { readDocument } from './documents.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

interface Described {
  readonly method: string;
  readonly path: string;
}

function operationsOf(name: 'scim' | 'admin', base: string): readonly Described[] {
  return Object.entries(readDocument(name).definition.paths ?? {}).flatMap(([path, item]) =>
    Object.keys(item ?? {})
      .filter((key) => METHODS.includes(key))
      .map((method) => ({ method: method.toUpperCase(), path: base + path })),
  );
}

let server: TestServer;
let tenant: TestTenant;
let ids: { readonly User: string; readonly Group: string };

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
  const user = await tenant.send('POST', '/Users', { schemas: [USER], userName: 'tamsin' });
  const group = await tenant.send('POST', '/Groups', { schemas: [GROUP], displayName: 'Wardens' });
  ids = { User: String(user.body['id']), Group: String(group.body['id']) };
});
afterAll(() => server.stop());

const filled = (path: string): string =>
  path
    .replace('/Users/{id}', `/Users/${ids.User}`)
    .replace('/Groups/{id}', `/Groups/${ids.Group}`)
    .replace('/ResourceTypes/{id}', '/ResourceTypes/User')
    .replace('/Schemas/{id}', `/Schemas/${USER}`)
    .replace('{tenantId}', tenant.id)
    .replaceAll(/\{\w+\}/gu, 'x');

/** What is not to be kept is not, and what may be kept is asked for again each time. */
function expectNoCopies({ headers }: Answer): void {
  expect(headers['cache-control']).toBe(headers.etag === undefined ? 'no-store' : 'private, no-cache');
}

describe('no cache keeps people or errors', () => {
  const operations = [...operationsOf('scim', '/scim'), ...operationsOf('admin', '/admin/api')];

  it('walks a number of operations that is not small', () => {
    expect(operations.length).toBeGreaterThan(40);
  });

  it.each(operations)('$method $path', async ({ method, path }) => {
    const target = filled(path);
    const token = path.startsWith('/scim') ? tenant.token : server.adminToken;
    if (method !== 'DELETE') expectNoCopies(await server.send({ method, path: target, token }));
    expectNoCopies(await server.send({ method, path: target, token: 'wrong' }));
  });

  it('a user who is read and one who is created offer a version to ask by, except to a browser with a token', async () => {
    const [read, created, browsed] = [
      await tenant.send('GET', `/Users/${ids.User}`),
      await tenant.send('POST', '/Users', { schemas: [USER], userName: 'odile' }),
      await server.send({ path: `/scim/Users/${ids.User}?access_token=${tenant.token}` }),
    ];
    expect([read, created, browsed].map(({ headers }) => headers['cache-control'])).toEqual([
      'private, no-cache',
      'private, no-cache',
      'no-store',
    ]);
    const again = await tenant.send('GET', `/Users/${ids.User}`, undefined, {
      'If-None-Match': String(read.headers.etag),
    });
    expect([again.status, again.headers['cache-control']]).toEqual([304, 'private, no-cache']);
  });

  it('addresses that are none', async () => {
    for (const path of ['/', '/scim/v2/Users', '/admin/api/nothing', '/metrics']) {
      expect((await server.send({ path })).headers['cache-control']).toBe('no-store');
    }
  });
});
