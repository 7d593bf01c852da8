import type { Requests } from '../document/requests.js';
import { isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';

/** A value that breaks a schema in one place. */
export interface BrokenValue {
  /** The word of the schema that it breaks. */
  readonly word: string;
  /** The JSON pointer of the place. */
  readonly at: string;
  readonly value: Json;
}

/** One of every type, and none of a form in which Entra sends values of another type (an object with `value`, a list of one). */
const OF_EVERY_TYPE: readonly Json[] = [7, 1.5, true, 'not of that type', ['x', 'y'], { not: 'of that type' }, null];

const PLAIN_TYPES: Readonly<Record<string, (value: Json) => boolean>> = {
  string: (value) => typeof value === 'string',
  boolean: (value) => typeof value === 'boolean',
  integer: (value) => Number.isInteger(value),
  number: (value) => typeof value === 'number',
  array: isArray,
  object: isObject,
};

/**
 * The ways to break a schema by changing one place of a value that it allows. Some may still be allowed, by an alternative
 * further out: validate them.
 */
export function brokenValues(requests: Requests, schema: Json, value: Json): readonly BrokenValue[] {
  const words = requests.resolved(schema);
  return [
    ...broken('type', ofAnotherType(words)),
    ...broken('enum', isArray(words['enum']) ? ['not one of these'] : []),
    ...broken('length', wrongLengths(words)),
    ...broken('pattern', typeof words['pattern'] === 'string' ? ['!'] : []),
    ...broken('format', typeof words['format'] === 'string' ? ['not of that format'] : []),
    ...broken('range', outOfRange(words)),
    ...broken('items', wrongCounts(words, value)),
    ...broken('required', withoutRequired(words, value)),
    ...broken('additionalProperties', withUnknown(words, value)),
    ...brokenWithin(requests, words, value),
  ];
}

const broken = (word: string, values: readonly Json[]): readonly BrokenValue[] =>
  values.map((value) => ({ word, at: '', value }));

function ofAnotherType(words: JsonObject): readonly Json[] {
  const { type, nullable } = words;
  const fits = typeof type === 'string' ? PLAIN_TYPES[type] : undefined;
  if (fits === undefined) return isArray(words['anyOf']) ? OF_EVERY_TYPE : [];
  return OF_EVERY_TYPE.filter((value) => (value === null ? nullable !== true : !fits(value)));
}

function wrongLengths({ minLength, maxLength }: JsonObject): readonly Json[] {
  return [
    ...(typeof minLength === 'number' && minLength > 0 ? ['x'.repeat(minLength - 1)] : []),
    ...(typeof maxLength === 'number' ? ['x'.repeat(maxLength + 1)] : []),
  ];
}

function outOfRange({ minimum, maximum }: JsonObject): readonly Json[] {
  return [...(typeof minimum === 'number' ? [minimum - 1] : []), ...(typeof maximum === 'number' ? [maximum + 1] : [])];
}

function wrongCounts({ minItems, maxItems }: JsonObject, value: Json): readonly Json[] {
  if (!isArray(value)) return [];
  const [first] = value;
  const few = typeof minItems === 'number' && minItems > 0 ? [value.slice(0, minItems - 1)] : [];
  const many = typeof maxItems === 'number' && first !== undefined ? [Array<Json>(maxItems + 1).fill(first)] : [];
  return [...few, ...many];
}

function withoutRequired({ required }: JsonObject, value: Json): readonly Json[] {
  if (!isArray(required) || !isObject(value)) return [];
  return required.map((name) => Object.fromEntries(Object.entries(value).filter(([key]) => key !== name)));
}

const withUnknown = ({ additionalProperties }: JsonObject, value: Json): readonly Json[] =>
  additionalProperties === false && isObject(value) ? [{ ...value, fuzzUnknown: 'x' }] : [];

function brokenWithin(requests: Requests, words: JsonObject, value: Json): readonly BrokenValue[] {
  if (isArray(value)) return value.flatMap((element, index) => brokenElement(requests, words, value, element, index));
  if (!isObject(value)) return [];
  const properties = requests.resolved(words['properties']);
  return Object.entries(properties).flatMap(([name, schema]) =>
    // an attribute that is not there yet can be broken as well
    brokenValues(requests, schema, value[name] ?? null).map((inner) => ({
      ...inner,
      at: `/${name}${inner.at}`,
      value: { ...value, [name]: inner.value },
    })),
  );
}

const brokenElement = (
  requests: Requests,
  words: JsonObject,
  value: readonly Json[],
  element: Json,
  index: number,
): readonly BrokenValue[] =>
  brokenValues(requests, words['items'] ?? {}, element).map((inner) => ({
    ...inner,
    at: `/${index}${inner.at}`,
    value: value.with(index, inner.value),
  }));
