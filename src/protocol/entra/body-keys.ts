import { findAttribute, splitUrn } from '../attribute-lookup.js';
import type { AttributePath } from '../attribute-path.js';
import { resourceNames } from '../canonical/names.js';
import { canonicalText } from '../equality.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import { createdElement } from '../patch/create-element.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { isOfOtherType } from '../schemas/resource-types.js';
import { invalidSyntax } from '../scim-error.js';
import { isPathKey, readPath } from './paths.js';

/** What one name of a body stands for: members of the body; undefined where it stands for itself. */
type Meaning = (name: string, value: JsonValue) => JsonObject | undefined;

/**
 * A body with what some of its names stand for in their place; itself where none stands for anything.
 * @throws ScimError 400 `invalidSyntax` when one attribute is given twice, with different values
 */
export function folded(body: JsonObject, meaning: Meaning): JsonObject {
  const names = Object.keys(body);
  const meanings = names.map((name) => meaning(name, body[name] ?? null));
  if (meanings.every((members) => members === undefined)) return body;
  const meant = names.map((name, index) => [name, body[name] ?? null, meanings[index]] as const);
  const result = new Map(meant.filter(([, , members]) => members === undefined).map(([name, value]) => [name, value]));
  for (const [, , members] of meant) {
    for (const [name, value] of Object.entries(members ?? {})) result.set(name, joined(result.get(name), value, name));
  }
  return Object.fromEntries(result);
}

/** Two values that were given for one attribute: an object has the members of both. */
function joined(before: JsonValue | undefined, value: JsonValue, name: string): JsonValue {
  if (before === undefined || before === null) return value;
  if (value === null || canonicalText(before) === canonicalText(value)) return before;
  if (!isJsonObject(before) || !isJsonObject(value)) throw givenTwice(name);
  const members = new Map(Object.entries(before));
  for (const [part, given] of Object.entries(value)) {
    members.set(part, joined(members.get(part), given, `${name}.${part}`));
  }
  return Object.fromEntries(members);
}

function givenTwice(name: string): Error {
  return invalidSyntax(`"${name.slice(0, 200)}" is given twice, with different values; send one of them.`);
}

/** The attributes behind the core URN, which stands in front of a name or in front of an object of them. */
export function withoutCoreUrn(body: JsonObject, type: ResourceType): JsonObject {
  return folded(body, (key, value) => {
    if (!key.includes(':')) return undefined;
    const { schema, name } = splitUrn(type, key);
    if (schema !== type.schema) return undefined;
    if (name !== '') return { [findAttribute(type, name)?.attribute.name ?? name]: value };
    return isJsonObject(value) ? withMember(resourceNames(value, type), 'schemas', undefined) : undefined;
  });
}

/** The body with the values of keys that are paths (`name.givenName`, `emails[type eq "work"].value`) where they lead. */
export function withPathKeys(body: JsonObject, type: ResourceType): JsonObject {
  const elements = new Map<string, JsonValue>();
  const simple = folded(body, (key, value) => {
    const isPath = /[.[:]/.test(key) && !isOfOtherType(key, type) && isPathKey(key, isJsonObject(value), type);
    const path = isPath ? readPath(key, type) : undefined;
    const members = path && membersAt(path, value);
    if (members === undefined && path?.kind === 'attribute' && termsOf(path, key) !== undefined)
      elements.set(key, value);
    return members ?? (elements.has(key) ? {} : undefined);
  });
  return [...elements].reduce((before, [key, value]) => withElement(before, key, value, type), simple);
}

/** The members that a path without elements stands for; undefined for others. */
function membersAt(path: AttributePath, value: JsonValue): JsonObject | undefined {
  if (path.kind === 'extension') return undefined;
  if (path.kind === 'unknown') {
    const [name, sub, ...deeper] = path.segments;
    if (path.extension === undefined || name === undefined || deeper.length > 0) return undefined;
    return { [path.extension]: { [name]: sub === undefined ? value : { [sub]: value } } };
  }
  const { extension, attribute, subAttribute } = path.target;
  if (path.condition !== undefined || (attribute.multiValued && subAttribute !== undefined)) return undefined;
  const members = { [attribute.name]: subAttribute === undefined ? value : { [subAttribute.name]: value } };
  return extension === undefined ? members : { [extension]: members };
}

type AttributeAt = Extract<AttributePath, { kind: 'attribute' }>;

/** What the filter of a path says of the element that it leads to; undefined where it says more than what is equal. */
function termsOf({ target: { attribute, extension }, condition }: AttributeAt, key: string): JsonObject | undefined {
  if (extension !== undefined || !attribute.multiValued) return undefined;
  if (condition === undefined) return {};
  return createdElement({ attribute, filter: { condition, terms: 0, path: key } });
}

function withElement(body: JsonObject, key: string, value: JsonValue, type: ResourceType): JsonObject {
  const path = readPath(key, type);
  const terms = path?.kind === 'attribute' ? termsOf(path, key) : undefined;
  if (path?.kind !== 'attribute' || terms === undefined) return body;
  const { attribute, subAttribute } = path.target;
  const given = member(body, attribute.name) ?? [];
  if (!isJsonArray(given)) throw givenTwice(attribute.name);
  const parts = partsOf(value, subAttribute);
  const at = given.findIndex((element) => isJsonObject(element) && hasAll(element, terms));
  const element = joined(given[at] ?? terms, parts, at < 0 ? attribute.name : `${attribute.name}[${at}]`);
  const elements = at < 0 ? [...given, element] : given.map((other, index) => (index === at ? element : other));
  return withMember(body, attribute.name, elements);
}

function partsOf(value: JsonValue, subAttribute: Attribute | undefined): JsonObject {
  if (subAttribute !== undefined) return { [subAttribute.name]: value };
  return isJsonObject(value) ? value : { value };
}

function hasAll(element: JsonObject, terms: JsonObject): boolean {
  return Object.entries(terms).every(([name, value]) => folds(member(element, name)) === folds(value));
}

const folds = (value: JsonValue | undefined): string => canonicalText(value ?? null).toLowerCase();
