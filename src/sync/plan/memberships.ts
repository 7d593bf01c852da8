import type { Hold } from '../../model/hold.js';
import type { TrackedLine } from '../../model/line.js';
import { membershipKey, type MirrorItem, type StagedMembership, type SyncMembership } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import { shownName } from '../../protocol/entra/tombstone.js';
import { decideMembership, type Participant } from './decide-membership.js';
import { parse } from './desired.js';
import { NOT_STAGED } from './holds.js';
import type { LineWriter } from './lines.js';
import { AT_A_TIME, type Draft } from './planning.js';
import { WAVES } from './waves.js';

/** A membership that only one side has; its version is 0 where that is the mirror. */
type ReadPage = (after: SyncMembership | undefined, limit: number) => Promise<readonly StagedMembership[]>;

/**
 * Writes the lines of the memberships that only one side has; accounts and groups have theirs already.
 * @returns how many are staged and have no line, since the backend has not both the group and the member
 */
export async function planMemberships(draft: Draft, writer: LineWriter): Promise<number> {
  const { reader } = draft;
  await planSide(draft, writer, 'remove', async (after, limit) => {
    const gone = await reader.mirrorMemberships.toRemove(after, limit);
    return gone.map((membership) => ({ ...membership, version: 0 }));
  });
  return planSide(draft, writer, 'add', (after, limit) => reader.mirrorMemberships.toAdd(after, limit));
}

async function planSide(draft: Draft, writer: LineWriter, kind: 'add' | 'remove', read: ReadPage): Promise<number> {
  let unlisted = 0;
  for (let after: SyncMembership | undefined; ;) {
    const page = await read(after, AT_A_TIME.items);
    if (page.length > 0) unlisted += page.length - (await planPage(draft, writer, kind, page));
    if (page.length < AT_A_TIME.items) return unlisted;
    after = page.at(-1);
  }
}

async function planPage(
  draft: Draft,
  writer: LineWriter,
  kind: 'add' | 'remove',
  page: readonly StagedMembership[],
): Promise<number> {
  const groupIds = unique(page.map(({ groupId }) => groupId));
  const participants = await participantsOf(
    draft,
    unique(page.flatMap(({ groupId, memberId }) => [groupId, memberId])),
  );
  const holds = await draft.reader.holds.of('membership', groupIds);
  const held = new Map(
    holds.map((hold) => [membershipKey({ groupId: hold.resourceId, memberId: hold.memberId ?? '' }), hold]),
  );
  const lines = page.flatMap((membership) => {
    const line = decideMembership({
      kind,
      version: membership.version,
      group: participants(membership.groupId),
      member: participants(membership.memberId),
      hold: held.get(membershipKey(membership)),
      policyRevision: draft.inForce.revision,
      now: draft.now,
    });
    if (line === undefined) return [];
    // As long as the account still has the leaver's SCIM id.
    return [draft.rehired.has(membership.memberId) ? { ...line, wave: WAVES.accounts } : line];
  });
  await writer.add(lines);
  return lines.length;
}

/** Reads all that is to be known of groups and members. */
async function participantsOf({ reader, planId }: Draft, ids: readonly string[]): Promise<(id: string) => Participant> {
  const [users, groups, accounts, mirroredGroups, accountLines, groupLines, accountHolds, groupHolds] =
    await Promise.all([
      reader.staged.byIds('User', ids),
      reader.staged.byIds('Group', ids),
      reader.mirror.byIds('User', ids),
      reader.mirror.byIds('Group', ids),
      reader.lines.of(planId, 'account', ids),
      reader.lines.of(planId, 'group', ids),
      reader.holds.of('account', ids),
      reader.holds.of('group', ids),
    ]);
  const holds = new Map([...accountHolds, ...groupHolds].map((hold): [string, Hold] => [hold.resourceId, hold]));
  return (id) =>
    participant(id, {
      staged: users.get(id) ?? groups.get(id),
      mirror: accounts.get(id) ?? mirroredGroups.get(id),
      line: accountLines.get(id) ?? groupLines.get(id),
      hold: holds.get(id),
    });
}

interface Sources {
  readonly staged: StagedItem | undefined;
  readonly mirror: MirrorItem | undefined;
  readonly line: TrackedLine | undefined;
  readonly hold: Hold | undefined;
}

function participant(id: string, { staged, mirror, line, hold }: Sources): Participant {
  return {
    id,
    name: staged === undefined ? (mirror?.content.name ?? id) : shownName(parse(staged.document)),
    staged: staged ?? NOT_STAGED,
    mirrored: mirror !== undefined,
    line,
    hold,
  };
}

const unique = (ids: readonly string[]): readonly string[] => [...new Set(ids)];
