import { isArray, type JsonObject } from '../../json.js';
import type { DirectoryGroup } from '../company/directory.js';
import { isGroupInScope } from '../settings.js';
import { ProvisioningFailure } from '../wire/failure.js';
import type { Work } from '../work.js';
import { idOf, matchOf } from './matching.js';
import { groupOperations } from './user-operations.js';

const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const MICROSOFT_GROUP = 'http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group';

/**
 * Brings about what the directory says of a group, except for its members. Groups know no soft delete.
 * @returns whether the group was matched or created just now, so that the server knows nothing of its members
 * @throws ProvisioningFailure
 */
export async function provisionGroup(work: Work, group: DirectoryGroup): Promise<boolean> {
  const { links, settings, client } = work;
  if (!isGroupInScope(group)) return deleteGroup(work, group);
  const before = links.ownId(group.objectId);
  const resource = (await linkedGroup(work, group)) ?? (await matchedGroup(work, group));
  if (resource === undefined) {
    links.remove(group.objectId);
    const created = await client.create('create group', '/Groups', groupBody(group));
    links.set(group.objectId, idOf(created));
    return true;
  }
  links.set(group.objectId, idOf(resource));
  const operations = groupOperations(wantedOf(group), resource, settings.dialect);
  if (operations.length > 0) await client.patch('update group', `/Groups/${idOf(resource)}`, operations);
  return before !== idOf(resource);
}

async function deleteGroup({ client, links }: Work, { objectId }: DirectoryGroup): Promise<false> {
  const id = links.ownId(objectId);
  if (id !== undefined) await client.remove('delete group', `/Groups/${id}`);
  links.remove(objectId);
  return false;
}

async function linkedGroup({ client, links }: Work, { objectId }: DirectoryGroup): Promise<JsonObject | undefined> {
  const id = links.ownId(objectId);
  if (id === undefined) return undefined;
  return withoutMembers(await client.read('read group', `/Groups/${id}?excludedAttributes=members`));
}

async function matchedGroup(work: Work, { objectId, displayName }: DirectoryGroup): Promise<JsonObject | undefined> {
  const found = await work.client.find('find group', '/Groups', 'displayName', displayName);
  return withoutMembers(matchOf(work, objectId, found));
}

/** Members that come although they are excluded are an error of its own. */
function withoutMembers(resource: JsonObject | undefined): JsonObject | undefined {
  const members = resource?.['members'];
  if (!isArray(members) || members.length === 0) return resource;
  throw new ProvisioningFailure('MultipleEntriesInResponse', 200, 'The answer has members, which were excluded.');
}

const wantedOf = ({ objectId, displayName }: DirectoryGroup): JsonObject => ({ displayName, externalId: objectId });

const groupBody = (group: DirectoryGroup): JsonObject => ({
  schemas: [GROUP, MICROSOFT_GROUP],
  ...wantedOf(group),
  meta: { resourceType: 'Group' },
});
