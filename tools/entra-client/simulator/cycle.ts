import type { JsonObject } from '../json.js';
import type { Agenda } from './agenda.js';
import { provisionGroup } from './provision/groups.js';
import { provisionManager, provisionMember } from './provision/references.js';
import { provisionUser } from './provision/users.js';
import { attempt, type Work } from './work.js';

/** Members that an on-demand run sends at most. */
const ON_DEMAND_MEMBERS = 5;

/**
 * Does what is on the agenda: users, groups, then what refers to them.
 * @throws ProvisioningFailure if nothing else can work
 */
export async function runCycle(work: Work, agenda: Agenda): Promise<void> {
  const resources = await users(work, agenda);
  const fresh = await groups(work, agenda);
  await managers(work, agenda, resources);
  for (const group of work.directory.groups) {
    for (const member of agenda.membersOf(group, fresh.has(group.objectId))) {
      await attempt(work, 'member', `${group.objectId} ${member}`, () => provisionMember(work, group, member));
    }
  }
}

/** Returns the resources, as read, of the users who are provisioned now. */
async function users(work: Work, agenda: Agenda): Promise<ReadonlyMap<string, JsonObject>> {
  const resources = new Map<string, JsonObject>();
  for (const user of agenda.users) {
    const resource = await attempt(work, 'user', user.objectId, () => provisionUser(work, user));
    if (resource !== undefined) resources.set(user.objectId, resource);
  }
  return resources;
}

/** Returns the groups of whose members the server knows nothing. */
async function groups(work: Work, agenda: Agenda): Promise<ReadonlySet<string>> {
  const fresh = new Set<string>();
  for (const group of agenda.groups) {
    const isFresh = await attempt(work, 'group', group.objectId, () => provisionGroup(work, group));
    if (isFresh === true) fresh.add(group.objectId);
  }
  return fresh;
}

async function managers(work: Work, agenda: Agenda, resources: ReadonlyMap<string, JsonObject>): Promise<void> {
  for (const objectId of new Set([...resources.keys(), ...agenda.managers])) {
    const user = work.directory.user(objectId);
    if (user === undefined) continue;
    await attempt(work, 'manager', objectId, () => provisionManager(work, user, resources.get(objectId)));
  }
}

/**
 * Provisions one user, or one group with its first members, at once.
 * @throws ProvisioningFailure
 */
export async function runOnDemand(work: Work, objectId: string): Promise<void> {
  const user = work.directory.user(objectId);
  if (user !== undefined) {
    const resource = await provisionUser(work, user);
    await provisionManager(work, user, resource);
  }
  const group = work.directory.group(objectId);
  if (group === undefined) return;
  await provisionGroup(work, group);
  for (const member of [...group.members].slice(0, ON_DEMAND_MEMBERS)) await provisionMember(work, group, member);
}
