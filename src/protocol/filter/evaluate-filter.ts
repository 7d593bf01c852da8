import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { elementSearchForm } from '../search-form.js';
import { contains } from './contains.js';
import type { AttributeReference, FilterNode, FilterValue, ComparisonOperator } from './tree.js';

/**
 * Whether a resource matches a filter (RFC 7644 §3.4.2.2). The databases give the same answer: storage/sql.
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

/** Any element that is not empty will do (RFC 7644 §3.4.2.2). */
function isPresent(holder: JsonObject, [attribute, ...rest]: readonly Attribute[]): boolean {
  if (!attribute) return false;
  const elements = elementsOf(member(holder, attribute.name));
  return elements.some((element) => (rest.length === 0 ? hasContent(element) : isPresent(objectOf(element), rest)));
}

/** Whether there is more than empty strings. Search form has no null, no empty array and no empty object. */
function hasContent(value: JsonValue): boolean {
  if (isJsonArray(value)) return value.some(hasContent);
  return isJsonObject(value) ? Object.values(value).some(hasContent) : value !== '';
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

/**
 * Compares a value in search form with that of a filter, as RFC 7644 §3.4.2.2 says.
 * An absent value equals nothing and differs from everything.
 */
export function compareValues(value: JsonValue | undefined, operator: ComparisonOperator, other: FilterValue): boolean {
  if (operator === 'ne') return value !== other;
  if (typeof value === 'string' && typeof other === 'string') return compareStrings(value, operator, other);
  if (typeof value === 'number' && typeof other === 'number') return compareNumbers(value, operator, other);
  return operator === 'eq' && value === other;
}

/**
 * The order of two strings by code points, which is that of their UTF-8 bytes and so that of both databases.
 * Negative when the first comes first, 0 when they are equal.
 */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const difference = weight(a.charCodeAt(at)) - weight(b.charCodeAt(at));
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}

/** Surrogates stand for code points behind all those of one UTF-16 unit, though U+E000 to U+FFFF are greater as units. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}

function compareNumbers(value: number, operator: Exclude<ComparisonOperator, 'ne'>, other: number): boolean {
  return isOrder(operator) && BY_ORDER[operator](value - other);
}

function isOrder(operator: ComparisonOperator): operator is keyof typeof BY_ORDER {
  return Object.hasOwn(BY_ORDER, operator);
}

function compareStrings(value: string, operator: Exclude<ComparisonOperator, 'ne'>, other: string): boolean {
  switch (operator) {
    case 'co':
      return contains(value, other);
    case 'sw':
      return value.startsWith(other);
    case 'ew':
      return value.endsWith(other);
    case 'eq':
    case 'gt':
    case 'ge':
    case 'lt':
    case 'le':
      return BY_ORDER[operator](compareCodePoints(value, other));
  }
}

const BY_ORDER = {
  eq: (order: number) => order === 0,
  gt: (order: number) => order > 0,
  ge: (order: number) => order >= 0,
  lt: (order: number) => order < 0,
  le: (order: number) => order <= 0,
};
