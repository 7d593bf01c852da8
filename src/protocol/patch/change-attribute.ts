import { findSubAttribute } from '../attribute-lookup.js';
import { canonicalizeValue } from '../canonicalize-value.js';
import { canonicalText } from '../equality.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { invalidPath, invalidValue, mutability } from '../scim-error.js';
import { changeElements } from './change-elements.js';
import { checkMutability, objectOf, toChange, type Change, type PatchContext } from './change.js';
import { holds } from './options.js';

/**
 * The object that holds an attribute (a resource, an extension, a complex value), changed. What a change leaves without
 * a value is absent.
 * @throws ScimError 400 `mutability`, `invalidValue`, `noTarget`, `invalidPath`
 */
export function changeAttribute(holder: JsonObject, change: Change, context: PatchContext): JsonObject {
  checkMutability(change);
  context.budget.spend(Object.keys(holder).length);
  const { attribute } = change;
  const before = member(holder, attribute.name);
  const after = attribute.multiValued ? changeElements(before, change, context) : changeSingle(before, change, context);
  if (after === before) return holder;
  checkImmutable(before, after, change);
  return withMember(holder, attribute.name, after);
}

function changeSingle(before: JsonValue | undefined, change: Change, context: PatchContext): JsonValue | undefined {
  const { op, attribute, subAttribute, filter, value, where } = change;
  if (filter !== undefined) return changeFiltered(before, change, context);
  if (subAttribute !== undefined) return changePart(before, subAttribute, change, context);
  if (op === 'remove' || op === 'clear') return undefined;
  return attribute.type === 'complex' ? merge(before, change, context) : canonicalizeValue(value, attribute, where);
}

/** A filter on the value of a single-valued attribute, as in `manager[value eq "…"]`: RFC 7644 has none there. */
function changeFiltered(before: JsonValue | undefined, change: Change, context: PatchContext): JsonValue | undefined {
  const { op, attribute, filter, where } = change;
  if (filter === undefined || !holds('filter-on-single-value', context.options)) {
    throw invalidPath(`"${where}" has one value; leave out the filter in brackets.`);
  }
  const matched = before !== undefined && context.budget.chooses(filter, before, attribute);
  if (op === 'remove' && !matched) return before;
  return changeSingle(before, { ...change, filter: undefined }, context);
}

/** A complex value with one sub-attribute changed; undefined when it has none left. */
export function changePart(
  before: JsonValue | undefined,
  subAttribute: Attribute,
  { op, value, where }: Change,
  context: PatchContext,
): JsonObject | undefined {
  const part = { op, value, attribute: subAttribute, where };
  return unlessEmpty(changeAttribute(objectOf(before), part, context));
}

/**
 * A complex value with the sub-attributes that the operation names changed, and the others as they are
 * (RFC 7644 §3.5.2.1, §3.5.2.3). Read-only and unknown ones are passed over.
 */
export function merge(before: JsonValue | undefined, change: Change, context: PatchContext): JsonObject | undefined {
  const { op, attribute, value, where } = change;
  if (!isJsonObject(value)) throw invalidValue(`"${where}" takes an object with sub-attributes.`);
  let object = objectOf(before);
  for (const [name, given] of Object.entries(value)) {
    const sub = findSubAttribute(attribute, name);
    if (sub === undefined || sub.mutability === 'readOnly') continue;
    const part = toChange(op === 'add' ? 'add' : 'replace', given, { attribute: sub, where: `${where}.${name}` });
    object = changeAttribute(object, part, context);
  }
  return unlessEmpty(object);
}

function unlessEmpty(object: JsonObject): JsonObject | undefined {
  return Object.keys(object).length === 0 ? undefined : object;
}

/** What is immutable takes a value once, and keeps it (RFC 7643 §2.2). */
function checkImmutable(before: JsonValue | undefined, after: JsonValue | undefined, change: Change): void {
  if (change.attribute.mutability !== 'immutable' || before === undefined) return;
  if (after !== undefined && canonicalText(after) === canonicalText(before)) return;
  throw mutability(`"${change.where}" has a value already, which cannot be changed.`);
}
