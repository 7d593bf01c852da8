import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { preconditionFailed, notFound, type ScimError, invalidValue, uniqueness } from '../../protocol/scim-error.js';
import { ifMatch, ifNoneMatch, weakTag } from '../../protocol/version.js';
import type { MembershipOutcome, StoringOutcome } from '../../storage/storage.js';
import type { Preconditions } from '../scope.js';

/**
 * Holds a write to the version that the request names (RFC 7644 §3.14, RFC 9110 §13.1).
 * @throws ScimError 412 when the resource has another version.
 */
export function checkPreconditions(preconditions: Preconditions, version: number): void {
  if (preconditions.ifMatch !== undefined && !ifMatch(preconditions.ifMatch, version)) {
    throw preconditionFailed(
      `The resource's version is ${weakTag(version)}, which If-Match does not name. Read the resource again, then repeat the change.`,
    );
  }
  if (preconditions.ifNoneMatch !== undefined && !ifNoneMatch(preconditions.ifNoneMatch, weakTag(version))) {
    throw preconditionFailed(`The resource exists in the version that If-None-Match names, ${weakTag(version)}.`);
  }
}

/** 404 for an id that the tenant does not have, whether or not another tenant has it. */
export function unknownResource(type: ResourceTypeName, id: string): ScimError {
  return notFound(
    `There is no ${type} with the id "${id.slice(0, 100)}". Look it up again and use the id that is returned.`,
  );
}

/**
 * Takes the outcome of storing a resource.
 * @throws ScimError 409 `uniqueness` that names the value which another resource of the tenant has.
 */
export function refuseTaken(outcome: StoringOutcome, type: ResourceTypeName, resource: JsonObject): void {
  if (outcome === 'done') return;
  if (outcome === 'conflict') throw taken(type, resource);
  const { attribute, value } = outcome.value;
  throw uniqueness(
    `Another ${type} has the value ${JSON.stringify(value)} in ${attribute}, which must be unique. Look it up by that value and update it, or choose another value.`,
    { attribute },
  );
}

/** 409 for a userName, or a group's displayName, that another resource of the tenant has. */
function taken(type: ResourceTypeName, resource: JsonObject): ScimError {
  const name = type === 'User' ? 'userName' : 'displayName';
  return uniqueness(
    `Another ${type} has the ${name} ${JSON.stringify(resource[name])}; letter case does not count. Look it up by ${name} and update it, or choose another.`,
    { attribute: name },
  );
}

/**
 * Takes the outcome of a membership change.
 * @returns whether it changed anything.
 * @throws ScimError 400 `invalidValue` that names the members that do not exist.
 */
export function membershipChanged(outcome: MembershipOutcome): boolean {
  if (outcome.kind === 'done') return outcome.changed;
  const ids = outcome.ids.map((id) => JSON.stringify(id.slice(0, 100))).join(', ');
  const [value, ...others] = outcome.ids;
  throw invalidValue(`There is no user or group with the id ${ids}. Provision it first, then add it as a member.`, {
    attribute: 'members',
    ...(value !== undefined && others.length === 0 && { value }),
  });
}
