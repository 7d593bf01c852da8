import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';

/** The value without anything null or empty in it; undefined when nothing is left (RFC 7643 §2.5). */
export function assigned(value: JsonValue): JsonValue | undefined {
  if (isJsonArray(value)) {
    const elements = value.map(assigned).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : elements;
  }
  if (!isJsonObject(value)) return value ?? undefined;
  const object = assignedMembers(Object.entries(value));
  return Object.keys(object).length === 0 ? undefined : object;
}

/** An object of those members that are assigned, with nothing null or empty in their values. */
export function assignedMembers(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  const kept = members.map(([name, value]) => [name, assigned(value)] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/** Whether a value says that there is none: null, an empty array, an empty object (RFC 7643 §2.5). */
export function isUnassigned(value: JsonValue): boolean {
  return assigned(value) === undefined;
}
