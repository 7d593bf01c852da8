import type { JsonObject } from '../../tools/entra-client/json.js';
import type { DirectoryGroup } from '../../tools/entra-client/simulator/company/directory.js';
import { isGroupInScope } from '../../tools/entra-client/simulator/settings.js';
import { changedHands, formerOwner, hasFailed, isProvisioned, type World } from './model.js';
import { memberIds, textOf } from './staged.js';

/** What is staged of the groups, and should not be. */
export function wrongGroups(world: World): readonly string[] {
  return [
    ...world.directory.groups.flatMap((group) => wrongGroup(world, group)),
    ...[...world.staged.groups].flatMap(([id, resource]) => unexplained(world, id, resource)),
  ];
}

function wrongGroup(world: World, group: DirectoryGroup): readonly string[] {
  const { objectId } = group;
  const id = world.links.ownId(objectId);
  if (!isGroupInScope(group)) return id === undefined ? [] : [`${objectId} left the scope, and Entra still knows it`];
  if (id === undefined) return hasFailed(world, objectId) ? [] : [`${objectId} is not provisioned`];
  const resource = world.staged.groups.get(id);
  if (resource === undefined) return [`${objectId} is known to Entra as ${id}, and not staged`];
  return [...wrongName(world, group, resource), ...wrongMembers(world, group, resource)];
}

/** Rule "groups that share a name": the second one keeps the name that it had. */
function wrongName(world: World, group: DirectoryGroup, { displayName, externalId }: JsonObject): readonly string[] {
  const { objectId } = group;
  const earlier = hasFailed(world, objectId) && world.journal.groupNames.of(objectId).has(textOf(displayName));
  const named = displayName === group.displayName || earlier;
  // A group that was matched by its name has the externalId of another until it can be renamed.
  const known = externalId === objectId || hasFailed(world, objectId);
  return named && known ? [] : [`${objectId} has the name ${textOf(displayName)} and the id ${textOf(externalId)}`];
}

function wrongMembers(world: World, group: DirectoryGroup, resource: JsonObject): readonly string[] {
  const ids = memberIds(resource);
  const twice = ids.length === new Set(ids).size ? [] : [`${group.objectId} has a member twice`];
  const lacking = [...group.members].filter((member) => {
    const id = isProvisioned(world, member) ? world.links.ownId(member) : undefined;
    return id !== undefined && !ids.includes(id);
  });
  const strange = ids.filter((id) => !mayBeMember(world, group, id));
  return [
    ...twice,
    ...lacking.map((member) => `${group.objectId} lacks the member ${member}`),
    ...strange.map((id) => `${group.objectId} has the member ${id}`),
  ];
}

/**
 * Rules "members out of scope": whoever left the scope stays a member, and a removal cannot be sent for whom Entra has
 * forgotten, in a restart or as one who was purged after the assignment had ended; and "a name is used again": whoever takes over a resource takes over its memberships, and a group that is
 * matched by the name of one whose deletion is still to come takes over its members.
 */
function mayBeMember(world: World, { objectId, members }: DirectoryGroup, id: string): boolean {
  const { directory, journal, staged, links } = world;
  if (!staged.users.has(id) && !staged.groups.has(id)) return false;
  const groupId = links.ownId(objectId) ?? '';
  return [...journal.owners.of(id)].some((owner) => {
    const wasMember = [...journal.owners.of(groupId)].some((group) => journal.members.of(group).has(owner));
    const unknown = journal.forgotten.has(owner) || directory.user(owner)?.state === 'purged';
    const stays = changedHands(world, id) || changedHands(world, groupId) || unknown;
    return members.has(owner) || (stays && wasMember);
  });
}

/** Rule "a create that was lost": a group that left the scope, or was renamed, before it was tried again is not found. */
function unexplained(world: World, id: string, resource: JsonObject): readonly string[] {
  const owner = world.links.owner(id);
  if (owner !== undefined && world.links.ownId(owner) === id) return [];
  const former = formerOwner(world, resource['externalId']);
  if (former !== undefined && world.journal.lostCreates.has(former.objectId)) return [];
  return [`the group ${id} is staged, and nothing explains it: ${JSON.stringify(resource)}`];
}
