import type { Knex } from 'knex';
import type { SortPosition } from '../storage.js';
import type { SortOrder } from './sort-order.js';

/** A condition over `r`, an alias of resources. */
export interface Condition {
  readonly sql: string;
  readonly bindings: readonly Knex.RawBinding[];
}

const EVERYTHING: Condition = { sql: 'true', bindings: [] };

/** The terms of an `order by`: resources without a value come last, first when descending (RFC 7644 §3.4.2.3). */
export function orderBy({ byId, descending }: SortOrder, key: string, id: string): string {
  const [direction, nulls] = descending ? ['desc', 'first'] : ['asc', 'last'];
  return byId ? `${id} ${direction}` : `${key} ${direction} nulls ${nulls}, ${id} ${direction}`;
}

/** What comes behind a position, or all, as ranges that an index answers each; one follows the other. */
export function rangesBehind(order: SortOrder, after: SortPosition | undefined): readonly Condition[] {
  if (after === undefined) return [EVERYTHING];
  const { key, bindings, descending } = order;
  const beyond = descending ? '<' : '>';
  const { id } = after;
  if (order.byId) return [{ sql: `r.id ${beyond} ?`, bindings: [id] }];
  if (after.key !== null) {
    const rest = { sql: `(${key}, r.id) ${beyond} (?, ?)`, bindings: [...bindings, after.key, id] };
    return descending ? [rest] : [rest, { sql: `${key} is null`, bindings }];
  }
  const rest = { sql: `${key} is null and r.id ${beyond} ?`, bindings: [...bindings, id] };
  return descending ? [rest, { sql: `${key} is not null`, bindings }] : [rest];
}
