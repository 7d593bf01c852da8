import { attributeName, findAttribute, findSchema, findSubAttribute, matchingAttributes } from './attribute-lookup.js';
import { parseDateTime } from './date-time.js';
import type { AttributeReference } from './filter/tree.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { isAscii, streamSafe } from './text.js';

/** A value that is matched on by an index of its own. */
export interface MatchingValue {
  /** As attributeName has it: `emails.value`. */
  readonly attribute: string;
  /** In search form; numbers as JavaScript writes them. */
  readonly value: string;
  /** Whether no other resource of that type and tenant may have it. */
  readonly unique?: true;
}

/** Core attributes that storage keeps in columns or as memberships. */
const KEPT_ELSEWHERE = new Set(['id', 'meta', 'groups', 'members']);

/**
 * The form of a resource in which it is searched, alike in memory and in both databases: attribute names as the schemas
 * spell them, extensions under their URNs, strings folded unless the attribute is caseExact, dateTimes as fixed-width
 * UTC, multi-valued attributes always as arrays with the primary element first. What is unassigned (null, [], {}) is
 * absent (RFC 7643 §2.5), an empty string is a value that `eq ""` finds and `pr` does not, and absent is also what no schema
 * defines, what is never returned, and `id`, `meta`, `groups` and
 * `members`, which storage has in columns and memberships.
 */
export function searchForm(resource: JsonObject, resourceType: ResourceType): JsonObject {
  const form: Form = {};
  for (const name of Object.keys(resource)) {
    const value = resource[name] ?? null;
    const found = findAttribute(resourceType, name);
    if (found === undefined) addExtension(form, name, value, resourceType);
    else if (!KEPT_ELSEWHERE.has(found.attribute.name)) addTo(form, found.attribute, value);
  }
  return form;
}

/** A form that is being made; its names are those of schemas. */
type Form = Record<string, JsonValue>;

/**
 * Folds a string of an attribute that is not caseExact: canonical composition, lower case, and composition once more,
 * since J̌ is two characters and ǰ is one. Takes time in proportion to the length, whatever the text is.
 */
export function foldString(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  // Lower-casing writes a sigma at the end of a word in another way; a part of a string has to fold like the whole.
  return streamSafe(text).normalize('NFC').toLowerCase().replaceAll('ς', 'σ').normalize('NFC');
}

/** Whether the attribute's values compare exactly; references and binary values always do (RFC 7643 §2.3.6, §2.3.7). */
export function isCaseExact(attribute: Attribute): boolean {
  return attribute.caseExact || attribute.type === 'reference' || attribute.type === 'binary';
}

/** Whether clients may learn nothing about the attribute's value, since it is never returned (RFC 7643 §2.2). */
export function isSecret(attribute: Attribute): boolean {
  return attribute.returned === 'never' || attribute.mutability === 'writeOnly';
}

/**
 * The search form of one element of a multi-valued attribute, or of a single complex value.
 * An element that is no object has itself as its `value` (RFC 7643 §2.4).
 */
export function elementSearchForm(element: JsonValue, attribute: Attribute): JsonObject {
  const form = singleForm(attribute, element);
  if (isJsonObject(form)) return form;
  return form === undefined ? {} : { value: form };
}

/** Whether values of the attribute are kept for matching, see matchingValues. */
export function isMatching({ attribute, subAttribute }: AttributeReference): boolean {
  return (subAttribute ?? attribute).matching === true;
}

/**
 * The values of a resource that are matched on but have no column, each once.
 * @param form the resource in search form
 */
export function matchingValues(form: JsonObject, resourceType: ResourceType): readonly MatchingValue[] {
  return matchingAttributes(resourceType).flatMap((reference) => valuesOf(form, reference));
}

function valuesOf(form: JsonObject, reference: AttributeReference): readonly MatchingValue[] {
  const { extension, attribute, subAttribute } = reference;
  const holder = extension === undefined ? form : member(form, extension);
  const held = elementsOf(isJsonObject(holder) ? member(holder, attribute.name) : undefined);
  const values = subAttribute ? held.flatMap((element) => partsOf(element, subAttribute)) : held;
  const texts = values.filter((value) => typeof value === 'string' || typeof value === 'number').map(String);
  const isUnique = (subAttribute ?? attribute).uniqueness !== 'none';
  // An empty string identifies nobody: many resources may have it.
  const unique = (value: string) => (isUnique && value !== '' ? { unique: true as const } : {});
  return [...new Set(texts)].map((value) => ({ attribute: attributeName(reference), value, ...unique(value) }));
}

function partsOf(element: JsonValue, { name }: Attribute): readonly JsonValue[] {
  return elementsOf(isJsonObject(element) ? member(element, name) : undefined);
}

function elementsOf(value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [];
  return isJsonArray(value) ? value : [value];
}

function addExtension(form: Form, urn: string, value: JsonValue, resourceType: ResourceType): void {
  const schema = findSchema(resourceType, urn);
  if (!schema || schema === resourceType.schema || !isJsonObject(value)) return;
  const extension: Form = {};
  for (const name of Object.keys(value)) {
    const target = findAttribute(resourceType, name, schema.id);
    if (target) addTo(extension, target.attribute, value[name] ?? null);
  }
  if (Object.keys(extension).length > 0) form[schema.id] = extension;
}

function addTo(form: Form, attribute: Attribute, value: JsonValue): void {
  if (isSecret(attribute)) return;
  const made = attribute.multiValued ? multiValuedForm(attribute, value) : singleForm(attribute, value);
  if (made !== undefined) form[attribute.name] = made;
}

function multiValuedForm(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  const elements = (isJsonArray(value) ? value : [value])
    .map((element) => singleForm(attribute, element))
    .filter((element) => element !== undefined);
  if (elements.length === 0) return undefined;
  if (elements.length === 1) return elements;
  const isPrimary = (element: JsonValue): boolean => isJsonObject(element) && member(element, 'primary') === true;
  return [...elements.filter(isPrimary), ...elements.filter((element) => !isPrimary(element))];
}

function singleForm(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  if (attribute.type === 'complex') return isJsonObject(value) ? complexForm(attribute, value) : undefined;
  return simpleForm(attribute, value);
}

/** A value of an attribute without sub-attributes in search form; undefined if it is of another type. */
export function simpleForm(attribute: Attribute, value: JsonValue): string | number | boolean | undefined {
  switch (attribute.type) {
    case 'boolean':
      return booleanForm(value);
    case 'integer':
    case 'decimal':
      return typeof value === 'number' ? value : undefined;
    case 'dateTime':
      return typeof value === 'string' ? parseDateTime(value) : undefined;
    case 'string':
    case 'reference':
    case 'binary':
      if (typeof value !== 'string') return undefined;
      return isCaseExact(attribute) ? value : foldString(value);
    case 'complex':
      return undefined;
  }
}

function complexForm(attribute: Attribute, value: JsonObject): JsonObject | undefined {
  const form: Form = {};
  for (const name of Object.keys(value)) {
    const sub = findSubAttribute(attribute, name);
    if (sub) addTo(form, sub, value[name] ?? null);
  }
  return Object.keys(form).length === 0 ? undefined : form;
}

/** A boolean, also as the text that Entra's older dialect sends for it (`"True"`). */
function booleanForm(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
