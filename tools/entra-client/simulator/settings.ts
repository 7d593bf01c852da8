import type { DirectoryGroup, DirectoryUser } from './company/directory.js';
import { DEFAULT_MAPPING, type AttributeMapping } from './provision/attribute-mapping.js';
import { DEFAULT_THRESHOLDS, type Thresholds } from './quarantine.js';

/** `legacy` is what Entra speaks without a flag, `flag` what it speaks with `?aadOptscim062020` on the Tenant URL. */
export type Dialect = 'legacy' | 'flag';

/**
 * What has been seen from some tenants' Entra alone: single values in an array with `$ref`, `manager` as a bare path,
 * extension attributes at top level in a create, a new member as a replacement of the members, a manager removed by a
 * filter.
 */
type RareShape =
  'value-in-array' | 'manager-without-urn' | 'extension-at-top-level' | 'member-replaces' | 'manager-removed-by-filter';

/** How the administrator has set up provisioning. */
export interface ProvisioningSettings {
  readonly dialect: Dialect;
  readonly mapping: readonly AttributeMapping[];
  /** The matching attributes of users by their targets, in the order in which they are asked for. */
  readonly matching: readonly string[];
  /** How app roles are mapped: not at all, by SingleAppRoleAssignment, or by AppRoleAssignmentsComplex. */
  readonly roles: 'none' | 'single' | 'complex';
  /** What users have to have besides the assignment: Entra attribute and value. */
  readonly scopingFilter: Readonly<Record<string, string>>;
  readonly rareShapes: ReadonlySet<RareShape>;
  readonly thresholds: Thresholds;
}

/** The settings of a job as Entra creates it. */
export const DEFAULT_SETTINGS: ProvisioningSettings = {
  dialect: 'legacy',
  mapping: DEFAULT_MAPPING,
  matching: ['userName'],
  roles: 'none',
  scopingFilter: {},
  rareShapes: new Set(),
  thresholds: DEFAULT_THRESHOLDS,
};

/** Whether a user is assigned and passes the scoping filter, deleted or not. */
export function isAssignedInScope(user: DirectoryUser, { scopingFilter }: ProvisioningSettings): boolean {
  const passes = Object.entries(scopingFilter).every(([name, value]) => user.attributes[name] === value);
  return user.assigned && passes;
}

/** Whether Entra provisions a user: assigned, passed by the scoping filter, and not in the recycle bin. */
export function isInScope(user: DirectoryUser, settings: ProvisioningSettings): boolean {
  return user.state === 'present' && isAssignedInScope(user, settings);
}

/** Whether Entra provisions a group. */
export const isGroupInScope = ({ assigned, state }: DirectoryGroup): boolean => assigned && state === 'present';
