import { attributeName } from '../../../protocol/attribute-lookup.js';
import type { AttributeReference, FilterNode } from '../../../protocol/filter/tree.js';
import type { Attribute } from '../../../protocol/schemas/attribute.js';
import { isMatching } from '../../../protocol/search-form.js';
import { sql, type Sql } from './fragment.js';
import { groupsWithMember } from './membership-scopes.js';
import type { ResourceOrigin } from './resource-scope.js';

/** A condition that every match satisfies and that an index answers, where the node's own would read every resource. */
export function lookUp(node: FilterNode, origin: ResourceOrigin): Sql | undefined {
  for (const { target, value } of equalities(node)) {
    if (isMatching(target)) return sql`r.id in (${withValue(origin, attributeName(target), value)})`;
    if (attributeName(target) === 'members.value') return sql`r.id in (${groupsWithMember(origin, value)})`;
  }
  return undefined;
}

interface Equality {
  readonly target: AttributeReference;
  readonly value: string;
}

/** The comparisons by `eq` with a string or a number that hold for every match: they are joined by `and` alone. */
function equalities(node: FilterNode): readonly Equality[] {
  switch (node.kind) {
    case 'and':
      return node.operands.flatMap(equalities);
    case 'compare':
      return node.operator === 'eq' && (typeof node.value === 'string' || typeof node.value === 'number')
        ? [{ target: node.target, value: String(node.value) }]
        : [];
    case 'valuePath':
      return equalities(node.condition).map(({ target, value }) => ({
        target: partOf(node.target, target.attribute),
        value,
      }));
    case 'or':
    case 'not':
    case 'present':
    case 'unknown':
      return [];
  }
}

/** What a condition in a value path compares: a sub-attribute, or the elements themselves where they have none. */
function partOf(holder: AttributeReference, subAttribute: Attribute): AttributeReference {
  return holder.attribute.type === 'complex' ? { ...holder, subAttribute } : holder;
}

function withValue({ tenantId, type }: ResourceOrigin, attribute: string, value: string): Sql {
  return sql`select v.resource_id from attribute_values v
    where v.tenant_id = ${tenantId} and v.type = ${type} and v.attribute = ${attribute} and v.value = ${value}`;
}
