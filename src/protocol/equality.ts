import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from './json.js';

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
  const compared = compare(a, b);
  return compared === 'unsure' ? canonicalText(a) === canonicalText(b) : compared === 'same';
}

type Comparison = 'same' | 'different' | 'unsure';

/**
 * Compares without sorting: arrays of several elements that are not the same one by one may be so in another order, and only
 * then texts are made.
 */
function compare(a: JsonValue, b: JsonValue): Comparison {
  if (a === b) return 'same';
  if (isJsonArray(a)) return isJsonArray(b) ? compareArrays(a, b) : 'different';
  if (!isJsonObject(a)) return 'different';
  return isJsonObject(b) ? compareObjects(a, b) : 'different';
}

function compareArrays(a: readonly JsonValue[], b: readonly JsonValue[]): Comparison {
  if (a.length !== b.length) return 'different';
  for (const [index, element] of a.entries()) {
    const compared = compare(element, b[index] ?? null);
    if (compared !== 'same') return a.length === 1 ? compared : 'unsure';
  }
  return 'same';
}

function compareObjects(a: JsonObject, b: JsonObject): Comparison {
  const names = Object.keys(a);
  if (names.length !== Object.keys(b).length) return 'different';
  let result: Comparison = 'same';
  for (const name of names) {
    const [one, other] = [member(a, name), member(b, name)];
    const compared = one === undefined || other === undefined ? 'different' : compare(one, other);
    if (compared === 'different') return compared;
    if (compared === 'unsure') result = compared;
  }
  return result;
}
