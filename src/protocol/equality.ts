import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from './json.js';

/**
 * A text that two values share exactly when they mean the same: neither the order of an object's members nor that of a
 * multi-valued attribute's values counts (RFC 7643 §2.4). Takes n log n in the size of the value.
 */
export function canonicalText(value: JsonValue): string {
  if (isJsonArray(value)) return `[${value.map(canonicalText).sort().join(',')}]`;
  if (isJsonObject(value)) return `{${Object.entries(value).map(memberText).sort().join(',')}}`;
  return JSON.stringify(value);
}

function memberText([name, value]: [string, JsonValue]): string {
  return `${JSON.stringify(name)}:${canonicalText(value)}`;
}

/**
 * Whether two resources in canonical form are the same, so that a change from one to the other changes nothing.
 * Canonical forms hold no null and nothing empty, so that absent, null and empty are alike (RFC 7643 §2.5).
 */
export function sameResource(a: JsonObject, b: JsonObject): boolean {
  return canonicalText(a) === canonicalText(b);
}
