import type { JsonObject } from '../../tools/entra-client/json.js';
import type { Retry } from '../../tools/entra-client/simulator/retries.js';
import { hasFailed, isProvisioned, type World } from './model.js';
import { textOf } from './staged.js';

/** What fails permanently, and should not. */
export function wrongFailures(world: World): readonly string[] {
  return world.failures
    .filter((retry) => !isExplained(world, retry))
    .map(({ kind, key, failure }) => `${kind} ${key} fails permanently: ${failure.code} ${failure.message}`);
}

function isExplained(world: World, { kind, key }: Retry): boolean {
  if (kind === 'user' || kind === 'group') return nameIsHeld(world, key);
  return key.split(' ').some((objectId) => refersToFailed(world, objectId));
}

/** Rule "references wait": a manager or a member that cannot be provisioned cannot be referred to. */
function refersToFailed(world: World, objectId: string): boolean {
  const { manager } = world.directory.user(objectId) ?? {};
  return [objectId, manager].some(
    (one) => one !== undefined && hasFailed(world, one) && world.links.ownId(one) === undefined,
  );
}

/**
 * Rules "user names that swap", "groups that share a name" and "unassigned users keep their names": a name that somebody
 * else has, and will not give up, is refused.
 */
function nameIsHeld(world: World, objectId: string): boolean {
  const id = world.links.ownId(objectId);
  const holder = holderOf(world, objectId);
  if (holder === undefined || holder.id === id) return false;
  const owner = world.links.owner(holder.id);
  if (owner !== undefined && isProvisioned(world, owner)) return ownerKeepsIt(world, owner, objectId);
  // Nobody in scope has it: it is taken over by who is not provisioned yet, and refused to who is.
  return id !== undefined;
}

function ownerKeepsIt(world: World, owner: string, objectId: string): boolean {
  return hasFailed(world, owner) || fold(wantedName(world, owner)) === fold(wantedName(world, objectId));
}

function holderOf(world: World, objectId: string): { readonly id: string } | undefined {
  const wanted = fold(wantedName(world, objectId));
  const { users, groups } = world.staged;
  const [resources, attribute]: [ReadonlyMap<string, JsonObject>, string] =
    world.directory.user(objectId) === undefined ? [groups, 'displayName'] : [users, 'userName'];
  const found = [...resources].find(([, resource]) => fold(textOf(resource[attribute])) === wanted);
  return found && { id: found[0] };
}

const wantedName = ({ directory }: World, objectId: string): string =>
  directory.user(objectId)?.attributes['userPrincipalName'] ?? directory.group(objectId)?.displayName ?? '';

const fold = (name: string): string => name.toLowerCase();
