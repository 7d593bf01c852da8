import type { Requests } from '../document/requests.js';
import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { isIgnored, isReference, isTrimmed, isTrueUnlessSaid } from './rules-in-words.js';

/**
 * How the server changes a value that it stores, according to the documents; the only place in these tests that knows.
 *
 * - Names are brought to the spelling of the document.
 * - null and empty arrays and objects are no value. So is an empty text in a PATCH, and for a reference always.
 * - A reference may come as text, or in an array of one.
 * - A value without parts may come as the `value` of an object, in an array of one.
 * - A boolean may come as its word.
 * - A role may have `displayName` for `display`.
 * - An element may come as text, which is its `value`; an empty one is no element.
 * - The same value of the same type comes back once, with what its later mention says.
 * - Of a text that the document says to be trimmed, white space around it goes.
 * - What the request's schema ignores, or the answer's does not have, does not come back.
 * - Under a URN that no schema knows, everything comes back but null and what is empty.
 */
export class Normalization {
  constructor(
    readonly requests: Requests,
    readonly message: 'resource' | 'patch',
  ) {}

  /**
   * The attributes that a resource must have after a body was sent; undefined for those it must not have.
   * @param sent the schema of what was sent
   * @param answered the schema of the resource
   */
  attributes(body: JsonObject, sent: JsonObject, answered: JsonObject): ReadonlyMap<string, Json | undefined> {
    const properties = this.#properties(sent);
    const known = Object.entries(this.#properties(answered))
      .filter(([name]) => Object.hasOwn(properties, name) && name !== 'schemas')
      .map(([name, schema]) => [name, this.#attribute(memberOf(body, name), properties[name] ?? {}, schema)] as const);
    const kept = Object.entries(body)
      .filter(([name, value]) => name.includes(':') && isObject(value) && !Object.hasOwn(properties, name))
      .map(([name, value]) => [name, assigned(value)] as const);
    return new Map([...known, ...kept]);
  }

  #attribute(value: Json | undefined, sent: Json, answered: Json): Json | undefined {
    const normal = this.#value(value, sent, answered);
    return normal === undefined && isTrueUnlessSaid(this.requests.resolved(answered)) ? true : normal;
  }

  /** An attribute of a resource as it is compared with `attributes`: without what the server adds to it. */
  comparable(value: Json | undefined, sent: Json | undefined, answered: Json): Json | undefined {
    return sent === undefined ? value : new Normalization(this.requests, 'resource').#value(value, sent, answered);
  }

  #value(value: Json | undefined, sent: Json, answered: Json): Json | undefined {
    const words = this.requests.resolved(answered);
    if (value === undefined || value === null) return undefined;
    switch (words['type'] === 'array' || words['type'] === 'object' ? words['type'] : 'simple') {
      case 'array':
        return isArray(value) ? this.#elements(value, this.#items(sent), words['items'] ?? {}) : value;
      case 'object':
        return this.#object(value, sent, words);
      case 'simple':
        return this.#simple(unwrapped(value), this.requests.resolved(sent), words);
    }
  }

  #simple(value: Json, sent: JsonObject, { type }: JsonObject): Json | undefined {
    if (value === null || (value === '' && this.message === 'patch')) return undefined;
    if (typeof value !== 'string') return value;
    if (type === 'boolean') return value.toLowerCase() === 'true';
    return isTrimmed(sent) ? value.trim() : value;
  }

  #elements(values: readonly Json[], sent: Json, answered: Json): Json | undefined {
    const elements = values.map((value) => this.#value(value, sent, answered)).filter((value) => value !== undefined);
    const distinct = new Map<string, Json>();
    for (const element of elements) {
      const key = keyOf(element);
      distinct.set(key, joined(distinct.get(key), element));
    }
    return distinct.size === 0 ? undefined : [...distinct.values()];
  }

  #object(value: Json, sent: Json, answered: JsonObject): Json | undefined {
    const properties = this.#properties(sent);
    const [only] = isArray(value) ? value : [value];
    if (only === '') return undefined;
    const object = typeof only === 'string' ? { value: only } : only;
    if (!isObject(object) || this.#isEmptyReference(object, properties)) return undefined;
    const members = Object.entries(this.#properties(answered))
      .filter(([name]) => !isIgnored(this.requests.resolved(properties[name])))
      .map(([name, schema]) => [name, this.#value(this.#member(object, name), properties[name] ?? {}, schema)] as const)
      .filter((entry): entry is readonly [string, Json] => entry[1] !== undefined);
    return members.length === 0 ? undefined : Object.fromEntries(members);
  }

  #isEmptyReference(object: JsonObject, properties: JsonObject): boolean {
    const refers = isReference(this.requests.resolved(properties['value']));
    return memberOf(object, 'value') === '' && (refers || this.message === 'patch');
  }

  #member(object: JsonObject, name: string): Json | undefined {
    return memberOf(object, name) ?? (name === 'display' ? memberOf(object, 'displayName') : undefined);
  }

  #items(sent: Json): Json {
    return this.requests.resolved(sent)['items'] ?? {};
  }

  /** The properties of an object, also where it is one of several forms. */
  #properties(schema: Json): JsonObject {
    const { properties, anyOf } = this.requests.resolved(schema);
    if (isObject(properties)) return properties;
    const forms = isArray(anyOf) ? anyOf.map((form) => this.#properties(form)) : [];
    return forms.find((form) => Object.keys(form).length > 0) ?? {};
  }
}

/** Elements of one `value` and one type are one; without a `value`, those that are alike. */
const keyOf = (element: Json): string =>
  isObject(element) && element['value'] !== undefined
    ? JSON.stringify([element['value'], element['type'] ?? null])
    : canonical(element);

/** The later mention counts, but being primary is not lost. */
function joined(known: Json | undefined, element: Json): Json {
  if (!isObject(known) || !isObject(element)) return element;
  return { ...known, ...element, ...(known['primary'] === true ? { primary: true } : {}) };
}

/** The value in an array of one, and in an object with `value`. */
function unwrapped(value: Json): Json {
  const [only = null] = isArray(value) && value.length === 1 ? value : [value];
  return isObject(only) ? (memberOf(only, 'value') ?? only) : only;
}

/** The member of a name in any case. */
export function memberOf(object: JsonObject, name: string): Json | undefined {
  const lower = name.toLowerCase();
  return Object.entries(object).find(([key]) => key.toLowerCase() === lower)?.[1];
}

/** The value without null and without what is empty. */
function assigned(value: Json): Json | undefined {
  if (isArray(value)) return nonEmpty(value.map(assigned).filter((element) => element !== undefined));
  if (!isObject(value)) return value ?? undefined;
  const members = Object.entries(value).map(([name, inner]) => [name, assigned(inner)] as const);
  return nonEmpty(Object.fromEntries(members.filter((entry): entry is [string, Json] => entry[1] !== undefined)));
}

const nonEmpty = (value: Json): Json | undefined => (Object.keys(value ?? {}).length === 0 ? undefined : value);

/** The value as text, whatever the order of members and of elements. */
function canonical(value: Json | undefined): string {
  if (isArray(value)) return `[${value.map(canonical).sort().join()}]`;
  if (value === undefined) return '';
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, inner]) => `${JSON.stringify(name)}:${canonical(inner)}`);
  return `{${members.sort().join()}}`;
}

/** Points in time are the same in whatever zone they are written. */
export const sameValue = (one: Json | undefined, other: Json | undefined): boolean =>
  canonical(one) === canonical(other) || (pointInTime(one) !== undefined && pointInTime(one) === pointInTime(other));

function pointInTime(value: Json | undefined): number | undefined {
  if (typeof value !== 'string' || !/^\d{4}-\d{2}-\d{2}T/u.test(value)) return undefined;
  const time = Date.parse(value);
  return Number.isNaN(time) ? undefined : time;
}

/** The body of an answer, as an object; empty where it is none. */
export function objectOf(text: string): JsonObject {
  const body = parseJson(text);
  return isObject(body) ? body : {};
}
