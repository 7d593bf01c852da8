import { findSubAttribute } from '../attribute-lookup.js';
import { canonicalizeValue, canonicalizeOne, isPrimary, severalPrimary } from '../canonical/value.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue, isJsonArray } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { invalidPath, invalidValue, mutability, noTarget } from '../scim-error.js';
import {
  checkMutability,
  objectOf,
  toChange,
  type Change,
  type PatchContext,
  holds,
  type WorkBudget,
} from './change.js';
import { createdElement } from './create-element.js';

/**
 * The object that holds an attribute (a resource, an extension, a complex value), changed. What a change leaves without
 * a value is absent.
 * @throws ScimError 400 `mutability`, `invalidValue`, `noTarget`, `invalidPath`
 */
function changeAttribute(holder: JsonObject, change: Change, context: PatchContext): JsonObject {
  context.budget.spend(Object.keys(holder).length);
  const before = member(holder, change.attribute.name);
  const after = changedValue(before, change, context);
  return after === before ? holder : withMember(holder, change.attribute.name, after);
}

/**
 * The value of an attribute, changed; undefined where none is left.
 * @throws ScimError as changeAttribute does
 */
export function changedValue(
  before: JsonValue | undefined,
  change: Change,
  context: PatchContext,
): JsonValue | undefined {
  checkMutability(change);
  const { attribute } = change;
  const after = attribute.multiValued ? changeElements(before, change, context) : changeSingle(before, change, context);
  if (after !== before) checkImmutable(before, after, change, context.budget);
  return after;
}

function changeSingle(before: JsonValue | undefined, change: Change, context: PatchContext): JsonValue | undefined {
  const { op, attribute, subAttribute, filter, value, where } = change;
  if (filter !== undefined) return changeFiltered(before, change, context);
  if (subAttribute !== undefined) return changePart(before, subAttribute, change, context);
  if (op === 'remove' || op === 'clear') return undefined;
  return attribute.type === 'complex' ? merge(before, change, context) : canonicalizeValue(value, attribute, where);
}

/**
 * A filter on the value of a single-valued attribute, as in `manager[value eq "…"]` and `title[value eq "…"]`: RFC 7644 has
 * none there. A simple attribute changes if it has this value, but false is set in any case: that somebody is no longer
 * active may not be lost.
 */
function changeFiltered(before: JsonValue | undefined, change: Change, context: PatchContext): JsonValue | undefined {
  const { op, attribute, subAttribute, filter, value, where } = change;
  if (filter === undefined || !holds('filter-on-single-value', context.options)) {
    throw invalidPath(`"${where}" has one value; leave out the filter in brackets.`);
  }
  if (filter.onPart === true && subAttribute !== undefined) return changePart(before, subAttribute, change, context);
  const matched = before !== undefined && context.budget.chooses(filter, before, attribute);
  const needsMatch = op === 'remove' || op === 'clear' || (attribute.type !== 'complex' && value !== false);
  if (needsMatch && !matched) return before;
  return changeSingle(before, { ...change, filter: undefined }, context);
}

/** A complex value with one sub-attribute changed; undefined when it has none left. */
function changePart(
  before: JsonValue | undefined,
  subAttribute: Attribute,
  { op, value, where, filter }: Change,
  context: PatchContext,
): JsonObject | undefined {
  const onPart = filter?.onPart === true ? { ...filter, onPart: false } : undefined;
  const part = { op, value, attribute: subAttribute, where, filter: onPart };
  return unlessEmpty(changeAttribute(objectOf(before), part, context));
}

/**
 * A complex value with the sub-attributes that the operation names changed, and the others as they are
 * (RFC 7644 §3.5.2.1, §3.5.2.3). Read-only and unknown ones are ignored.
 */
function merge(before: JsonValue | undefined, change: Change, context: PatchContext): JsonObject | undefined {
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
function checkImmutable(
  before: JsonValue | undefined,
  after: JsonValue | undefined,
  change: Change,
  budget: WorkBudget,
): void {
  if (change.attribute.mutability !== 'immutable' || before === undefined) return;
  if (after !== undefined && budget.textOf(after) === budget.textOf(before)) return;
  throw mutability(`"${change.where}" has a value already, which cannot be changed.`);
}

type Elements = readonly JsonValue[];

/** The values of a multi-valued attribute, changed; undefined when none is left. */
function changeElements(before: JsonValue | undefined, change: Change, context: PatchContext): JsonValue | undefined {
  const elements = isJsonArray(before) ? before : [];
  const whole = change.filter === undefined && change.subAttribute === undefined;
  const after = whole ? changeAll(elements, change, context) : changeChosen(elements, change, context);
  if (after === elements) return before;
  return after.length === 0 ? undefined : demotePrimary(elements, after, change.where);
}

/** All values at once: removed, replaced, or joined by others that are not there yet. */
function changeAll(elements: Elements, change: Change, context: PatchContext): Elements {
  const { op, attribute, value, where } = change;
  if (op === 'remove' || op === 'clear') return [];
  const given = canonicalizeValue(value === null || isJsonArray(value) ? value : [value], attribute, where);
  const added = isJsonArray(given) ? given : [];
  if (op === 'replace') return added;
  return union(demoteFor(added, elements, context.budget), added, context.budget, attribute);
}

/** Where a primary value is added, the one that was is primary no more, whatever else is repeated along with it. */
function demoteFor(added: Elements, elements: Elements, budget: WorkBudget): Elements {
  const primary = added.find(isPrimary);
  if (primary === undefined) return elements;
  const key = budget.keyOf(primary);
  return elements.map((element) =>
    isPrimary(element) && isJsonObject(element) && budget.keyOf(element) !== key
      ? { ...element, primary: false }
      : element,
  );
}

/** The values that the filter chooses, or all where the path names a sub-attribute without a filter. */
function changeChosen(elements: Elements, change: Change, context: PatchContext): Elements {
  const chosen = choose(elements, change, context);
  if (chosen.size === 0) return changeNone(elements, change, context);
  if (chosen.size > 1 && change.subAttribute?.name === 'primary' && change.value === true)
    throw severalPrimary(change.where);
  const changed = elements.map((element) => (chosen.has(element) ? changeElement(element, change, context) : element));
  const after = changed.filter((element) => element !== undefined);
  if (after.length === elements.length && after.every((element, index) => element === elements[index])) return elements;
  return union([], after, context.budget);
}

function choose(elements: Elements, { filter, attribute }: Change, { budget }: PatchContext): ReadonlySet<JsonValue> {
  budget.spend(elements.length);
  if (filter === undefined) return new Set(elements);
  return new Set(elements.filter((element) => budget.chooses(filter, element, attribute)));
}

/** Where nothing is chosen, RFC 7644 §3.5.2 has `noTarget` for a filter, and adds the value if there is no filter. */
function changeNone(elements: Elements, change: Change, context: PatchContext): Elements {
  const { op, filter, where } = change;
  if (op === 'clear' || (op === 'remove' && filter === undefined)) return elements;
  if (op === 'remove' && holds('unmatched-remove-done', context.options)) return elements;
  const start = op === 'remove' ? undefined : createdElement(change);
  if (start === undefined || (filter !== undefined && !holds('unmatched-filter-creates', context.options))) {
    const advice = op === 'remove' ? 'leave the operation out' : 'add one without a filter';
    throw noTarget(`No value of "${where}" matches the filter in the path; ${advice}.`);
  }
  const created = changeElement(start, { ...change, op: 'add' }, context);
  return created === undefined ? elements : union(elements, [created], context.budget);
}

/** One chosen value: undefined when it is removed or has nothing left. */
function changeElement(element: JsonValue, change: Change, context: PatchContext): JsonValue | undefined {
  const after = changedElement(element, change, context);
  const takesAway = change.op === 'remove' || change.op === 'clear' || !saysNothing(element);
  const [name = ''] = change.where.split('.', 1);
  return VALUED.has(name) && takesAway && saysNothing(after) ? undefined : after;
}

function changedElement(element: JsonValue, change: Change, context: PatchContext): JsonValue | undefined {
  const { op, attribute, subAttribute, value, where } = change;
  if (subAttribute !== undefined) return changePart(element, subAttribute, change, context);
  if (op === 'remove' || op === 'clear') return undefined;
  const merges = attribute.type === 'complex' && (op === 'add' || holds('filtered-replace-merges', context.options));
  return merges ? merge(element, change, context) : canonicalizeOne(value, attribute, where);
}

/** The attributes whose elements are nothing without what their type, display and primary are said of. */
const VALUED: ReadonlySet<string> = new Set([
  'emails',
  'phoneNumbers',
  'ims',
  'photos',
  'addresses',
  'roles',
  'entitlements',
]);
const SAID_OF_VALUE: ReadonlySet<string> = new Set(['type', 'primary', 'display']);

function saysNothing(element: JsonValue | undefined): boolean {
  return isJsonObject(element) && Object.keys(element).every((name) => SAID_OF_VALUE.has(name));
}

/** `primary` on a value that the operation set takes it from the others (RFC 7644 §3.5.2). */
function demotePrimary(before: Elements, after: Elements, where: string): Elements {
  if (after.filter(isPrimary).length < 2) return after;
  const old = new Set(before);
  const fresh = after.filter((element) => isPrimary(element) && !old.has(element));
  if (fresh.length > 1) throw severalPrimary(where);
  return after.map((element) =>
    isJsonObject(element) && member(element, 'primary') === true && old.has(element)
      ? { ...element, primary: false }
      : element,
  );
}

/** What it costs to find the place of one value among the others. */
const COST_OF_JOINING = 5;

/**
 * The values with others added to them, each kept once: values with the same `value` and `type` are one (RFC 7643 §2.4),
 * and those without `value` when they are equal. A role is known by its value alone. The added one's sub-attributes count
 * where both have them.
 */
function union(
  elements: readonly JsonValue[],
  added: readonly JsonValue[],
  budget: WorkBudget,
  attribute?: Attribute,
): readonly JsonValue[] {
  budget.spend(COST_OF_JOINING * (elements.length + added.length));
  const all = new Map<string, JsonValue>(elements.map((element) => [budget.keyOf(element), element]));
  const roles = attribute?.name === 'roles' ? keysByValue(elements, budget) : undefined;
  for (const element of added) {
    const key = roles?.get(valueOf(element)) ?? budget.keyOf(element);
    const known = all.get(key);
    all.set(key, known === undefined ? element : join(known, element));
  }
  return [...all.values()];
}

function keysByValue(elements: Elements, budget: WorkBudget): ReadonlyMap<JsonValue | undefined, string> {
  return new Map(
    elements
      .filter((element) => valueOf(element) !== undefined)
      .map((element) => [valueOf(element), budget.keyOf(element)]),
  );
}

const valueOf = (element: JsonValue): JsonValue | undefined =>
  isJsonObject(element) ? member(element, 'value') : undefined;

function join(known: JsonValue, element: JsonValue): JsonValue {
  return isJsonObject(known) && isJsonObject(element) ? { ...known, ...element } : element;
}
