import { findAttribute, findSchema } from '../attribute-lookup.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import { isMembership } from '../membership.js';
import type { Attribute, ResourceType, Schema } from '../schemas/attribute.js';
import { COMMON_ATTRIBUTES } from '../schemas/common.js';
import { isOfOtherType } from '../schemas/resource-types.js';
import { invalidValue } from '../scim-error.js';
import { canonicalizeMembers } from './value.js';

/**
 * A resource in canonical form, from the body of a create or a replace: `schemas`, the attributes in the order of their
 * schemas, then the extensions under their URNs. Read-only attributes and unknown ones are ignored, and so is what `schemas`
 * lists besides the core schema (Entra lists one of Microsoft's own for groups); `password` and group
 * members are left out (see membership.ts), null and empty are absent; what stands under an extension URN that no schema
 * knows is kept as sent.
 * @param body with names in the schemas' spelling, see canonical-names.ts
 * @throws ScimError 400 `invalidValue` when a value does not fit its attribute or a required one is missing
 */
export function canonicalizeResource(body: JsonObject, type: ResourceType): JsonObject {
  checkSchemas(member(body, 'schemas') ?? null, type);
  const attributes = storedAttributes(type);
  const core = canonicalizeMembers(withDefaults(body, type), attributes, '');
  checkRequired(core, attributes, '');
  const extensions = type.extensions.flatMap((schema) => canonicalizeExtension(body, schema, type));
  return {
    schemas: [type.schema.id, ...extensions.map(([urn]) => urn)],
    ...core,
    ...Object.fromEntries(extensions),
    ...keptExtensions(body, type),
  };
}

function checkSchemas(schemas: JsonValue, type: ResourceType): void {
  const core = type.schema.id.toLowerCase();
  if (isJsonArray(schemas) && schemas.some((urn) => typeof urn === 'string' && urn.toLowerCase() === core)) return;
  throw invalidValue(`"schemas" is required; send an array that has "${type.schema.id}" in it.`);
}

/** Made once for each type, since every resource needs them. */
const storedAttributesOf = new WeakMap<ResourceType, readonly Attribute[]>();

/** What is in the resource's own JSON of the attributes without a URN. */
function storedAttributes(type: ResourceType): readonly Attribute[] {
  const known = storedAttributesOf.get(type);
  if (known !== undefined) return known;
  const stored = [...COMMON_ATTRIBUTES, ...type.schema.attributes].filter(
    (attribute) => attribute.name !== 'schemas' && !isMembership(attribute, type),
  );
  storedAttributesOf.set(type, stored);
  return stored;
}

/** The service provider defines what `active` means (RFC 7643 §4.1.1): a user is active unless the request says otherwise. */
function withDefaults(body: JsonObject, type: ResourceType): JsonObject {
  return type.name === 'User' && (member(body, 'active') ?? null) === null ? withMember(body, 'active', true) : body;
}

function canonicalizeExtension(
  body: JsonObject,
  { id, attributes }: Schema,
  type: ResourceType,
): [string, JsonObject][] {
  const given = member(body, id) ?? null;
  if (given === null) return [];
  if (!isJsonObject(given)) throw invalidValue(`"${id}" takes an object with the extension's attributes.`);
  const unknown = Object.entries(given).filter(([name]) => findAttribute(type, name, id) === undefined);
  const extension = {
    ...canonicalizeMembers(given, attributes, `${id}:`),
    ...checkKept(assignedMembers(unknown), `"${id}"`),
  };
  if (Object.keys(extension).length === 0) return [];
  checkRequired(extension, attributes, `${id}:`);
  return [[id, extension]];
}

const isExtension = (name: string, type: ResourceType): boolean =>
  name.includes(':') && findSchema(type, name) === undefined && !isOfOtherType(name, type);

/** What stands under URNs that no schema of the resource type has; Entra sends custom extensions so, without listing them. */
function keptExtensions(body: JsonObject, type: ResourceType): JsonObject {
  const kept = Object.entries(body).filter(([name, value]) => isExtension(name, type) && isJsonObject(value));
  const extensions = checkKept(assignedMembers(kept), 'The resource');
  for (const [urn, extension] of Object.entries(extensions)) checkKept(extension, `"${urn}"`);
  return extensions;
}

/** Each change of a resource copies what is kept in it. */
const MOST_KEPT = 1_000;

/** The value without anything null or empty in it; undefined when nothing is left (RFC 7643 §2.5). */
export function assigned(value: JsonValue): JsonValue | undefined {
  if (isJsonArray(value)) {
    const elements = value.map(assigned).filter((element) => element !== undefined);
    return elements.length === 0 ? undefined : elements;
  }
  if (!isJsonObject(value)) return value ?? undefined;
  const object = assignedMembers(Object.entries(value));
  return Object.keys(object).length === 0 ? undefined : object;
}

/** An object of those members that are assigned, with nothing null or empty in their values. */
function assignedMembers(members: readonly (readonly [string, JsonValue])[]): JsonObject {
  const kept = members.map(([name, value]) => [name, assigned(value)] as const);
  return Object.fromEntries(kept.filter((entry): entry is [string, JsonValue] => entry[1] !== undefined));
}

/**
 * Refuses more than 1,000 attributes without a schema in one extension, or as many extensions without one.
 * @throws ScimError 400 `invalidValue`
 */
function checkKept<Value extends JsonValue>(value: Value, where: string): Value {
  if (!isJsonObject(value) || Object.keys(value).length <= MOST_KEPT) return value;
  throw invalidValue(`${where} takes at most ${MOST_KEPT} attributes or extensions that no schema has; send fewer.`);
}

/**
 * Refuses an object that lacks what its schema requires, also within the complex values that it has (RFC 7643 §2.2).
 * A string that is empty or white space alone counts as lacking.
 * @throws ScimError 400 `invalidValue` that names the attribute
 */
export function checkRequired(object: JsonObject, attributes: readonly Attribute[], prefix: string): void {
  for (const attribute of attributes) checkAttribute(object, attribute, prefix);
}

function checkAttribute(object: JsonObject, attribute: Attribute, prefix: string): void {
  const value = member(object, attribute.name);
  if (isAskedFor(attribute) && (value === undefined || (typeof value === 'string' && value.trim() === ''))) {
    const name = prefix + attribute.name;
    throw invalidValue(`"${name}" is required; send a value for it.`, { attribute: name });
  }
  if (attribute.subAttributes === undefined || value === undefined) return;
  if (isJsonObject(value)) checkRequired(value, attribute.subAttributes, `${prefix}${attribute.name}.`);
  for (const [index, part] of isJsonArray(value) ? value.entries() : []) {
    if (isJsonObject(part)) checkRequired(part, attribute.subAttributes, `${prefix}${attribute.name}[${index}].`);
  }
}

function isAskedFor({ required, mutability }: Attribute): boolean {
  return required && (mutability === 'readWrite' || mutability === 'immutable');
}
