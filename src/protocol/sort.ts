import { parseAttributePath } from './attribute-path.js';
import type { AttributeReference } from './filter/tree.js';
import { invalidValue } from './scim-error.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';

/** What a list is sorted by, found in the schemas. */
export interface SortOrder {
  readonly by: AttributeReference;
  readonly descending: boolean;
}

/**
 * Reads `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). A complex attribute with a `value` is sorted by that.
 * @throws ScimError 400 `invalidValue` where there is nothing to sort by.
 */
export function parseSort(
  sortBy: string,
  sortOrder: 'ascending' | 'descending' | undefined,
  resourceType: ResourceType,
): SortOrder {
  const path = parseAttributePath(sortBy, resourceType);
  if (path.kind !== 'attribute' || path.condition !== undefined) {
    throw invalidValue(
      `sortBy names no attribute of ${resourceType.name}: "${sortBy.slice(0, 100)}". Use one such as displayName.`,
    );
  }
  return { by: sortable(path.target), descending: sortOrder === 'descending' };
}

function sortable(target: AttributeReference): AttributeReference {
  const { attribute, subAttribute } = target;
  const last = subAttribute ?? attribute;
  if (last.returned === 'never') throw invalidValue(`Resources cannot be sorted by ${last.name}.`);
  if (last.type !== 'complex') return target;
  const value = attribute.subAttributes?.find(({ name }: Attribute) => name === 'value');
  if (value === undefined) {
    throw invalidValue(
      `sortBy must name a part of ${attribute.name}, such as ${attribute.name}.${firstPart(attribute)}.`,
    );
  }
  return { ...target, subAttribute: value };
}

const firstPart = (attribute: Attribute): string => attribute.subAttributes?.[0]?.name ?? 'value';
