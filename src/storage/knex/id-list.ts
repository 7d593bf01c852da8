import type { Knex } from 'knex';
import type { Dialect } from './driver.js';

/** A set of ids as one binding, however many they are. */
export interface IdList {
  /** A subquery of one column. */
  readonly sql: string;
  readonly binding: Knex.RawBinding;
}

/** Ids to be used as `column in (${sql})`. */
export function idList(dialect: Dialect, ids: readonly string[]): IdList {
  return dialect === 'sqlite'
    ? { sql: 'select value from json_each(?)', binding: JSON.stringify(ids) }
    : { sql: 'select unnest(?::text[])', binding: [...ids] };
}

/** The ids in pieces, so that no statement takes long. */
export function chunks<T>(items: readonly T[], size = 500): readonly (readonly T[])[] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, index) =>
    items.slice(index * size, (index + 1) * size),
  );
}
