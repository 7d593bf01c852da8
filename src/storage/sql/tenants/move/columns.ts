import type { Knex } from 'knex';
import type { MovedColumn, MovedRow, MovedTable, MovedValue } from '../../../tenant-moves.js';
import { movingTables } from '../tables.js';

/**
 * Columns that do not move: the folded name of a tenant and what a resource is found by are made anew from the others, as is what
 * a member is called; the marks of an import are no part of a tenant.
 */
export const STAYING: Readonly<Record<string, readonly string[]>> = {
  tenants: ['name_key', 'import_seen', 'import_id'],
  resources: ['user_name', 'display_name', 'display', 'external_id', 'active', 'search'],
  memberships: ['display'],
};

/** The greatest `integer` of PostgreSQL. */
const MOST_INTEGER = 2_147_483_647;

/** The row of a tenant, as it moves. */
export const tenantTable = (knex: Knex): Promise<MovedTable> => readTable(knex, 'tenants');

/** The tables whose rows move, behind that of the tenant, in their order. */
export async function readTables(knex: Knex, withActivity: boolean): Promise<readonly MovedTable[]> {
  const tables: MovedTable[] = [];
  for (const { table } of movingTables(withActivity)) tables.push(await readTable(knex, table));
  return tables;
}

async function readTable(knex: Knex, table: string): Promise<MovedTable> {
  const found = await knex(table).columnInfo();
  const stays = (name: string): boolean => name === 'tenant_id' || (STAYING[table] ?? []).includes(name);
  const columns = Object.entries(found).filter(([name]) => !stays(name));
  return { table, columns: columns.map(([name, info]) => toColumn(name, info)) };
}

function toColumn(name: string, { type, nullable, defaultValue }: Knex.ColumnInfo): MovedColumn {
  const kind = type === 'boolean' ? 'boolean' : ['integer', 'bigint'].includes(type) ? 'integer' : 'text';
  const most = type === 'integer' ? MOST_INTEGER : Number.MAX_SAFE_INTEGER;
  return { name, kind, most, mayBeNull: nullable, hasDefault: nullable || !isNothing(defaultValue) };
}

const isNothing = (value: unknown): boolean => value === null || value === undefined;

/** A row as the driver gives it, without what the drivers do each in their own way. */
export function toMovedRow({ columns }: MovedTable, row: Readonly<Record<string, unknown>>): MovedRow {
  return Object.fromEntries(columns.map(({ name, kind }) => [name, toValue(kind, row[name])]));
}

/** SQLite has 0 and 1 for booleans; PostgreSQL's driver gives a bigint as text. */
function toValue(kind: MovedColumn['kind'], value: unknown): MovedValue {
  if (isNothing(value)) return null;
  if (kind === 'text') return String(value);
  return kind === 'boolean' ? Boolean(value) : Number(value);
}
