import { assigned, checkKept } from '../canonical/canonicalize.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import { objectOf, type PatchContext } from './change.js';

/**
 * Changes what stands under a URN without a schema knowing it: kept as sent, since nobody knows its type. `add` and
 * `replace` both set it, nothing at all (undefined or null) removes it.
 * @param segments the attribute's name, and perhaps a sub-attribute's
 */
export function changeKept(
  resource: JsonObject,
  urn: string,
  segments: readonly string[],
  value: JsonValue | undefined,
  context: PatchContext,
): JsonObject {
  const [name, ...rest] = [urn, ...segments];
  return setAt(resource, name, rest, value, context);
}

/** Sets each of an unknown extension's attributes, or removes the extension. */
export function changeKeptExtension(
  resource: JsonObject,
  urn: string,
  value: JsonObject | undefined,
  context: PatchContext,
): JsonObject {
  const name = spelledIn(resource, urn, context);
  if (value === undefined) return withMember(resource, name, undefined);
  const extension = mergeKept(objectOf(member(resource, name)), value, context);
  return withMember(resource, name, checkKept(extension, `"${name}"`));
}

function mergeKept(before: JsonObject, value: JsonObject, { budget }: PatchContext): JsonObject {
  budget.spend(Object.keys(before).length + Object.keys(value).length);
  const spelling = new Map(Object.keys(before).map((name) => [name.toLowerCase(), name]));
  const merged = new Map(Object.entries(before));
  for (const [name, given] of Object.entries(value)) {
    const spelled = spelling.get(name.toLowerCase()) ?? name;
    const kept = assigned(given);
    if (kept === undefined) merged.delete(spelled);
    else merged.set(spelled, kept);
  }
  return Object.fromEntries(merged);
}

function setAt(
  object: JsonObject,
  name: string,
  rest: readonly string[],
  value: JsonValue | undefined,
  context: PatchContext,
): JsonObject {
  const spelled = spelledIn(object, name, context);
  const [next, ...deeper] = rest;
  if (next === undefined) return withMember(object, spelled, value === undefined ? undefined : assigned(value));
  const part = setAt(objectOf(member(object, spelled)), next, deeper, value, context);
  return withMember(object, spelled, part);
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
