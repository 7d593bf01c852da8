import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MatchingValue } from '../../../protocol/search-form.js';
import type { StoringOutcome } from '../../storage.js';
import type { Session } from '../connections/database.js';
import { chunks, type NewRow } from '../statements.js';

interface Owner {
  readonly tenantId: string;
  readonly type: ResourceTypeName;
  readonly id: string;
}

/** A row of attribute_values, except for the tenant and the resource. */
interface ValueRow {
  readonly attribute: string;
  readonly value: string;
  /** SQLite has 0 and 1. */
  readonly is_unique: boolean | number;
}

type Outcome = Exclude<StoringOutcome, 'conflict'>;

/** Makes the values that a resource is matched on those given; writes what differs only. */
export async function replaceMatchingValues(
  session: Session,
  owner: Owner,
  values: readonly MatchingValue[],
): Promise<Outcome> {
  // With the type, the second column of the primary key, SQLite looks each value up; without it, it reads the whole tenant.
  const key = { tenant_id: owner.tenantId, type: owner.type, resource_id: owner.id };
  const rows = await session.knex('attribute_values').where(key).select<ValueRow[]>('attribute', 'value', 'is_unique');
  const stored = rows.map(toMatchingValue);
  const gone = without(stored, values).map(({ attribute, value }) => [attribute, value]);
  if (gone.length > 0) {
    await session.knex('attribute_values').where(key).whereIn(['attribute', 'value'], gone).del();
  }
  return addMatchingValues(session, owner, without(values, stored));
}

/** Adds values that a resource is matched on, and has not got yet. The database's index decides whether they are unique. */
export async function addMatchingValues(
  { knex }: Session,
  owner: Owner,
  values: readonly MatchingValue[],
): Promise<Outcome> {
  for (const added of chunks(values)) {
    const insert = knex('attribute_values').insert(toValueRows(owner, added)).onConflict().ignore();
    const inserted = await insert.returning<{ attribute: string; value: string }[]>(['attribute', 'value']);
    const duplicate = inserted.length === added.length ? undefined : without(added, inserted, false)[0];
    if (duplicate !== undefined) return { kind: 'duplicate', value: duplicate };
  }
  return 'done';
}

/** The rows of values that a resource is matched on. */
export function toValueRows({ tenantId, type, id }: Owner, values: readonly MatchingValue[]): readonly NewRow[] {
  return values.map(({ attribute, value, unique }) => ({
    ...{ tenant_id: tenantId, type, attribute, value, resource_id: id },
    is_unique: unique === true,
  }));
}

function toMatchingValue({ attribute, value, is_unique }: ValueRow): MatchingValue {
  return { attribute, value, ...(is_unique ? { unique: true as const } : {}) };
}

/** The values that are not among others; whether they are unique may count, or not. */
function without(
  values: readonly MatchingValue[],
  others: readonly MatchingValue[],
  uniqueCounts = true,
): readonly MatchingValue[] {
  const keyOf = ({ attribute, value, unique }: MatchingValue): string =>
    JSON.stringify([attribute, value, uniqueCounts && unique === true]);
  const keys = new Set(others.map(keyOf));
  return values.filter((value) => !keys.has(keyOf(value)));
}
