import { findAttribute, findSchema, findSubAttribute } from '../attribute-lookup.js';
import {
  isJsonArray,
  isJsonObject,
  mapElements,
  mapMembers,
  member,
  withMember,
  type JsonObject,
  type JsonValue,
} from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { invalidSyntax, ScimError } from '../scim-error.js';

/** The spelling of a name that is known; undefined for others. No two names are known that differ in case alone. */
type Spelling = (name: string) => string | undefined;

/** The most members of an object that has attributes; without a limit, each operation of a PATCH would copy them all. */
const MOST_MEMBERS = 1_000;

const MESSAGE_NAMES = new Map([
  ['schemas', 'schemas'],
  ['operations', 'Operations'],
]);
const OPERATION_NAMES = new Map(['op', 'path', 'value'].map((name) => [name, name]));

/**
 * A resource, or a PATCH message, with the names of its attributes, sub-attributes and extension URNs in the schemas'
 * spelling, whatever case they came in (RFC 7643 §2.1); names that no schema has stay as sent. The values of PATCH
 * operations with a `path` are left to the code that knows the path's target.
 * @throws ScimError 400 `invalidSyntax` when an object has one name in two spellings, or more than 1,000 names
 */
export function canonicalNames(body: JsonObject, type: ResourceType): JsonObject {
  const message = spellMembers(body, spelledAs(MESSAGE_NAMES));
  const operations = member(message, 'Operations');
  if (!isJsonArray(operations)) return resourceNames(body, type);
  return withMember(
    message,
    'Operations',
    operations.map((operation, index) => operationNames(operation, type, `Operations[${index}]`)),
  );
}

/**
 * A message with the names of its own members in the given spelling, whatever case they came in; others stay as sent.
 * @throws ScimError 400 `invalidSyntax` when the message has one name in two spellings
 */
export function messageNames(message: JsonObject, names: readonly string[]): JsonObject {
  return spellMembers(message, spelledAs(new Map(names.map((name) => [name.toLowerCase(), name]))));
}

function operationNames(operation: JsonValue, type: ResourceType, place: string): JsonValue {
  if (!isJsonObject(operation)) return operation;
  const spelled = inPlace(place, () => spellMembers(operation, spelledAs(OPERATION_NAMES)));
  const value = member(spelled, 'value');
  if (typeof member(spelled, 'path') === 'string' || value === undefined) return spelled;
  const names = (one: JsonValue): JsonValue => (isJsonObject(one) ? resourceNames(one, type) : one);
  const named = inPlace(`${place}.value`, () =>
    isJsonArray(value) ? mapElements(value, (one, index) => inPlace(index, () => names(one))) : names(value),
  );
  return withMember(spelled, 'value', named);
}

/** Does what belongs to one place of the body, a name or the number of an element; an error names it. */
export function inPlace<Result>(place: string | number, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw error instanceof ScimError ? error.in(typeof place === 'number' ? `[${place}]` : place) : error;
  }
}

function spelledAs(names: ReadonlyMap<string, string>): Spelling {
  return (name) => names.get(name.toLowerCase());
}

/** A resource, or a part of one, with the spelling of the schemas throughout; `canonicalNames` for what is no message. */
export function resourceNames(resource: JsonObject, type: ResourceType): JsonObject {
  const spelling: Spelling = (name) => findAttribute(type, name)?.attribute.name ?? findSchema(type, name)?.id;
  return mapMembers(spellMembers(resource, spelling), (value, name) => {
    const attribute = findAttribute(type, name)?.attribute;
    if (attribute?.type === 'complex') return inPlace(name, () => valueNames(value, attribute));
    if (attribute !== undefined || findSchema(type, name) === undefined) return value;
    return isJsonObject(value) ? inPlace(name, () => extensionNames(value, name, type)) : value;
  });
}

/** The attributes that stand under an extension's URN, with the spelling of its schema throughout. */
export function extensionNames(extension: JsonObject, urn: string, type: ResourceType): JsonObject {
  const spelled = spellMembers(extension, (name) => findAttribute(type, name, urn)?.attribute.name);
  return mapMembers(spelled, (value, name) => {
    const attribute = findAttribute(type, name, urn)?.attribute;
    return attribute?.type === 'complex' ? inPlace(name, () => valueNames(value, attribute)) : value;
  });
}

/** The value of an attribute with the spelling of its sub-attributes; as sent where the attribute is not known. */
export function valueNames(value: JsonValue, attribute: Attribute | undefined): JsonValue {
  if (attribute?.type !== 'complex') return value;
  if (isJsonArray(value))
    return mapElements(value, (element, index) => inPlace(index, () => valueNames(element, attribute)));
  if (!isJsonObject(value)) return value;
  const spelled = spellMembers(value, (name) => findSubAttribute(attribute, name)?.name);
  return mapMembers(spelled, (held, name) => valueNames(held, findSubAttribute(attribute, name)));
}

function spellMembers(object: JsonObject, spelling: Spelling): JsonObject {
  const names = Object.keys(object);
  if (names.length > MOST_MEMBERS) {
    throw invalidSyntax(`An object takes at most ${MOST_MEMBERS} attributes; send fewer.`);
  }
  if (names.every((name) => spelling(name) === name)) return object;
  checkSpellings(names);
  const spelled = names.map((name) => spelling(name) ?? name);
  if (spelled.every((name, index) => name === names[index])) return object;
  return Object.fromEntries(spelled.map((name, index) => [name, member(object, names[index] ?? '') ?? null]));
}

function checkSpellings(names: readonly string[]): void {
  if (names.length < 2) return;
  const seen = new Map<string, string>();
  for (const name of names) {
    const folded = name.toLowerCase();
    const other = seen.get(folded);
    if (other !== undefined) throw twoSpellings(other, name);
    seen.set(folded, name);
  }
}

function twoSpellings(one: string, other: string): Error {
  return invalidSyntax(
    `"${one.slice(0, 100)}" and "${other.slice(0, 100)}" are one attribute, since the case of names does not count (RFC 7643 §2.1); send one of them.`,
  );
}
