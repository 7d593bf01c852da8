import { isObject, type JsonObject } from '../../json.js';
import type { DirectoryUser } from '../company/directory.js';
import { isInScope } from '../settings.js';
import { ProvisioningFailure } from '../wire/failure.js';
import type { Purpose } from '../wire/wire.js';
import type { Work } from '../work.js';
import { mappedValues, MANAGER_TARGET } from './attribute-mapping.js';
import { idOf, matchOf } from './matching.js';
import { readTarget } from './target-path.js';
import { userBody } from './user-body.js';
import { disablingOperations, userOperations } from './user-operations.js';

/**
 * Brings about what the directory says of a user.
 * @returns the user's resource as it was read last, where the user is in scope and provisioned
 * @throws ProvisioningFailure
 */
export async function provisionUser(work: Work, user: DirectoryUser): Promise<JsonObject | undefined> {
  if (user.state === 'purged') return deleteUser(work, user);
  if (!isInScope(user, work.settings)) return disableUser(work, user);
  const resource = (await linkedUser(work, user)) ?? (user.accountEnabled ? await matchedUser(work, user) : undefined);
  if (resource === undefined) {
    work.links.remove(user.objectId);
    // A user whose sign-in is blocked is not provisioned.
    return user.accountEnabled ? createUser(work, user) : undefined;
  }
  work.links.set(user.objectId, idOf(resource));
  await updateUser(work, resource, userOperations(user, resource, work.settings));
  return resource;
}

/** A user whom Entra no longer managed is left as it is. */
async function deleteUser({ client, links }: Work, { objectId }: DirectoryUser): Promise<undefined> {
  const link = links.get(objectId);
  if (link?.managed === true) await client.remove('delete user', `/Users/${link.id}`);
  links.remove(objectId);
}

async function disableUser(work: Work, user: DirectoryUser): Promise<undefined> {
  const { links } = work;
  if (links.get(user.objectId)?.managed !== true || links.ownId(user.objectId) === undefined) return;
  const resource = await linkedUser(work, user);
  if (resource !== undefined) await updateUser(work, resource, disablingOperations(resource, work.settings));
  if (resource === undefined) links.remove(user.objectId);
  // Whoever is in the recycle bin is still deleted when the time has come.
  else if (user.state === 'present') links.release(user.objectId);
}

/** The user by the cached id; undefined if there is none, or nobody has it any more. */
async function linkedUser({ client, links }: Work, { objectId }: DirectoryUser): Promise<JsonObject | undefined> {
  const id = links.ownId(objectId);
  return id === undefined ? undefined : readable(await client.read('read user', `/Users/${id}`));
}

/** Whoever has one of the matching attributes, asked for in their order. */
async function matchedUser(work: Work, user: DirectoryUser): Promise<JsonObject | undefined> {
  const values = mappedValues(user, work.settings.mapping);
  for (const attribute of work.settings.matching) {
    const value = values.find(({ target }) => target.text === attribute)?.value;
    if (typeof value !== 'string') continue;
    const found = await work.client.find('find user', '/Users', attribute, value);
    const match = matchOf(work, user.objectId, found);
    if (match !== undefined) return readable(match);
  }
  return undefined;
}

async function createUser({ client, links, settings }: Work, user: DirectoryUser): Promise<JsonObject> {
  const created = await client.create('create user', '/Users', userBody(user, settings));
  links.set(user.objectId, idOf(created));
  return created;
}

async function updateUser({ client }: Work, resource: JsonObject, operations: readonly JsonObject[]): Promise<void> {
  if (operations.length === 0) return;
  await client.patch(purposeOf(resource, operations), `/Users/${idOf(resource)}`, operations);
}

function purposeOf({ active }: JsonObject, operations: readonly JsonObject[]): Purpose {
  if (active === false) return 'restore user';
  const [{ path, value } = {}] = operations;
  return operations.length === 1 && path === 'active' && value !== 'True' ? 'disable user' : 'update user';
}

/** A user whose manager is no object cannot be deserialized by Entra, which fails for that user ever after. */
function readable(resource: JsonObject | undefined): JsonObject | undefined {
  const manager = resource && readTarget(resource, MANAGER_TARGET);
  if (manager === undefined || manager === null || isObject(manager)) return resource;
  throw new ProvisioningFailure('UnreadableResource', 200, 'The manager is no object with a value.');
}
