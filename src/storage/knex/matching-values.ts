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
export async function writeMatchingValues(
  session: Session,
  { tenantId, type, id }: Owner,
  values: readonly MatchingValue[],
): Promise<void> {
  const owner = { tenant_id: tenantId, resource_id: id };
  const stored = await session.knex('attribute_values').where(owner).select<MatchingValue[]>('attribute', 'value');
  const gone = without(stored, values).map(({ attribute, value }) => [attribute, value]);
  if (gone.length > 0) {
    await session.knex('attribute_values').where(owner).whereIn(['attribute', 'value'], gone).del();
  }
  for (const added of chunks(without(values, stored))) {
    const columns = added.map(({ attribute, value }) => ({
      tenant_id: tenantId,
      type,
      attribute,
      value,
      resource_id: id,
    }));
    await session.knex('attribute_values').insert(columns).onConflict().ignore();
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
