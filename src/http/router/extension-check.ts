import type { Tenant } from '../../model/tenant.js';
import { findAttribute } from '../../protocol/attribute-lookup.js';
import { canonicalizeMembers } from '../../protocol/canonical/value.js';
import { canonicalText } from '../../protocol/equality.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { ResourceType, Schema } from '../../protocol/schemas/attribute.js';
import { ScimError } from '../../protocol/scim-error.js';
import { scopeOf } from '../../provisioning/scope.js';

/**
 * Checks the resources in an answer against the tenant's custom schemas, which the document cannot contain: values under the
 * URN of a schema are in canonical form, and none of them belongs to an attribute that is never returned.
 * @returns what is wrong, as sentences; empty if nothing is
 */
export function checkExtensions(body: JsonValue | undefined, tenant: Tenant): readonly string[] {
  const types = Object.values(scopeOf(tenant).settledTypes);
  return types.flatMap((type) =>
    type.extensions
      .filter(({ custom }) => custom === true)
      .flatMap((schema) => extensionsIn(body, schema).flatMap((extension) => faultsOf(extension, schema, type))),
  );
}

function extensionsIn(body: JsonValue | undefined, { id }: Schema): readonly JsonObject[] {
  const listed = isJsonObject(body) ? member(body, 'Resources') : undefined;
  const resources = isJsonArray(listed) ? listed : [body];
  return resources
    .map((resource) => (isJsonObject(resource) ? member(resource, id) : undefined))
    .filter((extension) => isJsonObject(extension));
}

function faultsOf(extension: JsonObject, { id, attributes }: Schema, type: ResourceType): readonly string[] {
  const known = Object.entries(extension).filter(([name]) => findAttribute(type, name, id) !== undefined);
  const returned = Object.fromEntries(known);
  return [
    ...[...hiddenIn(returned, attributes)].map((name) => `${id}:${name} is never returned`),
    ...(isCanonical(returned, attributes) ? [] : [`what stands under ${id} does not fit its schema`]),
  ];
}

/** The attributes of a value, and of the values in it, that are never returned. */
function* hiddenIn(value: JsonValue, attributes: Schema['attributes']): Generator<string> {
  if (isJsonArray(value)) for (const element of value) yield* hiddenIn(element, attributes);
  if (!isJsonObject(value)) return;
  for (const { name, returned, subAttributes } of attributes) {
    if (!Object.hasOwn(value, name)) continue;
    if (returned === 'never') yield name;
    for (const inner of hiddenIn(value[name] ?? null, subAttributes ?? [])) yield `${name}.${inner}`;
  }
}

function isCanonical(object: JsonObject, attributes: Schema['attributes']): boolean {
  try {
    return canonicalText(canonicalizeMembers(object, attributes, '')) === canonicalText(object);
  } catch (error) {
    if (error instanceof ScimError) return false;
    throw error;
  }
}
