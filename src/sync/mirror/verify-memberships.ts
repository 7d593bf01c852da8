import { targetKey, type Hold } from '../../model/hold.js';
import { membershipKey, type MirrorItem, type SyncMembership } from '../../model/mirror.js';
import { joined } from './joined.js';
import { everyPage } from '../pages.js';
import { withHold, type DraftLine } from '../plan/decide.js';
import { NOT_STAGED } from '../plan/holds.js';
import type { LineWriter } from '../plan/lines.js';
import type { Draft } from '../plan/planning.js';
import { WAVES } from '../plan/waves.js';

/** A membership that only one side has. */
interface Difference {
  readonly mirrored: SyncMembership | undefined;
  readonly listed: SyncMembership | undefined;
}

/** Writes lines for the memberships that the backend has lost, and for those that it has and was never told of. */
export async function repairMemberships(draft: Draft, writer: LineWriter): Promise<void> {
  const { reader, planning, tenantId } = draft;
  const pages = everyPage(
    (after: SyncMembership | undefined, limit) => reader.mirrorMemberships.page(after, limit),
    (one) => one,
  );
  const listed = { pages: planning.backend.listMemberships(tenantId), keyOf: membershipKey };
  for await (const piece of joined({ pages, keyOf: membershipKey }, listed)) {
    const differences = piece
      .filter(({ left, right }) => left === undefined || right === undefined)
      .map(({ left, right }) => ({ mirrored: left, listed: right }));
    if (differences.length > 0) await writer.add(await linesOf(draft, differences));
  }
}

/** Memberships of what the mirror does not have are none of ours: accounts and groups have their own lines. */
async function linesOf(draft: Draft, differences: readonly Difference[]): Promise<readonly DraftLine[]> {
  const { reader, inForce, now } = draft;
  const memberships = differences.flatMap(({ mirrored, listed }) => mirrored ?? listed ?? []);
  const ids = [...new Set(memberships.flatMap(({ groupId, memberId }) => [groupId, memberId]))];
  const [accounts, groups, staged, holds] = await Promise.all([
    reader.mirror.byIds('User', ids),
    reader.mirror.byIds('Group', ids),
    reader.staged.memberships(memberships),
    reader.holds.of('membership', ids),
  ]);
  const holdOf = new Map(holds.map((hold): [string, Hold] => [targetKey(hold), hold]));
  const stagedOf = new Map(staged.map((one) => [membershipKey(one), one]));
  return differences.flatMap(({ mirrored, listed }) => {
    const { groupId, memberId } = mirrored ?? listed ?? { groupId: '', memberId: '' };
    const [group, member] = [groups.get(groupId), accounts.get(memberId) ?? groups.get(memberId)];
    if (group === undefined || member === undefined) return [];
    const state = stagedOf.get(membershipKey({ groupId, memberId }));
    const line = {
      ...between(group, member),
      ...repair(mirrored !== undefined, state !== undefined),
      stagedVersion: state?.version ?? 0,
      policyRevision: inForce.revision,
    };
    const hold = holdOf.get(targetKey({ subject: 'membership', resourceId: groupId, memberId }));
    return [withHold(line, hold, state ?? NOT_STAGED, now)];
  });
}

/** What the backend has and the mirror does not is taken into the mirror where it is staged: adding it changes nothing there. */
function repair(isMirrored: boolean, isStaged: boolean): Pick<DraftLine, 'kind' | 'sentence'> {
  if (isMirrored) return { kind: 'add', sentence: 'The backend no longer has it.' };
  return isStaged
    ? { kind: 'add', sentence: 'The backend has it, and the mirror does not.' }
    : { kind: 'remove', sentence: 'The backend has it, but was never sent it.' };
}

function between(group: MirrorItem, member: MirrorItem) {
  return {
    subject: 'membership',
    resourceId: group.resourceId,
    memberId: member.resourceId,
    name: group.content.name,
    memberName: member.content.name,
    changes: [],
    dependsOn: [],
    wave: WAVES.memberships,
  } satisfies Partial<DraftLine>;
}
