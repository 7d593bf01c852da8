import { isArray, isObject, type Json, type JsonObject } from '../../json.js';
import type { DirectoryUser } from '../company/directory.js';
import type { ProvisioningSettings } from '../settings.js';
import { mappedValues } from './attribute-mapping.js';
import { roleOf, type Role } from './roles.js';
import { withTarget } from './target-path.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

/**
 * The body of a create: the enterprise URN even when nothing of it follows, the URN of a custom extension never, nothing
 * for what is empty in Entra, and no manager, which follows when both users exist.
 */
export function userBody(user: DirectoryUser, settings: ProvisioningSettings): JsonObject {
  const start: JsonObject = { schemas: [USER, ENTERPRISE], active: true, meta: { resourceType: 'User' }, roles: [] };
  const body = mappedValues(user, settings.mapping).reduce(
    (resource, { target, value }) => withTarget(resource, target, value),
    start,
  );
  const withRoles = { ...withPrimaryMailbox(body), roles: rolesOf(roleOf(user), settings) };
  return settings.rareShapes.has('extension-at-top-level') ? atTopLevel(withRoles) : withRoles;
}

function withPrimaryMailbox(body: JsonObject): JsonObject {
  const { emails } = body;
  if (!isArray(emails)) return body;
  return { ...body, emails: emails.map((email) => (isObject(email) ? { primary: true, ...email } : email)) };
}

function rolesOf(role: Role | undefined, { roles }: ProvisioningSettings): Json {
  if (role === undefined || roles === 'none') return [];
  if (roles === 'complex') return [{ value: JSON.stringify(role) }];
  const { value, displayName } = role;
  return [{ primary: 'True', type: 'WindowsAzureActiveDirectoryRole', value, displayName }];
}

/** An older documented example has `department` beside the core attributes, and null for what is empty. */
function atTopLevel({ [ENTERPRISE]: extension, ...core }: JsonObject): JsonObject {
  return { ...core, department: null, manager: null, ...(isObject(extension) ? extension : {}) };
}
