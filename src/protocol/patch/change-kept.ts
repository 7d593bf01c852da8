import { assigned } from '../canonical/canonicalize.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
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
  const { draft } = context;
  const name = draft.spelled(resource, urn);
  if (change === undefined) return draft.set(resource, name, undefined);
  const { op, value } = change;
  const extension = Object.entries(value).reduce(
    (before, [key, given]) => setAt(before, key, [], { op, value: given }, context),
    objectOf(member(resource, name)),
  );
  return draft.set(resource, name, extension);
}

function setAt(
  object: JsonObject,
  name: string,
  rest: readonly string[],
  change: KeptChange,
  context: PatchContext,
): JsonObject {
  const { draft } = context;
  const spelled = draft.spelled(object, name);
  const held = member(object, spelled);
  const [next, ...deeper] = rest;
  if (next === undefined) return draft.set(object, spelled, keptValue(held, change, context));
  return draft.set(object, spelled, setAt(objectOf(held), next, deeper, change, context));
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

/** Whether the resource has an object under that URN, in whatever case. */
export function hasExtension(resource: JsonObject, urn: string, { draft }: PatchContext): boolean {
  return isJsonObject(member(resource, draft.spelled(resource, urn)));
}
