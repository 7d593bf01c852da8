import type { Directory, DirectoryGroup, DirectoryUser } from '../../tools/entra-client/simulator/company/directory.js';
import { isGroupInScope, isInScope, DEFAULT_SETTINGS } from '../../tools/entra-client/simulator/settings.js';
import type { Links } from '../../tools/entra-client/simulator/provision/links.js';
import type { Retry } from '../../tools/entra-client/simulator/retries.js';
import type { Journal } from './journal.js';
import type { Staged } from './staged.js';

/** What the model looks at: Entra's state, what it was, and what has been staged. */
export interface World {
  readonly directory: Directory;
  readonly links: Links;
  readonly failures: readonly Retry[];
  readonly journal: Journal;
  readonly staged: Staged;
}

export const inScope = (user: DirectoryUser): boolean => isInScope(user, DEFAULT_SETTINGS);

/** Whether a user or a group is provisioned at present. */
export function isProvisioned({ directory }: World, objectId: string): boolean {
  const user = directory.user(objectId);
  const group = directory.group(objectId);
  return user === undefined ? group !== undefined && isGroupInScope(group) : inScope(user);
}

/** Whether the last attempt at a user or a group failed. */
export const hasFailed = ({ failures }: World, objectId: string): boolean =>
  failures.some(({ kind, key }) => (kind === 'user' || kind === 'group') && key === objectId);

/** Whether a resource has been that of more than one user: a user principal name was used again. */
export const changedHands = ({ journal }: World, id: string): boolean => journal.owners.of(id).size > 1;

/** The users or groups that are deemed to be behind a staged resource that Entra no longer knows, by its externalId. */
export const formerOwner = (world: World, externalId: unknown): DirectoryUser | DirectoryGroup | undefined =>
  world.directory.users.find(({ attributes }) => attributes['mailNickname'] === externalId) ??
  world.directory.groups.find(({ objectId }) => objectId === externalId);
