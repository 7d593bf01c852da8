import type { Directory, DirectoryUser } from './directory.js';
import { foundGroup, hire } from './generated-directory.js';
import type { Random } from './random.js';

/** A change of the directory about a user who is present. */
type UserChange = (directory: Directory, user: DirectoryUser, random: Random) => void;

/** What happens in a company, each as often as the others. */
const CHANGES: readonly UserChange[] = [
  (directory, user, random) => {
    directory.setAttribute(user.objectId, 'jobTitle', `Role ${random.below(100)}`);
  },
  (directory, user, random) => {
    directory.setAttribute(user.objectId, 'mobile', `+31 6 5551 ${random.below(9_000) + 1_000}`);
  },
  (directory, user) => {
    directory.setAttribute(user.objectId, 'streetAddress', undefined);
  },
  (directory, user) => {
    directory.setAttribute(user.objectId, 'userPrincipalName', renamed(user.attributes['userPrincipalName'] ?? ''));
  },
  (directory, user, random) => {
    directory.changeUser(user.objectId, { manager: random.pick(directory.users.slice(0, 20)).objectId });
  },
  (directory, user) => {
    directory.changeUser(user.objectId, { assigned: !user.assigned });
  },
  (directory, user) => {
    directory.changeUser(user.objectId, { accountEnabled: !user.accountEnabled });
  },
  (directory, user) => {
    directory.changeUser(user.objectId, { state: 'deleted' });
  },
  (directory, user, random) => {
    joinOrLeave(directory, user, random);
  },
  (directory, user, random) => {
    joinOrLeave(directory, user, random);
  },
];

/** Nobody else ever has the name. */
const renamed = (userPrincipalName: string): string => `x${userPrincipalName}`;

function joinOrLeave(directory: Directory, { objectId }: DirectoryUser, random: Random): void {
  const present = directory.groups.filter(({ state }) => state === 'present');
  if (present.length === 0) return;
  const group = random.pick(present);
  if (group.members.has(objectId)) directory.removeMember(group.objectId, objectId);
  else directory.addMember(group.objectId, objectId);
}

/** Makes a number of changes in a directory, and restores or purges some of the users in the recycle bin. */
export function changeDirectory(directory: Directory, changes: number, random: Random): void {
  for (let index = 0; index < changes; index += 1) {
    const present = directory.users.filter(({ state }) => state === 'present');
    if (present.length > 0) random.pick(CHANGES)(directory, random.pick(present), random);
    if (random.chance(0.1)) hire(directory, random);
  }
  for (const { objectId, state } of directory.users) {
    if (state === 'deleted' && random.chance(0.5)) {
      directory.changeUser(objectId, { state: random.chance(0.5) ? 'present' : 'purged' });
    }
  }
  changeGroups(directory, random);
}

function changeGroups(directory: Directory, random: Random): void {
  const present = directory.groups.filter(({ state }) => state === 'present');
  if (present.length === 0) return;
  const { objectId, displayName } = random.pick(present);
  directory.changeGroup(objectId, { displayName: `${displayName} West` });
  if (random.chance(0.3)) directory.changeGroup(random.pick(present).objectId, { state: 'purged' });
  if (random.chance(0.5)) foundGroup(directory, random);
}
