import type { Knex } from 'knex';
import { pageSize } from '../page-size.js';
import { selectRows, type Session } from './connections/database.js';
import type { Dialect } from './connections/driver.js';

/** A set of ids as one binding, however many they are. */
export interface IdList {
  /** A subquery of one column, or a condition. */
  readonly sql: string;
  readonly binding: Knex.RawBinding;
}

/** Ids, or numbers that are keys, to be used as `column in (${sql})`. */
export function idList(dialect: Dialect, ids: readonly (string | number)[]): IdList {
  return dialect === 'sqlite'
    ? { sql: 'select value from json_each(?)', binding: JSON.stringify(ids) }
    : { sql: `select unnest(${arrayOf(ids)})`, binding: ids.map(String) };
}

/**
 * A condition that a column is one of these. PostgreSQL looks up each by itself, also in a table that it has no statistics
 * of yet, such as the lines of a plan that was just made, where it would take "in" for a join with all of them.
 */
export function isOneOf(dialect: Dialect, column: string, ids: readonly (string | number)[]): IdList {
  const [only] = ids;
  if (only !== undefined && ids.length === 1) return { sql: `${column} = ?`, binding: only };
  const { sql, binding } = idList(dialect, ids);
  return { sql: dialect === 'sqlite' ? `${column} in (${sql})` : `${column} = any(${arrayOf(ids)})`, binding };
}

function arrayOf(ids: readonly (string | number)[]): string {
  return `?::${typeof ids[0] === 'number' ? 'integer' : 'text'}[]`;
}

/**
 * A limit or an offset as part of a statement's text: SQLite would plan the statement anew for each value that is bound.
 * @throws Error for what is no whole number and must not become part of a statement.
 */
export function wholeNumber(value: number): string {
  if (!Number.isSafeInteger(value) || value < 0) throw new Error('A limit or an offset is not a whole number');
  return String(value);
}

/** How many ids one statement takes where nobody says. */
const IDS = pageSize(500);

/** The ids in pieces, so that no statement takes long. */
export function chunks<T>(items: readonly T[], size = IDS.items): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}

/** A row to be written: column to value. All rows of a statement have the same columns. */
export type NewRow = Readonly<Record<string, unknown>>;

/** How many rows one statement writes. */
const ROWS = pageSize(1000);

/**
 * Inserts rows by one statement for a thousand of them, with one binding: as JSON, so that no limit of bindings counts.
 * @param onConflict the clause that says what to do about rows that are there already; without one they are an error
 */
export async function insertRows(
  session: Session,
  table: string,
  rows: readonly NewRow[],
  onConflict = '',
): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const source =
    session.dialect === 'sqlite'
      ? `select ${columns.map((column) => `value ->> '${column}'`).join(', ')} from json_each(?)`
      : `select ${columns.join(', ')} from jsonb_populate_recordset(null::${table}, ?::jsonb)`;
  // Without a condition, SQLite takes "on conflict" for the condition of a join.
  const sql = `insert into ${table} (${columns.join(', ')}) ${source} where true ${onConflict}`;
  for (const piece of chunks(rows, ROWS.items)) await selectRows(session, sql, [JSON.stringify(piece)]);
}

/** How many values one statement binds at most, but for a single row; SQLite takes 32,766, PostgreSQL 65,535. */
const BOUND = pageSize(2_000);

/**
 * Inserts rows with a binding for each value: the cheapest way for rows of long texts, which JSON would have to escape.
 * Statements have the same text as long as there are enough rows, so that they are prepared once.
 */
export async function insertBound(session: Session, table: string, rows: readonly NewRow[]): Promise<void> {
  const columns = Object.keys(rows[0] ?? {});
  const row = `(${columns.map(() => '?').join(', ')})`;
  for (const piece of chunks(rows, Math.max(1, Math.floor(BOUND.items / columns.length)))) {
    const sql = `insert into ${table} (${columns.join(', ')}) values ${Array(piece.length).fill(row).join(', ')}`;
    const bindings: Knex.RawBinding[] = [];
    for (const values of piece) for (const column of columns) bindings.push(values[column] as Knex.RawBinding);
    await selectRows(session, sql, bindings);
  }
}

/** The clause that replaces rows which are there already. */
export function replacing(key: readonly string[], columns: readonly string[]): string {
  const values = columns.map((column) => `${column} = excluded.${column}`);
  return `on conflict (${key.join(', ')}) do update set ${values.join(', ')}`;
}

/**
 * Rows of text as one binding, to be used in a `from` clause.
 * @returns SQL of a table with these columns; its one binding is the JSON text of an array of objects
 */
export function recordset({ dialect }: Session, alias: string, columns: readonly string[]): string {
  return dialect === 'sqlite'
    ? `(select ${columns.map((column) => `value ->> '${column}' as ${column}`).join(', ')} from json_each(?)) ${alias}`
    : `jsonb_to_recordset(?::jsonb) as ${alias} (${columns.map((column) => `${column} text`).join(', ')})`;
}
