import { assigned } from '../canonicalize-assigned.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import type { PatchContext } from './change.js';
import { objectOf } from './change.js';

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
  if (value === undefined) return setAt(resource, urn, [], undefined, context);
  const before = member(resource, spelledIn(resource, urn, context));
  const extension = Object.entries(value).reduce(
    (changed, [name, given]) => setAt(changed, name, [], given, context),
    objectOf(before),
  );
  return setAt(resource, urn, [], extension, context);
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
  return withMember(object, spelled, assigned(part));
}

/** The name as the object has it already, in whatever case. */
function spelledIn(object: JsonObject, name: string, { budget }: PatchContext): string {
  budget.spendCopy(object);
  if (Object.hasOwn(object, name)) return name;
  const folded = name.toLowerCase();
  return Object.keys(object).find((other) => other.toLowerCase() === folded) ?? name;
}

/** Whether the resource has an object under that URN, in whatever case. */
export function hasExtension(resource: JsonObject, urn: string, context: PatchContext): boolean {
  return isJsonObject(member(resource, spelledIn(resource, urn, context)));
}
