import { isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import {
  DEFAULT_MAPPING,
  MANAGER_TARGET,
  mappedValues,
} from '../../tools/entra-client/simulator/provision/attribute-mapping.js';
import type { DirectoryUser } from '../../tools/entra-client/simulator/company/directory.js';
import { readTarget, type TargetPath } from '../../tools/entra-client/simulator/provision/target-path.js';
import { changedHands, formerOwner, hasFailed, inScope, isProvisioned, type World } from './model.js';
import { textOf } from './staged.js';

/** What is staged of the users, and should not be. */
export function wrongUsers(world: World): readonly string[] {
  return [
    ...world.directory.users.flatMap((user) => wrongUser(world, user)),
    ...[...world.staged.users].flatMap(([id, resource]) => unexplained(world, id, resource)),
  ];
}

function wrongUser(world: World, user: DirectoryUser): readonly string[] {
  const id = world.links.ownId(user.objectId);
  if (id === undefined) return missing(world, user);
  const resource = world.staged.users.get(id);
  if (resource === undefined) return goneWithAnother(world, user, id);
  if (user.state === 'purged') return [`${user.objectId} has been purged, and is staged`];
  if (!inScope(user)) return resource['active'] === false ? [] : [`${user.objectId} left the scope, and is active`];
  if (hasFailed(world, user.objectId)) return nothingNew(world, user, resource);
  return [...wrongValues(world, user, resource), ...wrongManager(world, user, resource, id)];
}

/** Rule "blocked users are not provisioned": Entra creates nobody whose sign-in is blocked. */
function missing(world: World, user: DirectoryUser): readonly string[] {
  const expected = inScope(user) && user.accountEnabled && !hasFailed(world, user.objectId);
  return expected ? [`${user.objectId} is not provisioned`] : [];
}

/**
 * Rule "a user principal name is used again": whoever takes a name over is matched with the resource of the one before, and
 * loses it when that one is purged; whoever is in scope gets a new one in the restart.
 */
function goneWithAnother(world: World, user: DirectoryUser, id: string): readonly string[] {
  if (changedHands(world, id) && !inScope(user)) return [];
  return [`${user.objectId} is known to Entra as ${id}, and not staged`];
}

/** Rule "a refused request changes nothing": whatever the user has is from before. */
function nothingNew(world: World, user: DirectoryUser, resource: JsonObject): readonly string[] {
  return DEFAULT_MAPPING.flatMap(({ target }) => {
    const held = readTarget(resource, target);
    return wasEver(world, target, held) ? [] : [differs(user, target, held, 'an earlier value')];
  });
}

function wrongValues(world: World, user: DirectoryUser, resource: JsonObject): readonly string[] {
  const values = mappedValues(user, DEFAULT_MAPPING);
  const wrong = DEFAULT_MAPPING.flatMap(({ target }) => {
    const held = readTarget(resource, target);
    const wanted = values.find((one) => one.target === target);
    if (wanted !== undefined) return held === wanted.value ? [] : [differs(user, target, held, wanted.value)];
    return wasEver(world, target, held) ? [] : [differs(user, target, held, 'an earlier value or none')];
  });
  const active = resource['active'] === user.accountEnabled ? [] : [`${user.objectId} has the wrong active`];
  return [...wrong, ...active];
}

/** Rule "what is cleared in Entra is not cleared here": it has any value of before, or none. */
function wasEver({ journal }: World, target: TargetPath, held: Json | undefined): boolean {
  return held === undefined || journal.values.get(target.text)?.has(held) === true;
}

const differs = ({ objectId }: DirectoryUser, { text }: TargetPath, held: unknown, wanted: unknown): string =>
  `${objectId} has ${JSON.stringify(held)} in ${text}, where ${JSON.stringify(wanted)} belongs`;

/**
 * Rule "managers out of scope": one who is not provisioned is not sent, and the one before stays; so it is when there is
 * none any more.
 */
function wrongManager(world: World, user: DirectoryUser, resource: JsonObject, id: string): readonly string[] {
  const manager = readTarget(resource, MANAGER_TARGET);
  const held = isObject(manager) ? manager['value'] : manager;
  const wanted = user.manager === undefined ? undefined : sentId(world, user.manager);
  if (wanted !== undefined) return held === wanted ? [] : [differs(user, MANAGER_TARGET, held, wanted)];
  const owners = typeof held === 'string' ? [...world.journal.owners.of(held)] : [];
  const before = owners.some((owner) => world.journal.managers.of(user.objectId).has(owner));
  return held === undefined || before || changedHands(world, id) ? [] : [differs(user, MANAGER_TARGET, held, 'nobody')];
}

/** The id by which an object is referred to; undefined where it is left out. */
function sentId(world: World, objectId: string): string | undefined {
  return isProvisioned(world, objectId) ? world.links.ownId(objectId) : undefined;
}

/** What is staged, and not known to Entra. */
function unexplained(world: World, id: string, resource: JsonObject): readonly string[] {
  const owner = world.links.owner(id);
  if (owner !== undefined && world.links.ownId(owner) === id) return [];
  const externalId = resource['externalId'];
  const former = formerOwner(world, externalId);
  if (former !== undefined && mayBeLeft(world, former.objectId, textOf(externalId), resource)) return [];
  return [`${id} is staged, and nothing explains it: ${JSON.stringify(resource)}`];
}

/**
 * Rules "whoever was unassigned stays, disabled", "what Entra has forgotten stays, disabled", and "a create that was lost":
 * where the object left the scope, or changed its name, before the create was tried again, Entra does not find it.
 */
function mayBeLeft(world: World, objectId: string, externalId: string, { active }: JsonObject): boolean {
  const { journal } = world;
  if (journal.lostCreates.has(externalId)) return true;
  return active === false && (journal.everUnassigned.has(objectId) || journal.forgotten.has(objectId));
}
