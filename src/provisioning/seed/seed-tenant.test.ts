import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { readConfig } from '../../config.js';
import { openServices, type Services } from '../../compose.js';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { connect, rowsOf, type TestConnection } from '../../storage/testing/staged-directory.fixture.js';
import { scopeOf } from '../scope.js';
import { person, team } from './person.js';
import { seedTenant, type SeedPlan } from './seed-tenant.js';

const PLAN: SeedPlan = { users: 0, groups: 0, members: 0, seed: 7, add: false };

/** What is compared of each table: all of it but ids and times, which are new each time. */
const TABLES = {
  resources: 'type, version, user_name, display_name, display, external_id, active, document, search',
  attribute_values: 'type, attribute, value, is_unique',
  memberships: 'member_type, version',
  resource_counts: 'type, count',
};

describe.each(storageKinds)('seeding on $name', (kind) => {
  let server: TestServer;
  let services: Services;
  let database: TestConnection;

  beforeAll(async () => {
    server = await startTestServer(kind);
    services = await openServices(readConfig({ DATABASE_URL: server.databaseUrl }));
    database = connect(server.databaseUrl);
  });
  afterAll(async () => {
    await database.knex.destroy();
    await services.close();
    await server.stop();
  });

  async function seed(tenantId: string, plan: Partial<SeedPlan>, onStored: (stored: number) => void = () => undefined) {
    const seeding = { storage: services.storage, now: () => new Date(), newId: () => newId() };
    return seedTenant(seeding, scopeOf(await services.tenancy.getTenant(tenantId)), { ...PLAN, ...plan }, onStored);
  }

  /** Everything that the tables have of a tenant, without ids and times, in an order that does not depend on them. */
  async function stored(tenantId: string): Promise<Record<string, readonly JsonObject[]>> {
    const tables = Object.entries(TABLES).map(async ([table, columns]) => {
      const rows = await rowsOf(database, `select ${columns} from ${table} where tenant_id = ?`, [tenantId]);
      return [table, [...rows].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))] as const;
    });
    return Object.fromEntries(await Promise.all(tables));
  }

  it('stores what creating through SCIM would have stored, byte for byte', async () => {
    const [created, seeded] = [await server.createTenant(), await server.createTenant()];
    const ids: unknown[] = [];
    for (let number = 0; number < 20; number += 1) {
      ids.push((await created.send('POST', '/Users', person(7, number))).body['id']);
    }
    for (const [number, members] of [ids.slice(0, 12), [...ids.slice(12), ...ids.slice(0, 4)]].entries()) {
      const body = { ...team(number), members: members.map((value) => ({ value: String(value) })) };
      expect((await created.send('POST', '/Groups', body)).status).toBe(201);
    }
    await seed(seeded.id, { users: 20, groups: 2, members: 12 });
    const rows = await stored(seeded.id);
    expect(rows).toEqual(await stored(created.id));
    expect(rows['resources']).toHaveLength(22);
    expect(rows['memberships']).toHaveLength(24);
  });

  it('stores users that clients find, with their groups', async () => {
    const tenant = await server.createTenant();
    await seed(tenant.id, { users: 203, groups: 1, members: 202 });
    expect((await tenant.send('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 203 });
    const found = await tenant.send(
      'GET',
      `/Users?filter=${encodeURIComponent('userName eq "E0000001@contoso.example"')}`,
    );
    expect(found.body).toMatchObject({ totalResults: 1, Resources: [{ groups: [{ display: 'Team 0000000' }] }] });
    const [user] = found.body['Resources'] as [{ id: string; meta: { created: string } }];
    expect(Date.parse(user.meta.created)).toBe(Number.parseInt(user.id.replace('-', '').slice(0, 12), 16));
  });

  it('gives each an id with an end of its own, by which plans find their lines', async () => {
    const { id } = await server.createTenant();
    await seed(id, { users: 40, groups: 10 });
    const rows = await rowsOf(database, 'select id from resources where tenant_id = ?', [id]);
    expect(new Set(rows.map((row) => String(row['id']).slice(-12))).size).toBe(50);
  });

  it('makes the same people of the same seed, and others of another', async () => {
    const tenants = [await server.createTenant(), await server.createTenant(), await server.createTenant()] as const;
    for (const [index, { id }] of tenants.entries()) await seed(id, { users: 20, seed: index === 2 ? 8 : 7 });
    const [first, same, other] = await Promise.all(tenants.map(({ id }) => stored(id)));
    expect(same).toEqual(first);
    expect(other).not.toEqual(first);
  });

  it('refuses a tenant that has resources, unless it is to add to them; then it goes on behind them', async () => {
    const [parts, whole] = [await server.createTenant(), await server.createTenant()];
    const progress: number[] = [];
    await seed(whole.id, { users: 5, groups: 2 }, (count) => progress.push(count));
    expect(progress).toEqual([3, 5, 7]);
    await seed(parts.id, { users: 2, groups: 1 });
    await expect(seed(parts.id, { users: 3, groups: 1 })).rejects.toThrow(
      'The tenant already has 2 users and 1 groups. To number the new ones behind them, use --add',
    );
    expect(await seed(parts.id, { users: 3, groups: 1, add: true })).toMatchObject({ firstUser: 2, firstGroup: 1 });
    expect(await stored(parts.id)).toEqual(await stored(whole.id));
  });

  it('keeps nothing of a piece in which a userName is taken', async () => {
    const tenant = await server.createTenant();
    await tenant.send('POST', '/Users', person(1, 4));
    await expect(seed(tenant.id, { users: 10, add: true })).rejects.toMatchObject({
      status: 409,
      scimType: 'uniqueness',
    });
    // The piece before has three.
    expect((await tenant.send('GET', '/Users?count=0')).body).toMatchObject({ totalResults: 4 });
  });
});
