import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openServices, type Services } from '../compose.js';
import { readConfig } from '../config.js';
import { GROUP, USER } from '../protocol/schemas/resource-types.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const PATCH = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const NOBODY = '/Users/0198c5a2-007a-7121-8000-000000000000';

describe.each(storageKinds)('a secret token that a server remembers, on $name', (kind) => {
  let server: TestServer;
  /** What another process has: the command line, or a second server. */
  let elsewhere: Services;
  let tenant: TestTenant;
  let user: string;
  let group: string;

  beforeAll(async () => {
    server = await startTestServer(kind);
    elsewhere = await openServices(readConfig({ DATABASE_URL: server.databaseUrl }));
  });
  afterAll(async () => {
    await elsewhere.close();
    await server.stop();
  });
  beforeEach(async () => {
    tenant = await server.createTenant();
    user = `/Users/${idOf(await tenant.send('POST', '/Users', { schemas: [USER.schema.id], userName: 'ada' }))}`;
    group = `/Groups/${idOf(await tenant.send('POST', '/Groups', { schemas: [GROUP.schema.id], displayName: 'g' }))}`;
  });

  const idOf = ({ body }: Answer): string => String(body['id']);
  const replacing = (path: string, value: string) => ({
    schemas: [PATCH],
    Operations: [{ op: 'replace', path, value }],
  });

  const requests: readonly [string, () => Promise<Answer>][] = [
    ['GET of a user', () => tenant.send('GET', user)],
    ['GET of a user that is not there', () => tenant.send('GET', NOBODY)],
    ['GET of what no id is', () => tenant.send('GET', '/Users/none')],
    ['GET of a group', () => tenant.send('GET', group)],
    ['a lookup that finds', () => tenant.send('GET', '/Users?filter=userName%20eq%20%22ada%22')],
    ['a lookup that finds nothing', () => tenant.send('GET', '/Users?filter=externalId%20eq%20%22x%22')],
    ['a list', () => tenant.send('GET', '/Groups')],
    ['the total of a list', () => tenant.send('GET', '/Users?count=0')],
    ['a search', () => tenant.send('POST', '/Users/.search', { schemas: [SEARCH], filter: 'title pr' })],
    ['a wrong filter', () => tenant.send('GET', '/Users?filter=x%20y')],
    ['a create', () => tenant.send('POST', '/Users', { schemas: [USER.schema.id], userName: 'eve' })],
    ['a create that conflicts', () => tenant.send('POST', '/Users', { schemas: [USER.schema.id], userName: 'ADA' })],
    ['a create that is refused', () => tenant.send('POST', '/Users', { schemas: [USER.schema.id] })],
    ['a body that is no JSON', () => tenant.send('POST', '/Users', '{')],
    ['a PUT', () => tenant.send('PUT', user, { schemas: [USER.schema.id], userName: 'new' })],
    ['a PATCH', () => tenant.send('PATCH', user, replacing('title', 'Countess'))],
    ['a PATCH of a group', () => tenant.send('PATCH', group, replacing('displayName', 'new'))],
    ['a PATCH that changes nothing', () => tenant.send('PATCH', user, replacing('userName', 'ada'))],
    ['a PATCH of nobody', () => tenant.send('PATCH', NOBODY, replacing('title', 'Countess'))],
    ['a deletion', () => tenant.send('DELETE', user)],
    ['discovery', () => tenant.send('GET', '/Schemas')],
  ];

  /** What is stored of the tenant, as the other process sees it. */
  async function stored(): Promise<unknown> {
    const directory = elsewhere.storage.directory(tenant.id);
    const all = { type: 'User' as const, others: [{ type: 'Group' as const }], offset: 0, limit: 100 };
    return (await directory.list(all)).resources.map(({ id, version, document }) => [id, version, document]);
  }

  async function revoke(): Promise<void> {
    for (const { id } of await elsewhere.tenancy.listTokens(tenant.id))
      await elsewhere.tenancy.revokeToken(tenant.id, id);
  }

  it.each(requests)('is refused from the next request on when another process revokes it: %s', async (_name, send) => {
    const before = await stored();
    await revoke();
    const { status, body } = await send();
    expect([status, body['detail']]).toEqual([401, expect.stringContaining('has been revoked')]);
    expect(await stored()).toEqual(before);
    expect((await send()).status).toBe(401);
  });

  it.each(requests)(
    'is refused from the next request on when another process disables its tenant: %s',
    async (_name, send) => {
      const before = await stored();
      await elsewhere.tenancy.setEnabled(tenant.id, false);
      expect((await send()).status).toBe(403);
      expect(await stored()).toEqual(before);
      await elsewhere.tenancy.setEnabled(tenant.id, true);
      expect((await tenant.send('GET', user)).status).toBe(200);
    },
  );

  it('is not known from the next request on when another process erases its tenant', async () => {
    await elsewhere.tenancy.deleteTenant(tenant.id);
    expect((await tenant.send('GET', user)).status).toBe(401);
    expect((await tenant.send('POST', '/Users', { schemas: [USER.schema.id], userName: 'eve' })).status).toBe(401);
  });

  it('brings the settings and schemas of the moment, whichever process changed them, and asks for nothing twice', async () => {
    const unknown = { schemas: [PATCH], Operations: [{ op: 'replace', path: 'shoeSize', value: '42' }] };
    expect((await tenant.send('PATCH', user, unknown)).status).toBe(200);
    await elsewhere.tenancy.setSetting(tenant.id, 'unknown-attributes', 'refuse');
    expect((await tenant.send('PATCH', user, unknown)).status).toBe(400);
    const { body } = await tenant.send('GET', user);
    expect(body['meta']).toMatchObject({ resourceType: 'User' });
  });

  it('has its last use noted', async () => {
    const [token] = await elsewhere.tenancy.listTokens(tenant.id);
    await expect.poll(async () => (await elsewhere.tenancy.listTokens(tenant.id))[0]?.lastUsed).toBeDefined();
    expect(token?.tenantId).toBe(tenant.id);
  });
});
