import knexOn, { type Knex } from 'knex';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { ENTERPRISE_USER_SCHEMA } from '../../protocol/schemas/enterprise-user.js';
import { GROUP } from '../../protocol/schemas/resource-types.js';
import { matchingValues, searchForm } from '../../protocol/search-form.js';
import { parseDatabaseUrl } from '../sql/connections/database-url.js';
import type { Session } from '../sql/connections/database.js';
import { postgresConnections, sqliteConnections } from '../sql/connections/driver.js';
import { BASE_URL, TEST_USER, type StagedResource } from '../sql/query/filter-to-sql.fixture.js';

/** A database, by itself: the tests of SQL ask it without the storage in front. */
export type TestConnection = Session;

export function connect(databaseUrl: string): TestConnection {
  const url = parseDatabaseUrl(databaseUrl);
  const knex =
    url.dialect === 'sqlite'
      ? knexOn(sqliteConnections(url.path, { size: 1, setUp: 'pragma synchronous = off' }))
      : knexOn(postgresConnections(url.url, { size: 1, setUp: 'select 1' }));
  return { dialect: url.dialect, knex, all: (sql, bindings) => allRows(knex, sql, bindings) };
}

async function allRows<Row>(knex: Knex, sql: string, bindings: readonly Knex.RawBinding[]): Promise<readonly Row[]> {
  const answer = (await knex.raw(sql, [...bindings])) as Row[] | { readonly rows: Row[] };
  return Array.isArray(answer) ? answer : answer.rows;
}

/** The rows of a query, alike for both drivers. */
export async function rowsOf(
  connection: TestConnection,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<readonly JsonObject[]> {
  return (await connection.all(sql, bindings)).filter(isJsonObject);
}

/** Stages resources as the storage does, in a tenant of their own. */
export async function stage(
  { knex }: TestConnection,
  tenantId: string,
  directory: readonly StagedResource[],
): Promise<void> {
  const at = '2026-01-01T00:00:00.000Z';
  await knex.transaction(async (transaction) => {
    const insert = async (table: string, rows: readonly object[]): Promise<void> => {
      if (rows.length > 0) await transaction(table).insert(rows);
    };
    await insert('tenants', [
      { id: tenantId, name: tenantId, enabled: true, settings: '{}', created: at, last_modified: at },
    ]);
    await insert(
      'resources',
      directory.map((staged) => ({ tenant_id: tenantId, ...resourceRow(staged) })),
    );
    await insert(
      'memberships',
      directory.flatMap((group) => membershipRows(group, directory)).map((row) => ({ tenant_id: tenantId, ...row })),
    );
    await insert(
      'attribute_values',
      directory.flatMap((staged) => valueRows(staged)).map((row) => ({ tenant_id: tenantId, ...row })),
    );
  });
}

function typeOf({ type }: StagedResource): typeof TEST_USER {
  return type === 'User' ? TEST_USER : GROUP;
}

function resourceRow(staged: StagedResource): object {
  const search = searchForm(staged.resource, typeOf(staged));
  return {
    id: staged.id,
    type: staged.type,
    version: staged.version,
    created: staged.created,
    last_modified: staged.lastModified,
    user_name: search['userName'] ?? null,
    display_name: search['displayName'] ?? null,
    display: staged.resource['displayName'] ?? null,
    external_id: search['externalId'] ?? null,
    active: search['active'] ?? null,
    document: JSON.stringify(staged.resource),
    search: JSON.stringify(search),
  };
}

function membershipRows({ id, members }: StagedResource, directory: readonly StagedResource[]): readonly object[] {
  return members.map((memberId) => {
    const { type, resource } = find(directory, memberId) ?? {};
    return { group_id: id, member_id: memberId, member_type: type, display: resource?.['displayName'] ?? null };
  });
}

function valueRows(staged: StagedResource): readonly object[] {
  const values = matchingValues(searchForm(staged.resource, typeOf(staged)), typeOf(staged));
  return values.map((value) => ({ type: staged.type, resource_id: staged.id, ...value }));
}

/** A resource in search form, with what the database has in columns and memberships. */
export function completeForm(staged: StagedResource, directory: readonly StagedResource[]): JsonObject {
  const form = searchForm(staged.resource, typeOf(staged));
  const common = { id: staged.id, meta: metaOf(staged) };
  if (staged.type === 'Group') return { ...form, ...common, ...filled('members', membersOf(staged, directory)) };
  return { ...form, ...common, ...managerOf(form, directory), ...filled('groups', groupsOf(staged, directory)) };
}

function metaOf({ id, type, version, created, lastModified }: StagedResource): JsonObject {
  return {
    resourceType: type,
    created,
    lastModified,
    version: `W/"${version}"`,
    location: `${BASE_URL}/${type}s/${id}`,
  };
}

function membersOf({ members }: StagedResource, directory: readonly StagedResource[]): readonly JsonValue[] {
  return members.flatMap((id) => {
    const found = find(directory, id);
    if (!found) return [];
    return [
      {
        value: id,
        type: found.type.toLowerCase(),
        $ref: `${BASE_URL}/${found.type}s/${id}`,
        ...display('display', found),
      },
    ];
  });
}

function groupsOf({ id }: StagedResource, directory: readonly StagedResource[]): readonly JsonValue[] {
  const above = new Set<string>();
  const climb = (memberId: string): void => {
    for (const group of directory.filter(({ members }) => members.includes(memberId))) {
      if (!above.has(group.id)) climb((above.add(group.id), group.id));
    }
  };
  climb(id);
  return directory
    .filter((group) => above.has(group.id))
    .map((group) => ({
      value: group.id,
      type: group.members.includes(id) ? 'direct' : 'indirect',
      $ref: `${BASE_URL}/Groups/${group.id}`,
      ...display('display', group),
    }));
}

/** The manager's displayName is that of the manager's own resource. */
function managerOf(form: JsonObject, directory: readonly StagedResource[]): JsonObject {
  const extension = member(form, ENTERPRISE_USER_SCHEMA.id);
  const manager = isJsonObject(extension) ? member(extension, 'manager') : undefined;
  if (!isJsonObject(extension) || !isJsonObject(manager)) return {};
  const found = directory.find(({ id, type }) => id === manager['value'] && type === 'User');
  return {
    [ENTERPRISE_USER_SCHEMA.id]: {
      ...extension,
      manager: { ...manager, ...(found ? display('displayName', found) : {}) },
    },
  };
}

function display(name: string, staged: StagedResource): JsonObject {
  const displayName = searchForm(staged.resource, typeOf(staged))['displayName'];
  return displayName === undefined ? {} : { [name]: displayName };
}

function filled(name: string, elements: readonly JsonValue[]): JsonObject {
  return elements.length === 0 ? {} : { [name]: elements };
}

function find(directory: readonly StagedResource[], wanted: string): StagedResource | undefined {
  return directory.find(({ id }) => id === wanted);
}
