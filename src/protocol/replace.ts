import { canonicalizeResource } from './canonical/canonicalize.js';
import { canonicalText } from './equality.js';
import { isJsonObject, member, withMember, type JsonObject, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { COMMON_ATTRIBUTES } from './schemas/common.js';
import { mutability } from './scim-error.js';

/**
 * A resource after a PUT (RFC 7644 §3.5.1), in canonical form: read-only attributes are ignored, immutable ones keep the
 * value that they have, and others that the body leaves out are cleared, except for `active`: a PUT without it leaves an inactive
 * user inactive. A group's members are not part of it, see membership.ts.
 * @param current in canonical form
 * @param body with names in the schemas' spelling
 * @throws ScimError 400 `invalidValue`, or `mutability` when the body has another value for an immutable attribute
 */
export function replaceResource(current: JsonObject, body: JsonObject, type: ResourceType): JsonObject {
  const core = keepImmutable(current, body, [...COMMON_ATTRIBUTES, ...type.schema.attributes], '');
  const kept = type.extensions.reduce((resource, { id, attributes }) => {
    const before = member(current, id);
    const after = member(resource, id) ?? {};
    if (!isJsonObject(before) || !isJsonObject(after)) return resource;
    return withMember(resource, id, keepImmutable(before, after, attributes, `${id}:`));
  }, core);
  return canonicalizeResource(keepActive(current, kept, type), type);
}

function keepActive(current: JsonObject, after: JsonObject, type: ResourceType): JsonObject {
  const active = type.name === 'User' ? member(current, 'active') : undefined;
  return active === undefined || (member(after, 'active') ?? null) !== null
    ? after
    : withMember(after, 'active', active);
}

function keepImmutable(
  before: JsonObject,
  after: JsonObject,
  attributes: readonly Attribute[],
  prefix: string,
): JsonObject {
  const kept = attributes.flatMap((attribute): [string, JsonValue][] => {
    const had = member(before, attribute.name);
    if (had === undefined) return [];
    const value = keptValue(had, member(after, attribute.name) ?? null, attribute, prefix + attribute.name);
    return value === null ? [] : [[attribute.name, value]];
  });
  return kept.length === 0 ? after : { ...after, ...Object.fromEntries(kept) };
}

/** What stands where an attribute had a value: null for nothing. */
function keptValue(had: JsonValue, given: JsonValue, attribute: Attribute, where: string): JsonValue {
  if (attribute.mutability === 'immutable') {
    if (given !== null && canonicalText(given) !== canonicalText(had)) throw alreadySet(where);
    return had;
  }
  if (attribute.multiValued || !isJsonObject(had) || (given !== null && !isJsonObject(given))) return given;
  const parts = keepImmutable(had, given ?? {}, attribute.subAttributes ?? [], `${where}.`);
  return Object.keys(parts).length === 0 ? given : parts;
}

function alreadySet(where: string): Error {
  return mutability(`"${where}" has a value already, which cannot be changed; send that value, or leave it out.`);
}
