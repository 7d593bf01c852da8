import { findAttribute } from '../attribute-lookup.js';
import { valueNames } from '../canonical/names.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject } from '../json.js';
import { isMembership } from '../membership.js';
import type { ResourceType } from '../schemas/attribute.js';
import { withPathKeys } from './body-keys.js';
import { isPathKey, pathWithBooleans, qualifiedPath, readPath } from './paths.js';
import type { EntraRule, OperationContext } from './rule.js';

/**
 * Sent: `{"op": "Add", …}`, in the dialect without a flag. Meant: `{"op": "add", …}`. Entra without the flag writes Add,
 * Replace and Remove.
 */
export const OPERATION_IN_ANY_CASE: EntraRule = {
  name: 'operation-in-any-case',
  sender: 'entra',
  operation: (operation) => {
    const op = member(operation, 'op');
    const lower = typeof op === 'string' ? op.toLowerCase() : op;
    return lower === undefined || lower === op ? undefined : [withMember(operation, 'op', lower)];
  },
};

/**
 * Sent: `{"op": "Add", "path": "manager", "value": "<id>"}`; in a create, `"manager"` and `"department"` at top level.
 * Meant: the path, or the object, of the enterprise extension. Entra leaves out the extension's URN for manager, and in an
 * older example for department too.
 */
export const EXTENSION_ATTRIBUTE_WITHOUT_URN: EntraRule = {
  name: 'extension-attribute-without-urn',
  sender: 'entra',
  operation: (operation, { type }) => {
    const path = member(operation, 'path');
    const value = member(operation, 'value');
    if (typeof path === 'string') {
      const qualified = qualifiedPath(path, type);
      return qualified === undefined ? undefined : [withMember(operation, 'path', qualified)];
    }
    const renamed = isJsonObject(value) ? qualifyKeys(value, type) : undefined;
    return renamed === undefined ? undefined : [withMember(operation, 'value', renamed)];
  },
  resource: moveIntoExtensions,
};

function qualifyKeys(value: JsonObject, type: ResourceType): JsonObject | undefined {
  const names = Object.keys(value).map((name) => qualifiedPath(name, type));
  if (names.every((name) => name === undefined)) return undefined;
  return Object.fromEntries(Object.entries(value).map(([name, held], index) => [names[index] ?? name, held]));
}

/**
 * Sent with the flag: `{"op": "replace", "value": {"displayName": "S", "name.givenName": "T", "urn:…:User:department": "D"}}`.
 * Meant: `{"op": "replace", "value": {"displayName": "S"}}`, `{"op": "replace", "path": "name.givenName", "value": "T"}`,
 * `{"op": "replace", "path": "urn:…:User:department", "value": "D"}`. Entra with the flag joins the names of attributes with
 * dots and colons in one operation without a path. In a create and a PUT, the attributes
 * that they lead to.
 */
export const KEYS_ARE_PATHS: EntraRule = {
  name: 'keys-are-paths',
  sender: 'entra',
  keys: (body, type, message) => (message === 'resource' ? withPathKeys(body, type) : body),
  operation: (operation, { type }) => {
    const { op, path, value } = operation;
    if (typeof path === 'string' || op === undefined || !isJsonObject(value)) return undefined;
    const keys = Object.keys(value).filter((key) => isPathKey(key, isJsonObject(member(value, key)), type));
    if (keys.length === 0) return undefined;
    const paths = new Set(keys);
    const rest = Object.fromEntries(Object.entries(value).filter(([key]) => !paths.has(key)));
    const split = keys.map((key) => ({ op, path: key, value: member(value, key) ?? null }));
    return Object.keys(rest).length === 0 ? split : [withMember(operation, 'value', rest), ...split];
  },
};

/**
 * Sent: `{"op": "replace", "value": {"id": "…", "meta": {…}, "schemas": […], "displayName": "D"}}`. Meant: without `id`,
 * `meta` and `schemas`, which the server alone writes. An operation without a path may carry read-only attributes along with
 * those that changed.
 */
export const READ_ONLY_KEYS_SKIPPED: EntraRule = {
  name: 'read-only-keys-skipped',
  sender: 'validator',
  operation: (operation, { type }) => {
    const value = member(operation, 'value');
    if (typeof member(operation, 'path') === 'string' || !isJsonObject(value)) return undefined;
    const writable = Object.entries(value).filter(([name]) => !isReadOnly(name, type));
    if (writable.length === Object.keys(value).length) return undefined;
    return writable.length === 0 ? [] : [withMember(operation, 'value', Object.fromEntries(writable))];
  },
};

function isReadOnly(name: string, type: ResourceType): boolean {
  return name === 'schemas' || findAttribute(type, name)?.attribute.mutability === 'readOnly';
}

/** The path's part of boolean-as-string, see entra-values.ts. */
export function withBooleanPath(operation: JsonObject, { type }: OperationContext): readonly JsonObject[] | undefined {
  const path = member(operation, 'path');
  const rewritten = typeof path === 'string' ? pathWithBooleans(path, type) : undefined;
  return rewritten === undefined ? undefined : [withMember(operation, 'path', rewritten)];
}

/**
 * Sent by some tenants' Entra with the flag, one request a member: `{"op": "replace", "path": "members", "value":
 * [{"value": "<the new one>"}]}`. Meant, where the tenant's setting says so: `{"op": "add", …}`. An empty list still
 * empties the group. The tenant is set to group-replace-adds, since its Entra sends one new member at a time as a
 * replacement.
 */
export const REPLACE_MEMBERS_ADDS: EntraRule = {
  name: 'replace-members-adds',
  sender: 'entra',
  operation: (operation, { type, settings }) => {
    if (settings.groupReplaceAdds !== true || type.name !== 'Group' || member(operation, 'op') !== 'replace')
      return undefined;
    const path = member(operation, 'path');
    const value = member(operation, 'value') ?? null;
    if (typeof path === 'string') return namesMembers(path, type) ? addInstead(operation, value) : undefined;
    const members = isJsonObject(value) ? (member(value, 'members') ?? null) : null;
    if (members === null || !isJsonObject(value)) return undefined;
    const rest = withMember(value, 'members', undefined);
    const added = addInstead({ op: 'replace', path: 'members', value: members }, members);
    return added && (Object.keys(rest).length === 0 ? added : [withMember(operation, 'value', rest), ...added]);
  },
};

function namesMembers(path: string, type: ResourceType): boolean {
  const parsed = readPath(path, type);
  if (parsed?.kind !== 'attribute' || parsed.condition !== undefined) return false;
  return isMembership(parsed.target.attribute, type) && parsed.target.subAttribute === undefined;
}

function addInstead(operation: JsonObject, members: JsonObject[string]): readonly JsonObject[] | undefined {
  const nobody = members === null || (isJsonArray(members) && members.length === 0);
  return nobody ? undefined : [withMember(operation, 'op', 'add')];
}

/** A body's part of extension-attribute-without-urn, see entra-operations.ts. */
function moveIntoExtensions(body: JsonObject, type: ResourceType): JsonObject | undefined {
  const unknown = Object.keys(body).filter((name) => findAttribute(type, name) === undefined);
  const moved = unknown.filter((name) => !/[.[]/.test(name) && qualifiedPath(name, type) !== undefined);
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
