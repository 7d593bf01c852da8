import type { JsonObject } from '../../json.js';
import { isGroupInScope, isInScope } from '../settings.js';
import { ProvisioningFailure } from '../wire/failure.js';
import type { Work } from '../work.js';

/** The id of a resource. @throws ProvisioningFailure if it has none */
export function idOf({ id }: JsonObject): string {
  if (typeof id === 'string' && id !== '') return id;
  throw new ProvisioningFailure('InvalidAnswer', 200, 'The resource has no id.');
}

/**
 * The one resource that a lookup found, or undefined.
 * @throws ProvisioningFailure for more than one, and for one that another object in scope has been matched with: Microsoft
 * documents neither that two objects share an id nor that they do not, and nothing could converge if they did.
 */
export function matchOf(work: Work, objectId: string, found: readonly JsonObject[]): JsonObject | undefined {
  const [match, another] = found;
  if (match === undefined) return undefined;
  if (another !== undefined) {
    throw new ProvisioningFailure('DuplicateTargetEntries', 200, `${found.length} resources match.`);
  }
  const owner = work.links.owner(idOf(match));
  if (owner !== undefined && owner !== objectId && hasObjectInScope(work, owner)) {
    throw new ProvisioningFailure('AlreadyMatched', 200, `The resource ${idOf(match)} belongs to ${owner}.`);
  }
  return match;
}

/** Whether an object is provisioned at present. */
export function hasObjectInScope({ directory, settings }: Work, objectId: string): boolean {
  const user = directory.user(objectId);
  if (user !== undefined) return isInScope(user, settings);
  const group = directory.group(objectId);
  return group !== undefined && isGroupInScope(group);
}
