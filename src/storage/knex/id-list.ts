import type { Knex } from 'knex';
import type { Dialect } from './driver.js';

/** A set of ids as one binding, however many they are. */
export interface IdList {
  /** A subquery of one column. */
  readonly sql: string;
  readonly binding: Knex.RawBinding;
}

/** Ids, or numbers that are keys, to be used as `column in (${sql})`. */
export function idList(dialect: Dialect, ids: readonly string[] | readonly number[]): IdList {
  if (dialect === 'sqlite') return { sql: 'select value from json_each(?)', binding: JSON.stringify(ids) };
  const type = typeof ids[0] === 'number' ? 'integer' : 'text';
  return { sql: `select unnest(?::${type}[])`, binding: ids.map(String) };
}

/** The ids in pieces, so that no statement takes long. */
export function chunks<T>(items: readonly T[], size = 500): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
