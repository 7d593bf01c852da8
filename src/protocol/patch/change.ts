import type { FilterNode } from '../filter/tree.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { mutability } from '../scim-error.js';
import type { PatchOptions } from './options.js';
import type { WorkBudget } from './work-budget.js';

/** What the operations of one request have in common. */
export interface PatchContext {
  readonly type: ResourceType;
  readonly options: PatchOptions;
  readonly budget: WorkBudget;
}

/** The filter in a path, which chooses values. */
export interface ValueFilter {
  readonly condition: FilterNode;
  /** How many comparisons it has. */
  readonly terms: number;
  /** The path as it was sent. */
  readonly path: string;
}

/** What one operation does to one attribute. */
export interface Change {
  /** `clear` is a `replace` by nothing (RFC 7643 §2.5), which never lacks a target. */
  readonly op: 'add' | 'replace' | 'remove' | 'clear';
  /** With names in the schema's spelling; null for `remove` and `clear`. */
  readonly value: JsonValue;
  readonly attribute: Attribute;
  readonly subAttribute?: Attribute | undefined;
  readonly filter?: ValueFilter | undefined;
  /** The attribute's name as the sender knows it, for errors. */
  readonly where: string;
}

/** The change that an operation makes: a `replace` by nothing clears, an `add` of nothing as well where there is one value. */
export function toChange(
  op: 'add' | 'replace' | 'remove',
  value: JsonValue | undefined,
  target: Omit<Change, 'op' | 'value'>,
): Change {
  const given = value ?? null;
  if (op === 'remove') return { ...target, op, value: null };
  return isNothing(given) && (op === 'replace' || isSingle(target))
    ? { ...target, op: 'clear', value: null }
    : { ...target, op, value: given };
}

/** Whether a value says that there is none (RFC 7643 §2.5). */
export function isNothing(value: JsonValue): boolean {
  if (value === null) return true;
  return (isJsonArray(value) || isJsonObject(value)) && Object.keys(value).length === 0;
}

function isSingle({ attribute, subAttribute, filter }: Omit<Change, 'op' | 'value'>): boolean {
  return !(subAttribute ?? attribute).multiValued || (subAttribute === undefined && filter !== undefined);
}

/**
 * Refuses a change that the attribute's characteristics forbid whatever its value is (RFC 7644 §3.5.2).
 * @throws ScimError 400 `mutability`
 */
export function checkMutability({ op, attribute, subAttribute, filter, where }: Change): void {
  for (const changed of [attribute, subAttribute]) {
    if (changed?.mutability === 'readOnly') throw mutability(`"${where}" is read-only; leave it out.`);
  }
  if (op === 'remove' && filter === undefined && (subAttribute ?? attribute).required) {
    throw mutability(`"${where}" is required and cannot be removed; replace it instead.`);
  }
}

/** The object of an attribute's value, empty where it has none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
