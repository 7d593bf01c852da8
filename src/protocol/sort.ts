import { parseAttributePath, type AttributePath } from './attribute-path.js';
import type { AttributeReference } from './filter/tree.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { invalidValue } from './scim-error.js';

/** What a list is sorted by, found in the schemas. */
export interface SortOrder {
  readonly by: AttributeReference;
  readonly descending: boolean;
}

/**
 * Reads `sortBy` and `sortOrder` (RFC 7644 §3.4.2.3). A complex attribute with a `value` is sorted by that.
 * @param types those of the list: it is enough when one of them knows the attribute, since the others have no value there
 * @throws ScimError 400 `invalidValue` if there is nothing to sort by, `invalidPath` where `sortBy` cannot be read.
 */
export function parseSort(
  sortBy: string,
  sortOrder: 'ascending' | 'descending' | undefined,
  types: readonly ResourceType[],
): SortOrder {
  const found = types.map((type) => parseAttributePath(sortBy, type)).find(isAttribute);
  if (found === undefined) {
    const names = types.map(({ name }) => name).join(' or ');
    throw invalidValue(
      `sortBy names no attribute of ${names}: "${sortBy.slice(0, 100)}". Use one, such as displayName.`,
    );
  }
  return { by: sortable(found.target), descending: sortOrder === 'descending' };
}

/** The simple attribute whose values a list is sorted by. */
export function sortedAttribute({ attribute, subAttribute }: AttributeReference): Attribute {
  return subAttribute ?? attribute;
}

function isAttribute(path: AttributePath): path is Extract<AttributePath, { kind: 'attribute' }> {
  return path.kind === 'attribute' && path.condition === undefined;
}

function sortable(target: AttributeReference): AttributeReference {
  const { attribute } = target;
  const last = sortedAttribute(target);
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
