import type { Knex } from 'knex';
import type { MovedColumn, MovedRow, MovedTable, MovedValue } from '../../../tenant-moves.js';
import { movingTables } from '../tables.js';

/** What the row of a tenant is without: its folded name is made anew, and the marks of an import are no part of it. */
const NOT_OF_A_TENANT = ['name_key', 'import_seen', 'import_id'];

/** The columns of a resource that move; the others are what it is found by, which is made anew from its document. */
export const MOVING_RESOURCE_COLUMNS = ['id', 'type', 'version', 'created', 'last_modified', 'document'];

/** The greatest `integer` of PostgreSQL. */
const MOST_INTEGER = 2_147_483_647;

/** The row of a tenant, as it moves. */
export const tenantTable = (knex: Knex): Promise<MovedTable> =>
  readTable(knex, 'tenants', (name) => !NOT_OF_A_TENANT.includes(name));

/** The tables whose rows move, behind that of the tenant, in their order. */
export async function readTables(knex: Knex, withActivity: boolean): Promise<readonly MovedTable[]> {
  const tables: MovedTable[] = [];
  for (const { table } of movingTables(withActivity)) {
    tables.push(
      await readTable(
        knex,
        table,
        (name) => name !== 'tenant_id' && (table !== 'resources' || MOVING_RESOURCE_COLUMNS.includes(name)),
      ),
    );
  }
  return tables;
}

async function readTable(knex: Knex, table: string, moves: (column: string) => boolean): Promise<MovedTable> {
  const found = await knex(table).columnInfo();
  const columns = Object.entries(found).filter(([name]) => moves(name));
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
