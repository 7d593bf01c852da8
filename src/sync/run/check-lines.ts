import { shortName } from '../../model/access/person.js';
import { targetKey, targetsOf, type Hold, type HoldTarget } from '../../model/hold.js';
import type { TrackedLine } from '../../model/line.js';
import { membershipKey, type MirrorItem, type SyncMembership } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import type { Subject } from '../../model/subject.js';
import { canonicalText } from '../../protocol/equality.js';
import { foldString } from '../../protocol/search-form.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { desiredGroup } from '../plan/desired.js';
import { isHeld, isHeldWhole, NOT_STAGED, type StagedState } from '../plan/holds.js';

/** How lines are checked. */
interface Checking {
  /** Whether the plan undoes a run: then it was made from the mirror. */
  readonly undoes: boolean;
  /** Whether the plan repairs what the backend has: what it was made from, only a run could have changed. */
  readonly repairs: boolean;
  /** Whether the lines are taken as a whole or not at all. */
  readonly atomic: boolean;
  /** A dateTime in fixed-width UTC. */
  readonly now: string;
}

/**
 * The sentences of the lines that are not to be sent, by number: what they were made from is not there any more, somebody
 * holds them, or what has to be there before them is not.
 */
export async function checkLines(
  reader: SyncReader,
  lines: readonly TrackedLine[],
  { undoes, repairs, atomic, now }: Checking,
): Promise<ReadonlyMap<number, string>> {
  const around = await readSurroundings(reader, lines);
  const skipped = new Map<number, string>();
  for (const line of lines) {
    const isOfMirror = repairs && (line.subject === 'membership' || mirrorOf(line, around) !== undefined);
    const sentence =
      (isOfMirror ? undefined : moved(line, around, undoes)) ??
      held(line, around, { undoes, now }) ??
      unready(line, lines, around);
    if (sentence !== undefined) skipped.set(line.number, sentence);
  }
  return atomic ? asWhole(lines, skipped) : skipped;
}

/** Of lines that are taken as a whole or not at all, one that is skipped takes the others with it. */
function asWhole(lines: readonly TrackedLine[], skipped: ReadonlyMap<number, string>): ReadonlyMap<number, string> {
  const [first] = skipped;
  if (first === undefined) return skipped;
  const other = `It can only be applied together with line ${first[0]}, which was skipped: ${first[1]}`;
  return new Map(lines.map(({ number }) => [number, skipped.get(number) ?? other]));
}

const AGAIN = 'Make a new plan.';

function moved(line: TrackedLine, around: Surroundings, undoes: boolean): string | undefined {
  if (undoes) return isAsBefore(line, around) ? undefined : `The backend has been told otherwise since. ${AGAIN}`;
  if (line.subject === 'membership') return membershipMoved(line, around);
  if (line.formerId !== undefined && !isFormer(line, around)) {
    return `The account of the former user has changed since the plan was made. ${AGAIN}`;
  }
  const staged = stagedOf(line, around);
  if ((staged?.version ?? 0) === line.stagedVersion || isSameGroup(line, staged)) return undefined;
  const what = line.subject === 'account' ? 'user' : 'group';
  return staged === undefined
    ? `The ${what} was deleted after the plan was made. ${AGAIN}`
    : `The ${what} has changed since the plan was made. ${AGAIN}`;
}

/** Whether the account that comes back is still the leaver's, as the line says. */
function isFormer({ formerId = '', before }: TrackedLine, around: Surroundings): boolean {
  const content = around.accounts.get(formerId)?.content;
  return content !== undefined && canonicalText({ ...content }) === canonicalText({ ...before });
}

/** Whether a group is still what the line says: its version moves with its members too, whose lines are their own. */
function isSameGroup({ subject, after }: TrackedLine, staged: StagedItem | undefined): boolean {
  if (subject !== 'group' || staged === undefined || after === undefined) return false;
  return canonicalText({ ...desiredGroup(staged).content }) === canonicalText({ ...after });
}

/** A membership has a version of its own, so that the group's other members may change. */
function membershipMoved(line: TrackedLine, around: Surroundings): string | undefined {
  const version = around.membershipVersion(line);
  if (line.kind === 'remove') {
    return version === 0 ? undefined : `The member was added to the group again after the plan was made. ${AGAIN}`;
  }
  if (version === line.stagedVersion) return undefined;
  return version === 0
    ? `The member was removed from the group after the plan was made. ${AGAIN}`
    : `The member was removed from the group and added again after the plan was made. ${AGAIN}`;
}

/** Whether the mirror has what an undoing line reverses. */
function isAsBefore(line: TrackedLine, around: Surroundings): boolean {
  if (line.subject === 'membership') return around.isMember(line) === (line.kind === 'remove');
  const content = mirrorOf(line, around)?.content;
  if (content === undefined || line.before === undefined) return content === line.before;
  return canonicalText({ ...content }) === canonicalText({ ...line.before });
}

/** What a run put on hold because it undid it does not keep the undoing from being undone. */
function held(
  line: TrackedLine,
  around: Surroundings,
  { undoes, now }: Pick<Checking, 'undoes' | 'now'>,
): string | undefined {
  const hold = around.holdsOn(line).find((one) => {
    if (undoes && one.undoneRun !== undefined) return false;
    if (one.subject === 'membership') return isHeld(one, { version: around.membershipVersion(line) }, now);
    return (line.subject === 'membership' ? isHeldWhole : isHeld)(one, around.stagedState(one.resourceId), now);
  });
  return hold && `Held by ${shortName(hold.by)} since ${hold.at}: ${hold.reason}`;
}

function unready(line: TrackedLine, lines: readonly TrackedLine[], around: Surroundings): string | undefined {
  if (line.needsConfirmation === true && line.confirmedBy === undefined) return 'Nobody has confirmed the link.';
  return line.subject === 'membership' ? missing(line, around) : nameTaken(line, lines, around);
}

function missing({ resourceId, memberId, name, memberName }: TrackedLine, around: Surroundings): string | undefined {
  if (around.groups.get(resourceId) === undefined) return `The backend does not have the group ${name}.`;
  if (memberId !== undefined && (around.accounts.has(memberId) || around.groups.has(memberId))) return undefined;
  return `The backend does not have the member ${memberName ?? memberId ?? ''}.`;
}

function nameTaken(line: TrackedLine, lines: readonly TrackedLine[], around: Surroundings): string | undefined {
  if (line.subject !== 'account' || line.after === undefined) return undefined;
  const holder = around.byName.get(foldString(line.after.name));
  if (holder === undefined || holder.resourceId === line.resourceId || isFreed(holder, line, lines)) return undefined;
  if (holder.resourceId === line.formerId) return undefined;
  return `Another account of the backend still has the userName ${line.after.name}.`;
}

/** Whether the account gives up its userName in the same batch, which is taken as a whole. */
function isFreed(holder: MirrorItem, line: TrackedLine, lines: readonly TrackedLine[]): boolean {
  if (line.atomicGroup === undefined) return false;
  const other = lines.find((one) => one.subject === 'account' && one.resourceId === holder.resourceId);
  return (
    other?.atomicGroup === line.atomicGroup && foldString(other.after?.name ?? '') !== foldString(holder.content.name)
  );
}

function stagedOf({ subject, resourceId }: TrackedLine, around: Surroundings): StagedItem | undefined {
  return (subject === 'account' ? around.users : around.stagedGroups).get(resourceId);
}

function mirrorOf({ subject, resourceId }: TrackedLine, around: Surroundings): MirrorItem | undefined {
  return (subject === 'account' ? around.accounts : around.groups).get(resourceId);
}

/** What is staged, mirrored and held by now of what some lines are about. All maps are by resource id, except for `byName`. */
interface Surroundings {
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
  /** The version of a line's staged membership; 0 if it is not staged. */
  membershipVersion(line: TrackedLine): number;
  /** What is staged of a user or a group. */
  stagedState(resourceId: string): StagedState;
}

/** Reads it, in few statements. */
async function readSurroundings(reader: SyncReader, lines: readonly TrackedLine[]): Promise<Surroundings> {
  const members = lines.flatMap(membershipOf);
  const ids = [...new Set(lines.flatMap(idsIn))];
  const users = await reader.staged.byIds('User', ids);
  const stagedGroups = await reader.staged.byIds('Group', ids);
  const keys = new Set((await reader.mirrorMemberships.among(members)).map(membershipKey));
  const versions = new Map((await reader.staged.memberships(members)).map((one) => [membershipKey(one), one.version]));
  return {
    users,
    stagedGroups,
    accounts: await reader.mirror.byIds('User', ids),
    groups: await reader.mirror.byIds('Group', ids),
    byName: await reader.mirror.byNames(lines.flatMap(wantedName)),
    holdsOn: await readHolds(reader, ids, lines),
    isMember: (line) => membershipOf(line).some((one) => keys.has(membershipKey(one))),
    membershipVersion: (line) => membershipOf(line).map((one) => versions.get(membershipKey(one)))[0] ?? 0,
    stagedState: (id) => users.get(id) ?? stagedGroups.get(id) ?? NOT_STAGED,
  };
}

const idsIn = ({ resourceId, memberId, formerId }: TrackedLine): readonly string[] =>
  [resourceId, memberId, formerId].filter((id) => id !== undefined);

async function readHolds(
  reader: SyncReader,
  ids: readonly string[],
  lines: readonly TrackedLine[],
): Promise<Surroundings['holdsOn']> {
  const holds = new Map<string, Hold>();
  const subjects = lines.some(({ subject }) => subject === 'membership') ? ALL : ALL.slice(0, 2);
  for (const subject of subjects) {
    for (const hold of await reader.holds.of(subject, ids)) {
      holds.set(targetKey(hold), hold);
    }
  }
  return (line) => [...targetsOf(line), ...formerTarget(line)].flatMap((target) => holds.get(targetKey(target)) ?? []);
}

const formerTarget = ({ formerId }: TrackedLine): readonly HoldTarget[] =>
  formerId === undefined ? [] : [{ subject: 'account', resourceId: formerId }];

const ALL: readonly Subject[] = ['account', 'group', 'membership'];

function wantedName({ subject, after }: TrackedLine): readonly string[] {
  return subject === 'account' && after !== undefined ? [foldString(after.name)] : [];
}

function membershipOf({ resourceId, memberId }: TrackedLine): readonly SyncMembership[] {
  return memberId === undefined ? [] : [{ groupId: resourceId, memberId }];
}
