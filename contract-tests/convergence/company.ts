import type { Directory, DirectoryUser } from '../../tools/entra-client/simulator/company/directory.js';
import type { Step } from './history.js';

const SETTABLE = ['displayName', 'givenName', 'surname', 'jobTitle', 'mail', 'mobile', 'streetAddress', 'department'];

const nameOf = (number: number, capital: boolean): string => spelled(`p${number}@contoso.example`, capital);

const spelled = (name: string, capital: boolean): string => (capital ? name.toUpperCase() : name.toLowerCase());

/** What happens in the directory; what cannot happen there does not, such as a user principal name that is taken. */
export function change(directory: Directory, step: Step): void {
  const { users, groups } = directory;
  const user = (number: number): DirectoryUser | undefined => users[number % users.length];
  const inBin = users.filter(({ state }) => state === 'deleted');
  const deleted = (number: number): DirectoryUser | undefined => inBin[number % inBin.length];
  const present = (number: number): DirectoryUser | undefined => withState(user(number), 'present');
  const group = (number: number) => withState(groups[number % groups.length], 'present');
  switch (step.do) {
    case 'hire':
      return hire(directory, nameOf(step.name, step.capital), step.assigned);
    case 'hire a successor':
      return hireSuccessor(directory, present(step.user), step.capital);
    case 'set':
      return set(directory, present(step.user), step);
    case 'rename':
      return rename(directory, present(step.user), nameOf(step.name, step.capital));
    case 'swap names':
      return swap(directory, present(step.user), present(step.other));
    case 'manage':
      return changing(directory, present(step.user), () => ({
        manager: step.manager === undefined ? undefined : user(step.manager)?.objectId,
      }));
    case 'assign or unassign':
      return changing(directory, present(step.user), ({ assigned }) => ({ assigned: !assigned }));
    case 'block or unblock':
      return changing(directory, present(step.user), ({ accountEnabled }) => ({ accountEnabled: !accountEnabled }));
    case 'delete':
      return changing(directory, present(step.user), () => ({ state: 'deleted' }));
    case 'restore':
      return changing(directory, restorable(directory, deleted(step.user)), () => ({ state: 'present' }));
    case 'purge':
      return changing(directory, deleted(step.user), () => ({ state: 'purged' }));
    case 'found':
      directory.addGroup(`group-${groups.length}`, `Team ${step.name}`, step.assigned);
      return;
    case 'rename group':
      return changingGroup(directory, group(step.group), () => ({ displayName: `Team ${step.name}` }));
    case 'assign or unassign group':
      return changingGroup(directory, group(step.group), ({ assigned }) => ({ assigned: !assigned }));
    case 'delete group':
      return changingGroup(directory, group(step.group), () => ({ state: 'purged' }));
    case 'join':
      return joins(directory, group(step.group)?.objectId, present(step.user)?.objectId);
    case 'leave':
      return leaves(directory, group(step.group), step.user);
    case 'nest':
      return joins(directory, group(step.group)?.objectId, group(step.inner)?.objectId);
    case 'cycle':
    case 'on demand':
    case 'restart':
    case 'restart without ids':
      return;
  }
}

function withState<Thing extends { readonly state: string }>(
  thing: Thing | undefined,
  state: Thing['state'],
): Thing | undefined {
  return thing?.state === state ? thing : undefined;
}

type Change = Parameters<Directory['changeUser']>[1];

function changing(directory: Directory, user: DirectoryUser | undefined, to: (user: DirectoryUser) => Change): void {
  if (user !== undefined) directory.changeUser(user.objectId, to(user));
}

type Group = Directory['groups'][number];
type GroupChange = Parameters<Directory['changeGroup']>[1];

function changingGroup(directory: Directory, group: Group | undefined, to: (group: Group) => GroupChange): void {
  if (group !== undefined) directory.changeGroup(group.objectId, to(group));
}

const isTaken = ({ users }: Directory, name: string, self?: string): boolean =>
  users.some(
    ({ objectId, state, attributes }) =>
      objectId !== self && state === 'present' && attributes['userPrincipalName']?.toLowerCase() === name.toLowerCase(),
  );

function hire(directory: Directory, userPrincipalName: string, assigned: boolean): void {
  const number = directory.users.length;
  if (isTaken(directory, userPrincipalName)) return;
  const names = { displayName: `Person ${number}`, givenName: `Given ${number}`, surname: 'Vane' };
  const addresses = { mail: `${number}@mail.example`, mailNickname: `nick-${number}`, city: 'Utrecht' };
  directory.addUser(`user-${number}`, { userPrincipalName, ...names, ...addresses }, assigned);
}

/** Somebody goes into the recycle bin, and somebody new gets the name. */
function hireSuccessor(directory: Directory, leaver: DirectoryUser | undefined, capital: boolean): void {
  if (leaver === undefined) return;
  directory.changeUser(leaver.objectId, { state: 'deleted' });
  hire(directory, spelled(leaver.attributes['userPrincipalName'] ?? '', capital), true);
}

function set(
  directory: Directory,
  user: DirectoryUser | undefined,
  { attribute, value }: { readonly attribute: number; readonly value: number },
): void {
  const name = SETTABLE[attribute % SETTABLE.length] ?? 'displayName';
  if (user === undefined) return;
  directory.setAttribute(user.objectId, name, value === 0 ? undefined : `${name} ${value} of ${user.objectId}`);
}

function rename(directory: Directory, user: DirectoryUser | undefined, name: string): void {
  if (user === undefined || isTaken(directory, name, user.objectId)) return;
  directory.setAttribute(user.objectId, 'userPrincipalName', name);
}

function swap(directory: Directory, one: DirectoryUser | undefined, other: DirectoryUser | undefined): void {
  if (one === undefined || other === undefined) return;
  directory.setAttribute(one.objectId, 'userPrincipalName', other.attributes['userPrincipalName']);
  directory.setAttribute(other.objectId, 'userPrincipalName', one.attributes['userPrincipalName']);
}

function restorable(directory: Directory, deleted: DirectoryUser | undefined): DirectoryUser | undefined {
  const taken = deleted !== undefined && isTaken(directory, deleted.attributes['userPrincipalName'] ?? '');
  return taken ? undefined : deleted;
}

function joins(directory: Directory, group: string | undefined, member: string | undefined): void {
  if (group !== undefined && member !== undefined && group !== member) directory.addMember(group, member);
}

function leaves(directory: Directory, group: Group | undefined, number: number): void {
  const members = [...(group?.members ?? [])];
  const member = members[number % members.length];
  if (group !== undefined && member !== undefined) directory.removeMember(group.objectId, member);
}
