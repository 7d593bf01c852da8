import { assigned, checkKept } from '../canonical/canonicalize.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import { objectOf, type PatchContext } from './change.js';

/** What is set although no schema defines it. */
interface KeptChange<Value extends JsonValue = JsonValue> {
  readonly op: 'add' | 'replace' | 'remove';
  readonly value: Value;
}

/**
 * Changes what stands under a URN although no schema defines it: kept as sent, since nobody knows its type. `add` and
 * `replace` both set it, except for an array, which `add` adds to; null removes it.
 * @param names the extension's URN, the attribute's name, and perhaps a sub-attribute's
 */
export function changeKept(
  resource: JsonObject,
  [urn, ...segments]: readonly [string, ...string[]],
  change: KeptChange,
  context: PatchContext,
): JsonObject {
  return setAt(resource, urn, segments, change, context);
}

/** Sets each of an unknown extension's attributes, or removes the extension. */
export function changeKeptExtension(
  resource: JsonObject,
  urn: string,
  change: KeptChange<JsonObject> | undefined,
  context: PatchContext,
): JsonObject {
  const name = spelledIn(resource, urn, context);
  if (change === undefined) return withMember(resource, name, undefined);
  const extension = mergeKept(objectOf(member(resource, name)), change, context);
  return withMember(resource, name, checkKept(extension, `"${name}"`));
}

function mergeKept(before: JsonObject, { op, value }: KeptChange<JsonObject>, context: PatchContext): JsonObject {
  context.budget.spend(Object.keys(before).length + Object.keys(value).length);
  const spelling = new Map(Object.keys(before).map((name) => [name.toLowerCase(), name]));
  const merged = new Map(Object.entries(before));
  for (const [name, given] of Object.entries(value)) {
    const spelled = spelling.get(name.toLowerCase()) ?? name;
    const kept = keptValue(merged.get(spelled), { op, value: given }, context);
    if (kept === undefined) merged.delete(spelled);
    else merged.set(spelled, kept);
  }
  return Object.fromEntries(merged);
}

function setAt(
  object: JsonObject,
  name: string,
  rest: readonly string[],
  change: KeptChange,
  context: PatchContext,
): JsonObject {
  const spelled = spelledIn(object, name, context);
  const held = member(object, spelled);
  const [next, ...deeper] = rest;
  if (next === undefined) return withMember(object, spelled, keptValue(held, change, context));
  return withMember(object, spelled, setAt(objectOf(held), next, deeper, change, context));
}

/** What is kept of a value: as it was sent, or an array with what it lacks added. */
function keptValue(
  before: JsonValue | undefined,
  { op, value }: KeptChange,
  { budget }: PatchContext,
): JsonValue | undefined {
  const given = assigned(value);
  if (op !== 'add' || given === undefined || !isJsonArray(before)) return given;
  const known = new Set(before.map((element) => budget.textOf(element)));
  const added = isJsonArray(given) ? given : [given];
  return [...before, ...added.filter((element) => !known.has(budget.textOf(element)))];
}

/** Setting a name copies the object, which takes as long as so many comparisons for each of its names. */
const COPY_COST = 4;

/** The name as the object has it already, in whatever case. */
function spelledIn(object: JsonObject, name: string, { budget }: PatchContext): string {
  budget.spend(COPY_COST * Object.keys(object).length);
  if (Object.hasOwn(object, name)) return name;
  const folded = name.toLowerCase();
  return Object.keys(object).find((other) => other.toLowerCase() === folded) ?? name;
}

/** Whether the resource has an object under that URN, in whatever case. */
export function hasExtension(resource: JsonObject, urn: string, context: PatchContext): boolean {
  return isJsonObject(member(resource, spelledIn(resource, urn, context)));
}
