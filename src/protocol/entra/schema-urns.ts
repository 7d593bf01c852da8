import { resourceNames } from '../canonical/names.js';
import { isJsonArray, isJsonObject, mapElements, member, withMember, type JsonObject } from '../json.js';
import type { ResourceType } from '../schemas/attribute.js';
import { folded, withoutCoreUrn } from './body-keys.js';
import type { EntraRule } from './rule.js';

/** A schema of a draft, perhaps with the name of the resource type, in front of what follows. */
const DRAFT = /^urn:scim:schemas:(core|extension:enterprise):[12]\.0(?::(user|group))?(?=$|:)/i;

/**
 * Sent: `"schemas": ["urn:scim:schemas:core:1.0"]`, `"urn:scim:schemas:extension:enterprise:1.0": {…}`. Meant: the URNs of
 * RFC 7643.
 * Clients that were written for a draft of SCIM name its schemas.
 */
export const DRAFT_SCHEMA_URNS: EntraRule = {
  name: 'draft-schema-urns',
  sender: 'validator',
  keys: (body, type) => {
    const today = folded(body, (name, value) => {
      const urn = todaysUrn(name, type);
      return urn === undefined ? undefined : { [urn]: value };
    });
    return withTodaysSchemas(today, type);
  },
  operation: (operation, { type }) => {
    const path = member(operation, 'path');
    const today = typeof path === 'string' ? todaysUrn(path, type) : undefined;
    return today === undefined ? undefined : [withMember(operation, 'path', today)];
  },
};

function withTodaysSchemas(body: JsonObject, type: ResourceType): JsonObject {
  const schemas = member(body, 'schemas');
  if (!isJsonArray(schemas)) return body;
  const today = mapElements(schemas, (urn) => (typeof urn === 'string' ? (todaysUrn(urn, type) ?? urn) : urn));
  return today === schemas ? body : withMember(body, 'schemas', today);
}

/** The name with today's URN in place of a draft's; undefined for other names, and for another resource type's. */
function todaysUrn(name: string, type: ResourceType): string | undefined {
  const [draft, kind, of = type.name] = DRAFT.exec(name) ?? [];
  if (draft === undefined || of.toLowerCase() !== type.name.toLowerCase()) return undefined;
  const enterprise = type.extensions.find(({ id }) => id.includes(':enterprise:'));
  const urn = kind?.toLowerCase() === 'core' ? type.schema.id : enterprise?.id;
  return urn === undefined ? undefined : urn + name.slice(draft.length);
}

/**
 * Sent: `{"urn:…:core:2.0:User": {"title": "T"}}`, `{"urn:…:core:2.0:User:name.givenName": "G"}`; in a PATCH also as a path
 * without an attribute. Meant: `{"title": "T"}`, `{"name": {"givenName": "G"}}`.
 * Administrators map to targets with the core URN in front.
 */
export const CORE_ATTRIBUTE_WITH_URN: EntraRule = {
  name: 'core-attribute-with-urn',
  sender: 'validator',
  keys: withoutCoreUrn,
  operation: (operation, { type }) => {
    const path = member(operation, 'path');
    const value = member(operation, 'value');
    if (typeof path !== 'string' || path.toLowerCase() !== type.schema.id.toLowerCase()) return undefined;
    if (!isJsonObject(value) || member(operation, 'op') === 'remove') return undefined;
    return [withMember(withMember(operation, 'path', undefined), 'value', resourceNames(value, type))];
  },
};
