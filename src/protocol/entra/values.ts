import { findSubAttribute } from '../attribute-lookup.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { textProblem } from '../text.js';
import { withBooleanPath } from './operations.js';
import type { EntraRule } from './rule.js';

/**
 * Sent: `{"op": "Replace", "path": "title", "value": [{"$ref": null, "value": "x"}]}`, also behind a filter, and for manager.
 * Meant: the one value in the array; none where the array for one with sub-attributes, such as manager, is empty. Without a
 * path: `"value": [{"title": "x"}]`, meant: each of the objects. Older operations of Microsoft's library put every value in
 * an array.
 */
export const ARRAY_FOR_SINGLE_VALUE: EntraRule = {
  name: 'array-for-single-value',
  sender: 'entra',
  operation: (operation) => {
    const value = member(operation, 'value');
    if (typeof member(operation, 'path') === 'string' || !isJsonArray(value) || value.length === 0) return undefined;
    return value.every(isJsonObject) ? value.map((one) => withMember(operation, 'value', one)) : undefined;
  },
  value: (value, { attribute, single }) => {
    if (attribute === undefined || !single || !isJsonArray(value)) return value;
    const isNone = value.length === 0 && attribute.type === 'complex' && !attribute.multiValued;
    return isNone || value.length === 1 ? (value[0] ?? null) : value;
  },
};

/**
 * Sent: `{"$ref": null, "value": "x"}` for an attribute without sub-attributes, or `[{"value": "1"}, {"value": "2"}]` for a
 * multi-valued one of a custom extension. Meant: `"x"`, `["1", "2"]`. Entra wraps the values of simple attributes in objects
 * with "value".
 */
export const OBJECT_FOR_SIMPLE_VALUE: EntraRule = {
  name: 'object-for-simple-value',
  sender: 'entra',
  value: (value, { attribute, single }) => {
    if (attribute === undefined || attribute.type === 'complex' || !single || !isJsonObject(value)) return value;
    return member(value, 'value') ?? value;
  },
};

/**
 * Sent: `"value": ""` for any attribute, `"value": {"value": ""}` for manager. Meant: null, which clears it.
 * A value of a multi-valued attribute whose own `value` is empty is none. In a create and a PUT, where the RFC has empty
 * strings, this is for references such as manager alone. Validators clear an attribute, and a manager, by an empty string.
 */
export const EMPTY_CLEARS: EntraRule = {
  name: 'empty-clears',
  sender: 'validator',
  value: (value, { attribute, single, message }) => {
    const complex = attribute?.type === 'complex';
    if (value === '') return message === 'patch' || complex ? null : value;
    if (!complex || !single || !isJsonObject(value) || member(value, 'value') !== '') return value;
    const clears = attribute.multiValued ? message === 'patch' && attribute.name !== 'members' : true;
    return clears ? null : value;
  },
};

/**
 * Sent: `{"op": "Add", "path": "urn:…:User:manager", "value": "<id>"}`. Meant: `"value": {"value": "<id>"}`. Entra sends the
 * manager's id as a bare string.
 */
export const STRING_FOR_REFERENCE: EntraRule = {
  name: 'string-for-reference',
  sender: 'entra',
  value: (value, { attribute }) => {
    if (typeof value !== 'string' || attribute?.type !== 'complex' || attribute.multiValued) return value;
    return findSubAttribute(attribute, 'value') === undefined ? value : { value };
  },
};

/**
 * Sent: `"roles": ["Admin"]`; `{"op": "add", "path": "members", "value": "<id>"}`. Meant: `[{"value": "Admin"}]`,
 * `{"value": "<id>"}`. Microsoft's collection of requests adds a member by its bare id, and other clients send roles as
 * strings.
 */
export const STRING_FOR_ELEMENT: EntraRule = {
  name: 'string-for-element',
  sender: 'validator',
  value: (value, { attribute, single }) => {
    if (typeof value !== 'string' || attribute?.type !== 'complex' || !attribute.multiValued) return value;
    // A string in place of all values stays refused: it would take the place of every address that there is.
    if (!single && attribute.name !== 'members') return value;
    return findSubAttribute(attribute, 'value') === undefined ? value : { value };
  },
};

/**
 * Sent: `"value": "False"` for `active`, `"primary": "True"` in a role, `roles[primary eq "True"].value` as a path.
 * Meant: false, true, `roles[primary eq true].value`. Entra without the flag writes booleans as "True" and "False", and
 * mapping expressions always do.
 */
export const BOOLEAN_AS_STRING: EntraRule = {
  name: 'boolean-as-string',
  sender: 'entra',
  operation: withBooleanPath,
  value: (value, { attribute }) => {
    if (attribute?.type !== 'boolean' || typeof value !== 'string') return value;
    const lower = value.toLowerCase();
    return lower === 'true' || lower === 'false' ? lower === 'true' : value;
  },
};

/**
 * Sent: `{"op": "Add", "path": "roles", "value": [{"value":
 * "{\"id\":\"1\",\"value\":\"Admin\",\"displayName\":\"Administrator\"}"}]}`.
 * Meant: `[{"value": "Admin", "display": "Administrator"}]`. A role without a value of its own is known by its id. The
 * expression AppRoleAssignmentsComplex yields roles as JSON in a string.
 */
export const ROLE_AS_JSON: EntraRule = {
  name: 'role-as-json',
  sender: 'entra',
  value: (value, { attribute, single }) => {
    const text = isRole(value, attribute, single) ? member(value, 'value') : undefined;
    const role = typeof text === 'string' && text.startsWith('{') ? parseObject(text) : undefined;
    if (role === undefined || !isJsonObject(value)) return value;
    const named = { value: member(role, 'value') ?? member(role, 'id'), display: member(role, 'displayName') };
    return Object.entries({ ...named, type: member(role, 'type') }).reduce(
      (object, [name, part]) => (isText(part) ? withMember(object, name, part) : object),
      value,
    );
  },
};

/** Escapes within a JSON string have not been checked before. */
function isText(part: JsonValue | undefined): part is string {
  return typeof part === 'string' && textProblem(part) === undefined;
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isJsonObject(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Sent in a create: `"roles": [{"primary": true, "value": "Admin", "displayName": "Administrator"}]`. Meant: `"display"`.
 * Entra names the display of a role displayName.
 */
export const ROLE_DISPLAY_NAME: EntraRule = {
  name: 'role-display-name',
  sender: 'entra',
  value: (value, { attribute, single }) => {
    if (!isRole(value, attribute, single)) return value;
    // no attribute of the schema has this name, so that nothing has brought it to one spelling
    const key = Object.keys(value).find((each) => each.toLowerCase() === 'displayname') ?? '';
    const name = member(value, key);
    if (typeof name !== 'string') return value;
    const role = withMember(value, key, undefined);
    return member(role, 'display') === undefined ? withMember(role, 'display', name) : role;
  },
};

function isRole(value: JsonValue, attribute: Attribute | undefined, single: boolean): value is JsonObject {
  return attribute?.name === 'roles' && attribute.multiValued && single && isJsonObject(value);
}
