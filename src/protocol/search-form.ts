import { attributeName, findAttribute, findSchema, findSubAttribute } from './attribute-lookup.js';
import { parseDateTime } from './date-time.js';
import type { AttributeReference } from './filter/tree.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';

/** A value that is matched on by an index of its own. */
export interface MatchingValue {
  /** As attributeName has it: `emails.value`. */
  readonly attribute: string;
  /** In search form. */
  readonly value: string;
}

/** Core attributes that storage keeps in columns or as memberships. */
const KEPT_ELSEWHERE = new Set(['id', 'meta', 'groups', 'members']);

/** Attributes that are matched on but that have no column of their own. */
const MATCHING = [
  { name: 'emails', subAttribute: 'value' },
  { urn: 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User', name: 'manager', subAttribute: 'value' },
];

/**
 * The form of a resource in which it is searched, alike in memory and in both databases: attribute names as the schemas
 * spell them, extensions under their URNs, strings folded unless the attribute is caseExact, dateTimes as fixed-width
 * UTC, multi-valued attributes always as arrays with the primary element first. What is empty (null, "", [], {}) is
 * absent (RFC 7643 §2.5), and so is what no schema knows, what is never returned, and `id`, `meta`, `groups` and
 * `members`, which storage has in columns and memberships.
 */
export function searchForm(resource: JsonObject, resourceType: ResourceType): JsonObject {
  return Object.fromEntries(
    Object.entries(resource).flatMap(([name, value]): [string, JsonValue][] => {
      const found = findAttribute(resourceType, name);
      if (found) return KEPT_ELSEWHERE.has(found.attribute.name) ? [] : entry(found.attribute, value);
      return extensionEntry(name, value, resourceType);
    }),
  );
}

/** Folds a string of an attribute that is not caseExact: canonical composition, then lower case. */
export function foldString(text: string): string {
  // Lower-casing writes a sigma at the end of a word in another way; a part of a string has to fold like the whole.
  return text.normalize('NFC').toLowerCase().replaceAll('ς', 'σ');
}

/** Whether the attribute's values compare exactly; references and binary values always do (RFC 7643 §2.3.6, §2.3.7). */
export function isCaseExact(attribute: Attribute): boolean {
  return attribute.caseExact || attribute.type === 'reference' || attribute.type === 'binary';
}

/** Whether nothing about the attribute's value may be learnt: it is never returned (RFC 7643 §2.2). */
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
export function isMatching(reference: AttributeReference): boolean {
  return MATCHING.some(
    ({ urn, name, subAttribute }) =>
      reference.extension === urn && reference.attribute.name === name && reference.subAttribute?.name === subAttribute,
  );
}

/**
 * The values of a resource that are matched on but have no column, each once.
 * @param form the resource in search form
 */
export function matchingValues(form: JsonObject, resourceType: ResourceType): readonly MatchingValue[] {
  return MATCHING.flatMap(({ urn, name, subAttribute }) => {
    const target = findAttribute(resourceType, name, urn);
    const sub = target && findSubAttribute(target.attribute, subAttribute);
    return sub ? valuesOf(form, { ...target, subAttribute: sub }) : [];
  });
}

function valuesOf(form: JsonObject, reference: AttributeReference): readonly MatchingValue[] {
  const holder = reference.extension === undefined ? form : member(form, reference.extension);
  const held = isJsonObject(holder) ? member(holder, reference.attribute.name) : undefined;
  const elements = isJsonArray(held) ? held : held === undefined ? [] : [held];
  const values = elements.map((element) =>
    isJsonObject(element) && reference.subAttribute ? member(element, reference.subAttribute.name) : element,
  );
  const texts = values.filter((value) => typeof value === 'string');
  return [...new Set(texts)].map((value) => ({ attribute: attributeName(reference), value }));
}

function extensionEntry(urn: string, value: JsonValue, resourceType: ResourceType): [string, JsonValue][] {
  const schema = findSchema(resourceType, urn);
  if (!schema || schema === resourceType.schema || !isJsonObject(value)) return [];
  const found = Object.entries(value).flatMap(([name, held]) => {
    const target = findAttribute(resourceType, name, schema.id);
    return target ? entry(target.attribute, held) : [];
  });
  return found.length === 0 ? [] : [[schema.id, Object.fromEntries(found)]];
}

function entry(attribute: Attribute, value: JsonValue): [string, JsonValue][] {
  if (isSecret(attribute)) return [];
  const form = attribute.multiValued ? multiValuedForm(attribute, value) : singleForm(attribute, value);
  return form === undefined ? [] : [[attribute.name, form]];
}

function multiValuedForm(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  const elements = (isJsonArray(value) ? value : [value])
    .map((element) => singleForm(attribute, element))
    .filter((element) => element !== undefined);
  if (elements.length === 0) return undefined;
  const isPrimary = (element: JsonValue): boolean => isJsonObject(element) && member(element, 'primary') === true;
  return [...elements.filter(isPrimary), ...elements.filter((element) => !isPrimary(element))];
}

function singleForm(attribute: Attribute, value: JsonValue): JsonValue | undefined {
  switch (attribute.type) {
    case 'complex':
      return isJsonObject(value) ? complexForm(attribute, value) : undefined;
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
      if (typeof value !== 'string' || value === '') return undefined;
      return isCaseExact(attribute) ? value : foldString(value);
  }
}

function complexForm(attribute: Attribute, value: JsonObject): JsonObject | undefined {
  const entries = Object.entries(value).flatMap(([name, held]) => {
    const sub = findSubAttribute(attribute, name);
    return sub ? entry(sub, held) : [];
  });
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

/** A boolean, also as the text that Entra's older dialect sends for it (`"True"`). */
export function booleanForm(value: JsonValue): boolean | undefined {
  if (typeof value === 'boolean') return value;
  const text = typeof value === 'string' ? value.toLowerCase() : undefined;
  return text === 'true' ? true : text === 'false' ? false : undefined;
}
