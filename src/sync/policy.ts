import type { Plan } from '../model/plan.js';
import type { PolicyInForce, SyncPolicy } from '../model/policy.js';
import type { ResourceType } from '../protocol/schemas/attribute.js';
import { ENTERPRISE_USER_SCHEMA } from '../protocol/schemas/enterprise-user.js';
import { invalidValue } from '../protocol/scim-error.js';
import { checkDeliverable, compileMapping } from './plan/attribute-mapping.js';

/** What a tenant starts with. */
export const DEFAULT_POLICY: SyncPolicy = {
  deactivation: 'deactivate',
  deleteGraceDays: 0,
  attributes: {
    externalId: 'externalId',
    displayName: 'displayName',
    'name.givenName': 'givenName',
    'name.familyName': 'familyName',
    'emails[type eq "work"].value': 'email',
    'phoneNumbers[type eq "work"].value': 'workPhone',
    'phoneNumbers[type eq "mobile"].value': 'mobilePhone',
    title: 'jobTitle',
    preferredLanguage: 'preferredLanguage',
    [`${ENTERPRISE_USER_SCHEMA.id}:employeeNumber`]: 'employeeNumber',
    [`${ENTERPRISE_USER_SCHEMA.id}:department`]: 'department',
    [`${ENTERPRISE_USER_SCHEMA.id}:manager.value`]: 'managerScimId',
  },
  groups: true,
  guard: { number: 50, share: 0.2, blankedValues: 20, blankedShare: 0.05, deletedGroups: 1, groupLossShare: 0.3 },
  matching: 'hashes',
  autoApprove: false,
  secondPerson: false,
};

/** What is in force: a policy that was stored by an older version has the defaults for what it does not know. */
export function policyInForce(stored: PolicyInForce | undefined): PolicyInForce {
  if (stored === undefined) return { revision: 0, policy: DEFAULT_POLICY };
  const guard = { ...DEFAULT_POLICY.guard, ...stored.policy.guard };
  return { revision: stored.revision, policy: { ...DEFAULT_POLICY, ...stored.policy, guard } };
}

/** A change of a policy; what is not given stays. */
export type PolicyChange = Partial<Omit<SyncPolicy, 'guard'>> & { readonly guard?: Partial<SyncPolicy['guard']> };

/** Names that the backend's account has besides its attributes. */
const RESERVED: ReadonlySet<string> = new Set(['userName', 'active', 'scimId', 'accountId', '__proto__']);

const NAME = /^[A-Za-z][\w-]{0,63}$/u;
const MOST_ATTRIBUTES = 200;

/** An account is kept for a year at most: what Entra has deleted is not to be kept forever. */
const MOST_GRACE_DAYS = 365;

/**
 * The policy with a change; what is not given stays.
 * @param user the users of the tenant, with its own extensions
 * @throws ScimError 400 `invalidValue`, `invalidPath` or `invalidFilter` that names the setting
 */
export function changedPolicy(policy: SyncPolicy, change: PolicyChange, user: ResourceType): SyncPolicy {
  const changed: SyncPolicy = { ...policy, ...change, guard: { ...policy.guard, ...change.guard } };
  checkNumbers(changed);
  checkAttributes(changed.attributes, user);
  return changed;
}

function checkNumbers({ deleteGraceDays, guard }: SyncPolicy): void {
  if (!Number.isInteger(deleteGraceDays) || deleteGraceDays < 0 || deleteGraceDays > MOST_GRACE_DAYS) {
    throw invalidValue(`deleteGraceDays takes a whole number of days, from 0 to ${MOST_GRACE_DAYS}.`);
  }
  if (!Number.isInteger(guard.number) || guard.number < 0) {
    throw invalidValue('guard.number takes a whole number of accounts, 0 or more.');
  }
  for (const name of ['share', 'blankedShare', 'groupLossShare'] as const) {
    if (!(guard[name] >= 0 && guard[name] <= 1)) throw invalidValue(`guard.${name} takes a number from 0 to 1.`);
  }
  for (const name of ['blankedValues', 'deletedGroups'] as const) {
    if (!Number.isInteger(guard[name]) || guard[name] < 1)
      throw invalidValue(`guard.${name} takes a whole number, 1 or more.`);
  }
}

function checkAttributes(attributes: SyncPolicy['attributes'], user: ResourceType): void {
  const names = Object.values(attributes);
  if (names.length > MOST_ATTRIBUTES) throw invalidValue(`attributes takes ${MOST_ATTRIBUTES} attributes at most.`);
  const wrong = names.find((name) => !NAME.test(name) || RESERVED.has(name));
  if (wrong !== undefined) {
    throw invalidValue(
      `attributes cannot pass anything on as "${wrong.slice(0, 64)}": a name begins with a letter, has letters, digits, "_" ` +
        'and "-", 64 at most, and is none of userName, active, scimId and accountId.',
    );
  }
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw invalidValue(`attributes passes two attributes on as "${twice}"; use another name.`);
  compileMapping(attributes, user);
  checkDeliverable(attributes, user);
}

/**
 * Whether a policy approves a plan without a review: where it has lines, and all of them create or update. What is held
 * stays held, and keeps nothing else from being applied. A person looks at creates that the backend could not be asked about.
 */
export function isApprovedBy(
  { autoApprove, matching }: SyncPolicy,
  { counts: { accounts, groups, memberships }, matching: asked }: Pick<Plan, 'counts' | 'matching'>,
): boolean {
  if (matching !== 'off' && asked !== undefined && asked.notAsked > 0) return false;
  const lines = [accounts, groups];
  const harmless = lines.reduce((sum, { create, update }) => sum + create + update, memberships.add);
  const others = lines.reduce(
    (sum, { link, deactivate, reactivate, delete: deleted, conflict }) =>
      sum + link + deactivate + reactivate + deleted + conflict,
    memberships.remove,
  );
  return autoApprove && harmless > 0 && others === 0;
}
