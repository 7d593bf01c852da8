import type { Knex } from 'knex';
import type { Dialect } from './driver.js';

/** A set of ids as one binding, however many they are. */
export interface IdList {
  /** A subquery of one column, or a condition. */
  readonly sql: string;
  readonly binding: Knex.RawBinding;
}

/** Ids, or numbers that are keys, to be used as `column in (${sql})`. */
export function idList(dialect: Dialect, ids: readonly string[] | readonly number[]): IdList {
  return dialect === 'sqlite'
    ? { sql: 'select value from json_each(?)', binding: JSON.stringify(ids) }
    : { sql: `select unnest(${arrayOf(ids)})`, binding: ids.map(String) };
}

/**
 * A condition that a column is one of these. PostgreSQL looks up each by itself, also in a table that it has no statistics
 * of yet, such as the lines of a plan that was just made, where it would take "in" for a join with all of them.
 */
export function isOneOf(dialect: Dialect, column: string, ids: readonly string[] | readonly number[]): IdList {
  const { sql, binding } = idList(dialect, ids);
  return { sql: dialect === 'sqlite' ? `${column} in (${sql})` : `${column} = any(${arrayOf(ids)})`, binding };
}

function arrayOf(ids: readonly string[] | readonly number[]): string {
  return `?::${typeof ids[0] === 'number' ? 'integer' : 'text'}[]`;
}

/** The ids in pieces, so that no statement takes long. */
export function chunks<T>(items: readonly T[], size = 500): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
