import type { Knex } from 'knex';
import { parseCustomSchema, presenceOf, typesWith } from '../../../protocol/custom-schema/definition.js';
import { sameResource } from '../../../protocol/equality.js';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../../../protocol/json.js';
import type { ResourceType } from '../../../protocol/schemas/attribute.js';
import { matchingValues, searchForm } from '../../../protocol/search-form.js';
import { dialectOf, isUniqueViolation } from '../connections/driver.js';

/** How many resources are held in memory at a time; each may have a megabyte. */
const BATCH = 50;

interface Row {
  readonly tenant_id: string;
  readonly id: string;
  readonly type: 'User' | 'Group';
  readonly document: string;
  readonly search: string;
}

type Types = Readonly<Record<'User' | 'Group', ResourceType>>;

/**
 * Brings the search forms of stored resources to today's rules: letters without a capital of one character fold as they do
 * when they are typed in lower case (J̌ and ǰ), and an empty string is a value. Only resources with letters beyond ASCII or
 * with an empty string can differ; each is compared, and only those that differ are written. Versions stand: nothing that
 * clients see changes. A resource whose name or unique value would become that of another one stays as it is, and its next
 * write is refused as it is today.
 */
export async function up(knex: Knex): Promise<void> {
  const postgres = dialectOf(knex) === 'postgres';
  // Along the primary key, so that no batch sorts the table, of which the planner may know nothing.
  if (postgres) await knex.raw('set local enable_sort = off');
  let tenant: { readonly id: string; readonly types: Types } | undefined;
  for (let last: Pick<Row, 'tenant_id' | 'id'> | undefined = { tenant_id: '', id: '' }; last !== undefined;) {
    const rows: readonly Row[] = await rowsBehind(knex, last);
    for (const row of rows) {
      if (tenant?.id !== row.tenant_id) tenant = { id: row.tenant_id, types: await typesOf(knex, row.tenant_id) };
      await restate(knex, row, tenant.types[row.type]);
    }
    last = rows.at(-1);
  }
  if (postgres) await knex.raw('set local enable_sort = on');
}

/** The forms of before were wrong, and nothing needs them back. */
export async function down(): Promise<void> {
  await Promise.resolve();
}

/** The next resources that may differ, in the order of the primary key. */
async function rowsBehind(knex: Knex, { tenant_id, id }: Pick<Row, 'tenant_id' | 'id'>): Promise<readonly Row[]> {
  const empty = dialectOf(knex) === 'postgres' ? `position('""' in document) > 0` : `instr(document, '""') > 0`;
  return rowsOf<Row>(
    knex,
    `select tenant_id, id, type, document, cast(search as text) as search from resources
     where (tenant_id, id) > (?, ?) and (octet_length(document) <> length(document) or ${empty})
     order by tenant_id, id limit ${BATCH}`,
    [tenant_id, id],
  );
}

/** The resource types of a tenant, by which its resources are written. */
async function typesOf(knex: Knex, tenantId: string): Promise<Types> {
  const schemas = await rowsOf<{ active: string | null; registering: string | null }>(
    knex,
    'select active, registering from tenant_schemas where tenant_id = ?',
    [tenantId],
  );
  return typesWith(
    schemas.map(({ active, registering }) => {
      const schema = registering === null ? parsed(active ?? '{}') : member(parsed(registering), 'schema');
      return schema === undefined ? undefined : parseCustomSchema(schema);
    }),
  );
}

async function restate(knex: Knex, row: Row, type: ResourceType): Promise<void> {
  const resource = parsed(row.document);
  const search = searchForm(resource, type);
  if (sameResource(parsed(row.search), search)) return;
  try {
    await knex.transaction((savepoint) => store(savepoint, row, search, type));
  } catch (error) {
    if (!isUniqueViolation(error)) throw error;
  }
}

async function store(knex: Knex, row: Row, search: JsonObject, type: ResourceType): Promise<void> {
  const key = { tenant_id: row.tenant_id, type: row.type };
  const columns = {
    user_name: textOf(search['userName']),
    display_name: textOf(search['displayName']),
    external_id: textOf(search['externalId']),
  };
  await knex('resources')
    .where({ ...key, id: row.id })
    .update({ ...columns, search: JSON.stringify(search) });
  const values = [...matchingValues(search, type), ...presenceOf(parsed(row.document), type)];
  await knex('attribute_values')
    .where({ ...key, resource_id: row.id })
    .del();
  for (const { attribute, value, unique } of values) {
    await knex('attribute_values').insert({
      ...{ ...key, resource_id: row.id, attribute, value },
      is_unique: unique === true,
    });
  }
}

const textOf = (value: JsonValue | undefined): string | null => (typeof value === 'string' ? value : null);

function parsed(text: string): JsonObject {
  const value = JSON.parse(text) as JsonValue;
  return isJsonObject(value) ? value : {};
}

async function rowsOf<T>(knex: Knex, sql: string, bindings: readonly string[]): Promise<readonly T[]> {
  const answer = (await knex.raw(sql, [...bindings])) as T[] | { readonly rows: T[] };
  return Array.isArray(answer) ? answer : answer.rows;
}
