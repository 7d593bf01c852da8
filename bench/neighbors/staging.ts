import { randomUUID } from 'node:crypto';
import type { Services } from '../../src/compose.js';
import { GROUP, USER } from '../../src/protocol/schemas/resource-types.js';
import { contentOf } from '../../src/provisioning/resources/content.js';
import { selectRows, type Database } from '../../src/storage/sql/connections/database.js';
import { toContentColumns } from '../../src/storage/sql/directory/rows.js';
import { insertRows } from '../../src/storage/sql/statements.js';
import { idOf, nameOf, settle, stageUsers } from '../directory.js';
import type { Worker } from './workload.js';

/** What the hostile tenant has staged. */
export interface Staged {
  readonly token: string;
  /** A tenant with large users, of the same hostile company. */
  readonly largeToken: string;
  readonly userId: (index: number) => string;
  /** The group with all the members. */
  readonly largeGroup: string;
  /** Users of the innermost of the nested groups. */
  readonly nestedUser: string;
}

const USERS = 20_000;
const GROUPS = 200;
const MEMBERS_A_GROUP = 2_000;
const NESTED = 1_000;
const LARGE_USERS = 100;
const LARGE_TEXT = 900_000;
const AT = '2026-01-01T00:00:00.000Z';

const groupId = (index: number): string => `0198c5a3-0000-7000-8000-${index.toString(16).padStart(12, '0')}`;

/** Stages what the shapes work on, straight in the database. */
export async function stageHostile(services: Services, database: Database): Promise<Staged> {
  const [directory, large] = await Promise.all([newTenant(services), newTenant(services)]);
  await stageUsers(database, directory.id, USERS);
  await stageGroups(database, directory.id, GROUPS + 1 + NESTED);
  await addMembers(database, directory.id, { first: 0, count: GROUPS, members: MEMBERS_A_GROUP });
  await addMembers(database, directory.id, { first: GROUPS, count: 1, members: USERS });
  await nest(database, directory.id, GROUPS + 1);
  await stageLargeUsers(database, large.id);
  await settle(database);
  return {
    token: directory.token,
    largeToken: large.token,
    userId: idOf,
    largeGroup: groupId(GROUPS),
    nestedUser: idOf(USERS - 1),
  };
}

/** Stages a tenant with a thousand users, of which it works on one. */
export async function stageWorker(services: Services, database: Database): Promise<Worker> {
  const tenant = await newTenant(services);
  await stageUsers(database, tenant.id, 1_000);
  return { token: tenant.token, userName: nameOf(1), userId: idOf(1) };
}

async function newTenant({ tenancy }: Services) {
  const { tenant, secret } = await tenancy.createTenant(`bench ${randomUUID()}`);
  return { id: tenant.id, token: secret };
}

async function stageGroups(database: Database, tenantId: string, count: number): Promise<void> {
  const rows = Array.from({ length: count }, (_, index) => {
    const content = contentOf({ schemas: [GROUP.schema.id], displayName: `Group ${index}` }, GROUP);
    return row(tenantId, groupId(index), 'Group', toContentColumns(content));
  });
  await database.unit(async (session) => {
    await insertRows(session, 'resources', rows);
    await insertRows(session, 'resource_counts', [{ tenant_id: tenantId, type: 'Group', count }]);
  }, tenantId);
}

const row = (tenantId: string, id: string, type: string, columns: object) => ({
  ...{ tenant_id: tenantId, id, type, version: 1, created: AT, last_modified: AT },
  ...columns,
});

/** Makes the first users members of each of these groups. */
async function addMembers(
  database: Database,
  tenantId: string,
  { first, count, members }: { first: number; count: number; members: number },
): Promise<void> {
  for (let index = first; index < first + count; index += 1) {
    await database.unit(
      (session) =>
        selectRows(
          session,
          `insert into memberships (tenant_id, group_id, member_id, member_type, display)
           select tenant_id, ?, id, type, display
           from resources where tenant_id = ? and type = 'User' order by id limit ?`,
          [groupId(index), tenantId, members],
        ),
      tenantId,
    );
  }
}

/** Puts each group into the next, and the last hundred users into the first. */
async function nest(database: Database, tenantId: string, first: number): Promise<void> {
  const nested = Array.from({ length: NESTED - 1 }, (_, index) => ({
    ...{ tenant_id: tenantId, group_id: groupId(first + index + 1) },
    ...{ member_id: groupId(first + index), member_type: 'Group' },
  }));
  const users = Array.from({ length: 100 }, (_, index) => ({
    ...{ tenant_id: tenantId, group_id: groupId(first) },
    ...{ member_id: idOf(USERS - 1 - index), member_type: 'User' },
  }));
  await database.unit((session) => insertRows(session, 'memberships', [...nested, ...users]), tenantId);
}

async function stageLargeUsers(database: Database, tenantId: string): Promise<void> {
  for (let index = 0; index < LARGE_USERS; index += 1) {
    const user = { schemas: [USER.schema.id], userName: `large.${index}`, title: 'x'.repeat(LARGE_TEXT) };
    const columns = toContentColumns(contentOf(user, USER));
    await database.unit(
      (session) => insertRows(session, 'resources', [row(tenantId, idOf(index), 'User', columns)]),
      tenantId,
    );
  }
  const counts = [{ tenant_id: tenantId, type: 'User', count: LARGE_USERS }];
  await database.unit((session) => insertRows(session, 'resource_counts', counts), tenantId);
}
