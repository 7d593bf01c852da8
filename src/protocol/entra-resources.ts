import { valueNames } from './canonical-names.js';
import { qualifiedPath, readPath } from './entra-paths.js';
import type { EntraRule } from './entra-rule.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject } from './json.js';
import type { ResourceType } from './schemas/attribute.js';

/** Microsoft's own schema of groups, which belongs to no SCIM schema. */
const MICROSOFT_SCHEMA = 'http://schemas.microsoft.com/2006/11/resourcemanagement/adscim/2.0/group';

/**
 * Sent: `"schemas": ["urn:ietf:params:scim:schemas:core:2.0:Group",
 * "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group"]`. Meant: the first of them.
 */
export const MICROSOFT_GROUP_SCHEMA: EntraRule = {
  name: 'microsoft-group-schema',
  sender: 'entra',
  why: "Entra lists a schema of Microsoft's own when it creates a group.",
  resource: (body) => {
    const schemas = member(body, 'schemas');
    if (!isJsonArray(schemas)) return undefined;
    const others = schemas.filter((urn) => typeof urn !== 'string' || urn.toLowerCase() !== MICROSOFT_SCHEMA);
    return others.length === schemas.length ? undefined : withMember(body, 'schemas', others);
  },
};

/** A body's part of extension-attribute-without-urn, see entra-operations.ts. */
export function moveIntoExtensions(body: JsonObject, type: ResourceType): JsonObject | undefined {
  const moved = Object.keys(body).filter((name) => !/[.[]/.test(name) && qualifiedPath(name, type) !== undefined);
  if (moved.length === 0) return undefined;
  return moved.reduce((resource, name) => moveIntoExtension(resource, name, type), body);
}

function moveIntoExtension(body: JsonObject, key: string, type: ResourceType): JsonObject {
  const path = readPath(key, type);
  if (path?.kind !== 'attribute' || path.target.extension === undefined) return body;
  const { extension, attribute } = path.target;
  const given = member(body, extension);
  const before = isJsonObject(given) ? given : {};
  const value = member(before, attribute.name) ?? valueNames(member(body, key) ?? null, attribute);
  return withMember(withMember(body, key, undefined), extension, withMember(before, attribute.name, value));
}
