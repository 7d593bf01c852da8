import { isArray, isObject, type JsonObject } from '../../json.js';
import type { DirectoryUser } from '../company/directory.js';
import type { ProvisioningSettings } from '../settings.js';

/** An app role as AppRoleAssignmentsComplex writes it. */
export interface Role {
  readonly id: string;
  readonly value: string;
  readonly displayName: string;
}

/** The app role that a user is assigned with: `appRole` among the attributes. */
export function roleOf({ attributes }: DirectoryUser): Role | undefined {
  const value = Object.hasOwn(attributes, 'appRole') ? attributes['appRole'] : undefined;
  return value === undefined ? undefined : { id: `role-${value}`, value, displayName: `${value} (role)` };
}

/** The operations that bring the role of a user about, none where it is there. */
export function roleOperations(
  user: DirectoryUser,
  resource: JsonObject,
  { roles, dialect }: ProvisioningSettings,
): readonly JsonObject[] {
  const role = roleOf(user);
  const op = dialect === 'flag' ? 'add' : 'Add';
  if (role === undefined || roles === 'none' || hasRole(resource, role)) return [];
  if (roles === 'complex') return [{ op, path: 'roles', value: [{ value: JSON.stringify(role) }] }];
  const parts = { display: role.displayName, value: role.value, type: 'WindowsAzureActiveDirectoryRole' };
  return Object.entries(parts).map(([name, value]) => ({ op, path: `roles[primary eq "True"].${name}`, value }));
}

function hasRole({ roles }: JsonObject, { value, displayName }: Role): boolean {
  if (!isArray(roles)) return false;
  return roles.some((one) => isObject(one) && one['value'] === value && one['display'] === displayName);
}
