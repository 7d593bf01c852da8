import { pino } from 'pino';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serve, servicesOn, type RunningServer } from './compose.js';
import { readConfig } from './config.js';
import { sendTo, type Answer } from './http/testing/server.fixture.js';
import { NO_LIMITS } from './http/testing/traffic.fixture.js';
import { limitPageSizes } from './storage/page-size.js';
import { ENTRA_RULES } from './protocol/entra/rules.js';
import type { JsonObject } from './protocol/json.js';
import { person, team } from './provisioning/seed/person.js';
import { KnexStorage, openDatabase } from './storage/sql/open-storage.js';
import { storageKinds, type TestDatabase } from './storage/testing/storage.fixture.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const patch = (...Operations: readonly JsonObject[]): JsonObject => ({ schemas: [PATCH_OP], Operations });
const lookUp = (name: string, value: string): string => `?filter=${encodeURIComponent(`${name} eq "${value}"`)}`;

/** What the requests of the table are about. */
interface Directory {
  /** A user who is a member of the group, and one who is not. */
  readonly member: string;
  readonly other: string;
  readonly group: string;
}

interface Row {
  readonly operation: string;
  readonly request: (directory: Directory) => readonly [method: string, path: string, body?: JsonObject];
  readonly status: number;
  /** How many statements there are at most, without those that begin and end a transaction. */
  readonly most: { readonly SQLite: number; readonly PostgreSQL: number };
}

/**
 * What each operation may cost. A number that can be lowered is to be lowered; one that has to be raised is a decision, since
 * each statement is a round trip to PostgreSQL, or 50 to 100 µs on SQLite.
 */
const TABLE: readonly Row[] = [
  {
    operation: 'a lookup by userName that finds a user',
    request: () => ['GET', `/Users${lookUp('userName', 'e0000001@contoso.example')}`],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 1 } },
  },
  {
    operation: 'a lookup by userName that finds nobody',
    request: () => ['GET', `/Users${lookUp('userName', 'nobody')}`],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 1 } },
  },
  {
    operation: 'a lookup by externalId',
    request: () => ['GET', `/Users${lookUp('externalId', 'e0000001')}`],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 1 } },
  },
  {
    operation: 'a lookup of a group without its members',
    request: () => ['GET', `/Groups${lookUp('displayName', 'Team 0000000')}&excludedAttributes=members`],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 1 } },
  },
  {
    operation: 'get of a user',
    request: ({ member }) => ['GET', `/Users/${member}`],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 1 } },
  },
  {
    operation: 'get of a group',
    request: ({ group }) => ['GET', `/Groups/${group}`],
    ...{ status: 200, most: { SQLite: 2, PostgreSQL: 2 } },
  },
  {
    operation: 'a page of users',
    request: () => ['GET', '/Users?count=10'],
    ...{ status: 200, most: { SQLite: 3, PostgreSQL: 3 } },
  },
  {
    operation: 'create of a user',
    request: () => ['POST', '/Users', person(1, 100)],
    ...{ status: 201, most: { SQLite: 3, PostgreSQL: 5 } },
  },
  {
    operation: 'PATCH of a title',
    request: ({ member }) => ['PATCH', `/Users/${member}`, patch({ op: 'Replace', path: 'title', value: 'Nurse' })],
    ...{ status: 200, most: { SQLite: 2, PostgreSQL: 4 } },
  },
  {
    operation: 'PATCH of an email address',
    request: ({ member }) => [
      ...(['PATCH', `/Users/${member}`] as const),
      patch({ op: 'replace', path: 'emails[type eq "work"].value', value: 'new@contoso.example' }),
    ],
    ...{ status: 200, most: { SQLite: 4, PostgreSQL: 6 } },
  },
  {
    operation: 'PATCH that changes nothing',
    request: ({ other }) => ['PATCH', `/Users/${other}`, patch({ op: 'replace', path: 'active', value: 'True' })],
    ...{ status: 200, most: { SQLite: 1, PostgreSQL: 3 } },
  },
  {
    operation: 'add of a member',
    request: ({ group, other }) => [
      ...(['PATCH', `/Groups/${group}`] as const),
      patch({ op: 'Add', path: 'members', value: [{ value: other }] }),
    ],
    ...{ status: 204, most: { SQLite: 3, PostgreSQL: 4 } },
  },
  {
    operation: 'remove of a member',
    request: ({ group, member }) => [
      ...(['PATCH', `/Groups/${group}`] as const),
      patch({ op: 'Remove', path: 'members', value: [{ value: member }] }),
    ],
    ...{ status: 204, most: { SQLite: 3, PostgreSQL: 4 } },
  },
  {
    operation: 'delete of a user',
    request: ({ member }) => ['DELETE', `/Users/${member}`],
    ...{ status: 204, most: { SQLite: 6, PostgreSQL: 7 } },
  },
];

/**
 * Statements that do not count, since no request waits for them: what is noted now and then of tokens and processes, the activity
 * log, which asks what it refers to, and what begins and ends their transactions.
 */
const ASIDE =
  /last_used|server_processes|activity|^(?:begin|commit|set local)|^select prefix, id, tenant_id from tokens|^select id from tenants/u;

describe.each(storageKinds)('the statements of a request on $name', ({ name, create }) => {
  let database: TestDatabase;
  let server: RunningServer;
  let send: (method: string, path: string, body?: JsonObject) => Promise<Answer>;
  let directory: Directory;
  const statements: string[] = [];

  beforeAll(async () => {
    database = await create();
    const { databaseUrl } = database;
    const config = readConfig({ PORT: '0', DATABASE_URL: databaseUrl, VALIDATE_RESPONSES: 'off', ...NO_LIMITS });
    const connections = await openDatabase({ databaseUrl, queryTimeoutMs: 20_000 });
    const storage = new KnexStorage(connections, `${config.publicUrl}/scim`);
    await storage.migrate();
    connections.watch.add(({ sql }) => {
      if (!ASIDE.test(sql)) statements.push(sql.replaceAll(/\s+/gu, ' '));
    });
    server = await serve(config, pino({ level: 'silent' }), servicesOn(storage, config), ENTRA_RULES);
    const { secret: token } = await server.tenancy.createTenant('Contoso');
    const headers = { 'Content-Type': 'application/scim+json' };
    send = (method, path, body) =>
      sendTo(server.url, { method, path: `/scim${path}`, token, headers, ...(body ? { body } : {}) });
    directory = await fill();
  });
  afterAll(async () => {
    await server.stop();
    await database.drop();
  });

  async function fill(): Promise<Directory> {
    const users: string[] = [];
    for (let number = 0; number < 4; number += 1) {
      users.push(String((await send('POST', '/Users', person(1, number))).body['id']));
    }
    const [member = '', second = '', other = ''] = users;
    const members = [{ value: member }, { value: second }];
    const group = String((await send('POST', '/Groups', { ...team(0), members })).body['id']);
    return { member, other, group };
  }

  it.each(TABLE)('are for $operation as few as they were', async ({ request, status, most }) => {
    const [method, path, body] = request(directory);
    // A server asks once for the plan of a filter, then keeps it.
    if (method === 'GET') await send(method, path);
    statements.length = 0;
    const answer = await send(method, path, body);
    expect(answer.status, answer.text).toBe(status);
    expect(statements.length, statements.map((sql) => sql.slice(0, 200)).join('\n')).toBeLessThanOrEqual(most[name]);
    expect(statements).not.toEqual([]);
    // Indexes are of one type alone: SQLite plans a statement anew that binds the type, each time.
    expect(statements.filter((sql) => / resources .*[ .]type = [?$]/u.test(sql))).toEqual([]);
  });
});
