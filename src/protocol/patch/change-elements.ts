import { canonicalizeOne, canonicalizeValue, isPrimary, severalPrimary } from '../canonicalize-value.js';
import { isJsonArray, isJsonObject, member, type JsonValue } from '../json.js';
import { noTarget } from '../scim-error.js';
import { changePart, merge } from './change-attribute.js';
import { type Change, type PatchContext } from './change.js';
import { createdElement } from './create-element.js';
import { holds } from './options.js';
import { union } from './union.js';

type Elements = readonly JsonValue[];

/** The values of a multi-valued attribute, changed; undefined when none is left. */
export function changeElements(
  before: JsonValue | undefined,
  change: Change,
  context: PatchContext,
): JsonValue | undefined {
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
  return op === 'replace' ? added : union(elements, added, context.budget);
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

/** Where nothing is chosen, RFC 7644 §3.5.2 has `noTarget` for a filter, and adds the value where there is no filter. */
function changeNone(elements: Elements, change: Change, context: PatchContext): Elements {
  const { op, filter, where } = change;
  if (op === 'clear' || (op === 'remove' && filter === undefined)) return elements;
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
  const { op, attribute, subAttribute, value, where } = change;
  if (subAttribute !== undefined) {
    const after = changePart(element, subAttribute, change, context);
    return op === 'clear' && subAttribute.name === 'value' && saysNothing(after) ? undefined : after;
  }
  if (op === 'remove' || op === 'clear') return undefined;
  if (op === 'add' && attribute.type === 'complex') return merge(element, change, context);
  return canonicalizeOne(value, attribute, where);
}

/** Whether an element whose value was cleared says no more than what the value was for. */
function saysNothing(element: JsonValue | undefined): boolean {
  return isJsonObject(element) && Object.keys(element).every((name) => name === 'type' || name === 'primary');
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
