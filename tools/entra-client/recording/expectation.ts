import { atPointer, isArray, isObject, type Json, type JsonObject } from '../json.js';
import type { Expectation } from './exchange.js';

/** What of an expectation an answer does not meet, a sentence each. `body` is undefined if the answer has none. */
export function unmet(expected: Expectation, status: number, body: Json | undefined): readonly string[] {
  if (!expected.status.includes(status)) return [`the status is ${status}, not ${expected.status.join(' or ')}`];
  if (body === undefined && expected.status.includes(204)) return [];
  return [...lacking(expected, body), ...unwanted(expected, body), ...wrongLengths(expected, body)];
}

function lacking(expected: Expectation, body: Json | undefined): readonly string[] {
  const fault = expected.body_contains === undefined ? undefined : mismatch(expected.body_contains, body, '');
  return fault === undefined ? [] : [fault];
}

function unwanted(expected: Expectation, body: Json | undefined): readonly string[] {
  if (expected.body_lacks === undefined) return [];
  const partials = isArray(expected.body_lacks) ? expected.body_lacks : [expected.body_lacks];
  return partials
    .filter((partial) => mismatch(partial, body, '') === undefined)
    .map((partial) => `the body must not contain ${brief(partial)}`);
}

function wrongLengths(expected: Expectation, body: Json | undefined): readonly string[] {
  return Object.entries(expected.lengths ?? {}).flatMap(([pointer, length]) => {
    const value = atPointer(body, pointer) ?? [];
    if (!isArray(value)) return [`${pointer} is ${brief(value)}, not an array`];
    return value.length === length ? [] : [`${pointer} has ${value.length} elements, not ${length}`];
  });
}

/**
 * The first place where a value lacks what a partial one asks for: an object has each of its members, an array some
 * element like each of its elements; null stands for absent or null; anything else is equal.
 */
function mismatch(expected: Json, actual: Json | undefined, place: string): string | undefined {
  if (expected === null) return (actual ?? null) === null ? undefined : differs(place, actual, 'absent');
  if (isArray(expected)) return missingElement(expected, actual, place);
  if (isObject(expected)) return missingMember(expected, actual, place);
  return expected === actual ? undefined : differs(place, actual, brief(expected));
}

function missingElement(expected: readonly Json[], actual: Json | undefined, place: string): string | undefined {
  if (!isArray(actual)) return differs(place, actual, 'an array');
  const missing = expected.find((element) => !actual.some((one) => mismatch(element, one, '') === undefined));
  return missing === undefined ? undefined : `${place} has no element like ${brief(missing)}: it is ${brief(actual)}`;
}

function missingMember(expected: JsonObject, actual: Json | undefined, place: string): string | undefined {
  if (actual !== undefined && !isObject(actual)) return differs(place, actual, 'an object');
  for (const [name, inner] of Object.entries(expected)) {
    const value = actual !== undefined && Object.hasOwn(actual, name) ? actual[name] : undefined;
    const fault = mismatch(inner, value, `${place}/${name}`);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

const differs = (place: string, actual: Json | undefined, wanted: string): string =>
  `${place === '' ? 'the body' : place} is ${brief(actual)}, not ${wanted}`;

function brief(value: Json | undefined): string {
  const text = value === undefined ? 'absent' : JSON.stringify(value);
  return text.length > 200 ? `${text.slice(0, 197)}...` : text;
}
