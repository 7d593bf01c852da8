import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { elementSearchForm } from '../search-form.js';
import { compareValues } from './compare-values.js';
import type { AttributeReference, FilterNode, FilterValue, ComparisonOperator } from './tree.js';

/**
 * Whether a resource matches a filter (RFC 7644 §3.4.2.2). The databases answer the same: storage/knex/filter-to-sql.ts.
 * @param form the resource in search form; `id`, `meta`, `groups` and `members`, which search-form.ts leaves out, are
 * tested where the caller has put them in, in the same form, and are absent otherwise
 */
export function matchesFilter(node: FilterNode, form: JsonObject): boolean {
  switch (node.kind) {
    case 'and':
      return node.operands.every((operand) => matchesFilter(operand, form));
    case 'or':
      return node.operands.some((operand) => matchesFilter(operand, form));
    case 'not':
      return !matchesFilter(node.operand, form);
    case 'present':
      return isPresent(holderOf(node.target, form), pathOf(node.target));
    case 'compare':
      return compares(holderOf(node.target, form), pathOf(node.target), node);
    case 'valuePath':
      return elementsOf(member(holderOf(node.target, form), node.target.attribute.name)).some((element) =>
        matchesFilter(node.condition, isJsonObject(element) ? element : { value: element }),
      );
    case 'unknown':
      return node.matches;
  }
}

/**
 * Whether an element of an attribute satisfies the condition of a value path.
 * @param element one value of the multi-valued attribute, or the single complex value, as stored
 */
export function matchesElement(condition: FilterNode, element: JsonValue, attribute: Attribute): boolean {
  return matchesFilter(condition, elementSearchForm(element, attribute));
}

type Comparison = { readonly operator: ComparisonOperator; readonly value: FilterValue };

/** Absent when empty: search form has no empty values. Any element will do. */
function isPresent(holder: JsonObject, [attribute, ...rest]: readonly Attribute[]): boolean {
  if (!attribute) return true;
  return elementsOf(member(holder, attribute.name)).some((element) => isPresent(objectOf(element), rest));
}

/** Any element will do, also for `ne`; an absent value differs from every other, unless one is assumed. */
function compares(holder: JsonObject, [attribute, sub]: readonly Attribute[], comparison: Comparison): boolean {
  const { operator, value } = comparison;
  const held = attribute && member(holder, attribute.name);
  const elements = elementsOf(held);
  if (elements.length === 0) return compareValues(attribute?.assumed, operator, value);
  return elements.some((element) =>
    sub ? compares(objectOf(element), [sub], comparison) : compareValues(element, operator, value),
  );
}

function pathOf({ attribute, subAttribute }: AttributeReference): readonly Attribute[] {
  return subAttribute ? [attribute, subAttribute] : [attribute];
}

function holderOf({ extension }: AttributeReference, form: JsonObject): JsonObject {
  return extension === undefined ? form : objectOf(member(form, extension));
}

function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return isJsonArray(value) ? value : [value];
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
