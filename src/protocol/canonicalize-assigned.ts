import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';
import { invalidValue } from './scim-error.js';

/** Each change of a resource copies what is kept in it. */
const MOST_KEPT = 1_000;

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

/**
 * Refuses more than 1,000 attributes without a schema in one extension, or as many extensions without one.
 * @throws ScimError 400 `invalidValue`
 */
export function checkKept<Value extends JsonValue>(value: Value, where: string): Value {
  if (!isJsonObject(value) || Object.keys(value).length <= MOST_KEPT) return value;
  throw invalidValue(`${where} takes at most ${MOST_KEPT} attributes or extensions that no schema has; send fewer.`);
}
