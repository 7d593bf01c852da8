import { isObject, type JsonObject } from '../../json.js';
import type { DirectoryGroup, DirectoryUser } from '../company/directory.js';
import { isGroupInScope, isInScope } from '../settings.js';
import { ProvisioningFailure } from '../wire/failure.js';
import type { Work } from '../work.js';
import { MANAGER_TARGET } from './attribute-mapping.js';
import { hasObjectInScope } from './matching.js';
import { managerOperation, managerRemoval, memberAddition, memberRemoval } from './reference-operations.js';
import { readTarget } from './target-path.js';

/**
 * Sets the manager of a user where it is another. Where the manager is out of scope, or if there is none any more,
 * nothing is sent.
 * @param resource the user as read in this cycle; read now where undefined
 */
export async function provisionManager(work: Work, user: DirectoryUser, resource?: JsonObject): Promise<void> {
  const { client, links, settings } = work;
  const id = links.ownId(user.objectId);
  if (id === undefined || !isInScope(user, settings)) return;
  const held = managerIn(resource ?? (await client.read('read user', `/Users/${id}`)) ?? {});
  const wanted = user.manager === undefined ? undefined : referencedId(work, user.manager);
  if (wanted !== undefined && wanted !== held) {
    const operation = managerOperation(wanted, held !== undefined, settings);
    await client.patch('set manager', `/Users/${id}`, [operation]);
  } else if (user.manager === undefined && held !== undefined && settings.rareShapes.has('manager-removed-by-filter')) {
    await client.patch('set manager', `/Users/${id}`, [managerRemoval(held, settings)]);
  }
}

function managerIn(resource: JsonObject): string | undefined {
  const manager = readTarget(resource, MANAGER_TARGET);
  const value = isObject(manager) ? manager['value'] : undefined;
  return typeof value === 'string' ? value : undefined;
}

/**
 * Adds or removes a member, one a request, whatever the server has: Entra never reads the members.
 * @throws ProvisioningFailure also if the member is in scope and not provisioned yet
 */
export async function provisionMember(work: Work, group: DirectoryGroup, memberId: string): Promise<void> {
  const { client, links, settings } = work;
  const groupId = links.ownId(group.objectId);
  if (groupId === undefined || !isGroupInScope(group)) return;
  const joins = group.members.has(memberId);
  const id = joins ? referencedId(work, memberId) : links.ownId(memberId);
  if (id === undefined) return;
  const operation = joins ? memberAddition(id, settings) : memberRemoval(id, settings);
  await client.patch(joins ? 'add member' : 'remove member', `/Groups/${groupId}`, [operation]);
}

/** The id of an object that is referred to; undefined if it is out of scope, and so left out. */
function referencedId(work: Work, objectId: string): string | undefined {
  if (!hasObjectInScope(work, objectId)) return undefined;
  const id = work.links.ownId(objectId);
  if (id !== undefined || work.directory.user(objectId)?.accountEnabled === false) return id;
  throw new ProvisioningFailure('ReferenceNotProvisioned', 0, `${objectId} is not provisioned yet.`);
}
