import { valueNames } from './canonical-names.js';
import { qualifiedPath, readPath } from './entra-paths.js';
import { isJsonObject, member, withMember, type JsonObject } from './json.js';
import type { ResourceType } from './schemas/attribute.js';

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
