import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { ResourceContent } from '../storage.js';
import type { Session } from './database.js';
import { chunks } from './id-list.js';

/** A row of attribute_values, but for the tenant and the resource. */
type MatchingValue = ResourceContent['matchingValues'][number];

interface Owner {
  readonly tenantId: string;
  readonly type: ResourceTypeName;
  readonly id: string;
}

/** Makes the values that a resource is matched on those given; writes what differs only. */
export async function replaceMatchingValues(
  session: Session,
  owner: Owner,
  values: readonly MatchingValue[],
): Promise<void> {
  const key = { tenant_id: owner.tenantId, resource_id: owner.id };
  const stored = await session.knex('attribute_values').where(key).select<MatchingValue[]>('attribute', 'value');
  const gone = without(stored, values).map(({ attribute, value }) => [attribute, value]);
  if (gone.length > 0) {
    await session.knex('attribute_values').where(key).whereIn(['attribute', 'value'], gone).del();
  }
  await addMatchingValues(session, owner, without(values, stored));
}

/** Adds values that a resource is matched on. */
export async function addMatchingValues(
  { knex }: Session,
  { tenantId, type, id }: Owner,
  values: readonly MatchingValue[],
): Promise<void> {
  for (const added of chunks(values)) {
    const columns = added.map((value) => ({
      tenant_id: tenantId,
      type,
      attribute: value.attribute,
      value: value.value,
      resource_id: id,
    }));
    await knex('attribute_values').insert(columns).onConflict().ignore();
  }
}

/** The values that are not among others. */
function without(values: readonly MatchingValue[], others: readonly MatchingValue[]): readonly MatchingValue[] {
  const keys = new Set(others.map(keyOf));
  return values.filter((value) => !keys.has(keyOf(value)));
}

function keyOf({ attribute, value }: MatchingValue): string {
  return JSON.stringify([attribute, value]);
}
