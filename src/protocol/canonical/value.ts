import { parseDateTime } from '../date-time.js';
import { canonicalText } from '../equality.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { invalidValue } from '../scim-error.js';
import { foldString, isCaseExact } from '../search-form.js';
import { isAscii } from '../text.js';

/** The most values that a multi-valued attribute takes. */
const MOST_VALUES = 1_000;

/** The longest folded value of an indexed attribute, in UTF-8 bytes; PostgreSQL takes no longer keys. */
const INDEXED_BYTES = 2_000;

/**
 * An attribute's value in canonical form: checked against the attribute's characteristics (RFC 7643 §2.2, §2.3), without
 * what is null or empty, without read-only and unknown sub-attributes; strings stay as sent. Undefined: unassigned.
 * Required sub-attributes are not asked for here, since a PATCH gives parts of values.
 * @param value with names in the schema's spelling, see canonical-names.ts
 * @param where the attribute's name as the sender knows it, for the error
 * @throws ScimError 400 `invalidValue`
 */
export function canonicalizeValue(value: JsonValue, attribute: Attribute, where: string): JsonValue | undefined {
  if (value === null) return undefined;
  return attribute.multiValued ? canonicalizeAll(value, attribute, where) : canonicalizeOne(value, attribute, where);
}

function canonicalizeAll(value: JsonValue, attribute: Attribute, where: string): JsonValue | undefined {
  if (!isJsonArray(value)) throw invalidValue(`"${where}" is multi-valued; send an array.`);
  if (value.length === 1) {
    const only = canonicalizeOne(value[0] ?? null, attribute, where);
    return only === undefined ? undefined : [only];
  }
  const distinct = new Map<string, JsonValue>();
  for (const given of value) {
    const element = canonicalizeOne(given, attribute, where);
    if (element === undefined) continue;
    const key = keyOf(element);
    const known = distinct.get(key);
    distinct.set(key, known === undefined ? element : joined(known, element));
  }
  const elements = [...distinct.values()];
  if (elements.length > MOST_VALUES) throw invalidValue(`"${where}" takes at most ${MOST_VALUES} values.`);
  if (elements.filter(isPrimary).length > 1) throw severalPrimary(where);
  return elements.length === 0 ? undefined : elements;
}

/** What elements share that are one: the same `value` and `type` (RFC 7643 §2.4), or all, if there is no `value`. */
function keyOf(element: JsonValue): string {
  const value = isJsonObject(element) ? member(element, 'value') : undefined;
  if (value === undefined || !isJsonObject(element)) return canonicalText(element);
  return JSON.stringify([value, member(element, 'type') ?? null]);
}

/** The same value sent twice: what the later one says counts, but being primary is not lost. */
function joined(known: JsonValue, element: JsonValue): JsonValue {
  if (!isJsonObject(known) || !isJsonObject(element)) return element;
  return { ...known, ...element, ...(isPrimary(known) ? { primary: true } : {}) };
}

/** Whether a value is the one that its user prefers (RFC 7643 §2.4). */
export function isPrimary(element: JsonValue): boolean {
  return isJsonObject(element) && member(element, 'primary') === true;
}

/** 400 `invalidValue`: `primary` is true on more than one value (RFC 7643 §2.4). */
export function severalPrimary(where: string): Error {
  return invalidValue(`"primary" may be true on one value of "${where}" only.`);
}

/** One value in canonical form: a single-valued attribute's, or one element of a multi-valued one's. */
export function canonicalizeOne(value: JsonValue, attribute: Attribute, where: string): JsonValue | undefined {
  if (value === null) return undefined;
  switch (attribute.type) {
    case 'complex':
      return canonicalizeComplex(value, attribute, where);
    case 'boolean':
      if (typeof value !== 'boolean') throw wrongType(where, 'true or false');
      return value;
    case 'integer':
      if (!Number.isSafeInteger(value)) throw wrongType(where, 'a whole number');
      return value;
    case 'decimal':
      if (typeof value !== 'number') throw wrongType(where, 'a number');
      return value;
    case 'string':
    case 'reference':
    case 'dateTime':
    case 'binary':
      return checkText(value, attribute, where);
  }
}

function canonicalizeComplex(value: JsonValue, attribute: Attribute, where: string): JsonObject | undefined {
  if (!isJsonObject(value)) throw wrongType(where, 'an object with sub-attributes');
  const object = canonicalizeMembers(value, attribute.subAttributes ?? [], `${where}.`);
  return Object.keys(object).length === 0 ? undefined : object;
}

/** Those members of an object that are attributes which clients write and the server stores, in the order of the schema. */
export function canonicalizeMembers(object: JsonObject, attributes: readonly Attribute[], prefix: string): JsonObject {
  const members: Record<string, JsonValue> = {};
  for (const attribute of attributes) {
    const given = attribute.mutability === 'readOnly' ? undefined : member(object, attribute.name);
    const value = given === undefined ? undefined : canonicalizeValue(given, attribute, prefix + attribute.name);
    if (value !== undefined && attribute.mutability !== 'writeOnly') members[attribute.name] = value;
  }
  return members;
}

function checkText(value: JsonValue, attribute: Attribute, where: string): string {
  if (typeof value !== 'string') throw wrongType(where, 'a string');
  if (attribute.type === 'dateTime' && parseDateTime(value) === undefined) {
    throw wrongType(where, 'a dateTime such as 2011-05-13T04:42:34Z');
  }
  if (attribute.type === 'binary' && !isBase64(value)) throw wrongType(where, 'base64');
  if (attribute.maxLength !== undefined) checkLength(value, attribute, attribute.maxLength, where);
  return value;
}

/** Whether a text is base64 (RFC 4648 §4); the padding may be left out (RFC 7643 §2.3.6). */
function isBase64(text: string): boolean {
  const digits = text.endsWith('==') ? text.slice(0, -2) : text.endsWith('=') ? text.slice(0, -1) : text;
  const complete = digits.length === text.length || text.length % 4 === 0;
  return complete && digits.length % 4 !== 1 && /^[a-z0-9+/]*$/i.test(digits);
}

function checkLength(value: string, attribute: Attribute, maxLength: number, where: string): void {
  if (value.length > maxLength && Array.from(value).length > maxLength)
    throw invalidValue(`"${where}" takes at most ${maxLength} characters.`);
  // Folding leaves the length of ASCII as it is.
  if (value.length <= INDEXED_BYTES && isAscii(value)) return;
  const searched = isCaseExact(attribute) ? value : foldString(value);
  if (Buffer.byteLength(searched) > INDEXED_BYTES) {
    throw invalidValue(`"${where}" takes at most ${INDEXED_BYTES} bytes of UTF-8 in lower case; send a shorter value.`);
  }
}

function wrongType(where: string, wanted: string): Error {
  return invalidValue(`"${where}" takes ${wanted}.`);
}
