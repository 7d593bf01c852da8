import { foldString } from '../../protocol/search-form.js';
import type { Hold, MirrorItem, StagedItem, Subject, SyncMembership, TrackedLine } from '../../storage/sync-model.js';
import type { SyncReader } from '../../storage/sync-store.js';

/** What is staged, mirrored and held by now of what some lines are about. All maps are by resource id, but for `byName`. */
export interface Surroundings {
  readonly users: ReadonlyMap<string, StagedItem>;
  readonly stagedGroups: ReadonlyMap<string, StagedItem>;
  readonly accounts: ReadonlyMap<string, MirrorItem>;
  readonly groups: ReadonlyMap<string, MirrorItem>;
  /** Mirrored accounts by folded userName, of the names that the lines want. */
  readonly byName: ReadonlyMap<string, MirrorItem>;
  /** The holds on a line's resource; of a membership, on itself, its group and its member. */
  holdsOn(line: TrackedLine): readonly Hold[];
  /** Whether the mirror has a line's membership. */
  isMember(line: TrackedLine): boolean;
  /** The version of a staged user or group; 0 where it is not staged. */
  versionOf(resourceId: string): number;
}

/** Reads it, in few statements. */
export async function readSurroundings(reader: SyncReader, lines: readonly TrackedLine[]): Promise<Surroundings> {
  const members = lines.flatMap(membershipOf);
  const ids = [...new Set(lines.flatMap(({ resourceId, memberId }) => [resourceId, ...(memberId ? [memberId] : [])]))];
  const users = await reader.stagedByIds('User', ids);
  const stagedGroups = await reader.stagedByIds('Group', ids);
  const present = members.length === 0 ? [] : await reader.mirroredAmong(members);
  const keys = new Set(present.map(membershipKey));
  return {
    users,
    stagedGroups,
    accounts: await reader.mirroredByIds('User', ids),
    groups: await reader.mirroredByIds('Group', ids),
    byName: await reader.mirroredByNames(lines.flatMap(wantedName)),
    holdsOn: await readHolds(reader, ids, lines),
    isMember: (line) => membershipOf(line).some((one) => keys.has(membershipKey(one))),
    versionOf: (id) => (users.get(id) ?? stagedGroups.get(id))?.version ?? 0,
  };
}

async function readHolds(
  reader: SyncReader,
  ids: readonly string[],
  lines: readonly TrackedLine[],
): Promise<Surroundings['holdsOn']> {
  const holds = new Map<string, Hold>();
  const subjects = lines.some(({ subject }) => subject === 'membership') ? ALL : ALL.slice(0, 2);
  for (const subject of subjects) {
    for (const hold of await reader.holdsOf(subject, ids)) {
      holds.set(targetKey(subject, hold.resourceId, hold.memberId), hold);
    }
  }
  return (line) => targetsOf(line).flatMap((key) => holds.get(key) ?? []);
}

const ALL: readonly Subject[] = ['account', 'group', 'membership'];

function targetsOf({ subject, resourceId, memberId }: TrackedLine): readonly string[] {
  if (memberId === undefined) return [targetKey(subject, resourceId)];
  const ofMember = [targetKey('account', memberId), targetKey('group', memberId)];
  return [targetKey(subject, resourceId, memberId), targetKey('group', resourceId), ...ofMember];
}

const targetKey = (subject: Subject, resourceId: string, memberId = ''): string =>
  `${subject} ${resourceId} ${memberId}`;

function wantedName({ subject, after }: TrackedLine): readonly string[] {
  return subject === 'account' && after !== undefined ? [foldString(after.name)] : [];
}

function membershipOf({ resourceId, memberId }: TrackedLine): readonly SyncMembership[] {
  return memberId === undefined ? [] : [{ groupId: resourceId, memberId }];
}

const membershipKey = ({ groupId, memberId }: SyncMembership): string => `${groupId} ${memberId}`;
