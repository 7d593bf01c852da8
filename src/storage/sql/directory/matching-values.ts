import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MatchingValue } from '../../../protocol/search-form.js';
import type { StoringOutcome } from '../../storage.js';
import { hotRows, type Session } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';
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

/**
 * Makes the values that a resource is matched on those given; writes what differs only.
 * @param known the values that it has, where they have been read
 */
export async function replaceMatchingValues(
  session: Session,
  owner: Owner,
  values: readonly MatchingValue[],
  known?: readonly MatchingValue[],
): Promise<Outcome> {
  const key = [owner.tenantId, owner.type, owner.id];
  const stored = known ?? (await hotRows<ValueRow>(session, STORED, key)).map(toMatchingValue);
  const gone = without(stored, values).map(({ attribute, value }) => [attribute, value]);
  if (gone.length > 0) {
    await hotRows(session, REMOVE[session.dialect], [...key, JSON.stringify(gone)]);
  }
  const added = without(values, stored);
  return added.length > 0 ? addMatchingValues(session, owner, added) : 'done';
}

/** Adds values that a resource is matched on, and has not got yet. The database's index decides whether they are unique. */
export async function addMatchingValues(
  session: Session,
  { tenantId, type, id }: Owner,
  values: readonly MatchingValue[],
): Promise<Outcome> {
  for (const added of chunks(values)) {
    const list = JSON.stringify(added.map(({ attribute, value, unique }) => [attribute, value, unique === true]));
    const bindings = [tenantId, type, id, list];
    const inserted = await hotRows<{ attribute: string; value: string }>(session, ADD[session.dialect], bindings);
    const [value, ...others] = inserted.length === added.length ? [] : without(added, inserted, false);
    if (value !== undefined) return { kind: 'duplicate', value, ...(others.length > 0 ? { others } : {}) };
  }
  return 'done';
}

const STORED = `select attribute, value, is_unique from attribute_values
  where tenant_id = ? and type = ? and resource_id = ?`;

/**
 * Values as one binding, so that there is one statement for any number of them. SQLite looks each up by the primary key only
 * where the list comes first, and with the type, its second column; otherwise it reads the whole tenant.
 */
const REMOVE: Readonly<Record<Dialect, string>> = {
  sqlite: `delete from attribute_values where (tenant_id, type, resource_id, attribute, value) in
    (select ?, ?, ?, j.value ->> 0, j.value ->> 1 from json_each(?) j)`,
  postgres: `delete from attribute_values where tenant_id = ? and type = ? and resource_id = ? and (attribute, value) in
    (select j ->> 0, j ->> 1 from jsonb_array_elements(?::jsonb) j)`,
};

const ADD: Readonly<Record<Dialect, string>> = {
  sqlite: `insert into attribute_values (tenant_id, type, resource_id, attribute, value, is_unique)
    select ?, ?, ?, j.value ->> 0, j.value ->> 1, j.value ->> 2 from json_each(?) j where true
    on conflict do nothing returning attribute, value`,
  postgres: `insert into attribute_values (tenant_id, type, resource_id, attribute, value, is_unique)
    select ?, ?, ?, j ->> 0, j ->> 1, (j ->> 2)::boolean from jsonb_array_elements(?::jsonb) j
    on conflict do nothing returning attribute, value`,
};

/**
 * The values that a resource is matched on, as JSON, for a statement that reads it.
 * @param resource what the statement calls the row of `resources`
 */
export function matchingValuesOf(dialect: Dialect, resource: string): string {
  const list = {
    sqlite: 'json_group_array(json_array(v.attribute, v.value, v.is_unique))',
    postgres: 'cast(json_agg(json_build_array(v.attribute, v.value, v.is_unique)) as text)',
  }[dialect];
  return `(select ${list} from attribute_values v where v.tenant_id = ${resource}.tenant_id
    and v.resource_id = ${resource}.id and v.type = ${resource}.type)`;
}

/** What `matchingValuesOf` has read; PostgreSQL has null for none. */
export function toMatchingValues(matching: string | null): readonly MatchingValue[] {
  type Value = readonly [attribute: string, value: string, is_unique: boolean | number];
  const values = JSON.parse(matching ?? '[]') as readonly Value[];
  return values.map(([attribute, value, is_unique]) => toMatchingValue({ attribute, value, is_unique }));
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
