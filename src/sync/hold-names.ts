import type { Hold } from '../model/hold.js';
import { membershipKey, type SyncMembership } from '../model/mirror.js';
import { shownName } from '../protocol/entra/tombstone.js';
import type { SyncReader } from '../storage/sync-store.js';
import type { NamedHold } from './filters.js';
import { parse } from './plan/desired.js';
import { isHeld, NOT_STAGED, type StagedState } from './plan/holds.js';

/**
 * Holds with the names of what they hold, as staged, or else as mirrored, the id of what is neither; and whether they have ended.
 * @param now a dateTime in fixed-width UTC
 */
export async function namedHolds(
  reader: SyncReader,
  holds: readonly Hold[],
  now: string,
): Promise<readonly NamedHold[]> {
  const ids = [...new Set(holds.flatMap(({ resourceId, memberId }) => [resourceId, ...(memberId ? [memberId] : [])]))];
  const names = new Map<string, string>();
  const states = new Map<string, StagedState>();
  for (const type of ['User', 'Group'] as const) {
    for (const [id, { content }] of await reader.mirror.byIds(type, ids)) names.set(id, content.name);
    for (const [id, item] of await reader.staged.byIds(type, ids)) {
      names.set(id, shownName(parse(item.document)));
      states.set(id, item);
    }
  }
  const memberships = await reader.staged.memberships(holds.flatMap(membershipOf));
  for (const membership of memberships) states.set(membershipKey(membership), membership);
  const nameOf = (id: string): string => names.get(id) ?? id;
  return holds.map((hold) => ({
    ...hold,
    name: nameOf(hold.resourceId),
    ...(hold.memberId === undefined ? {} : { memberName: nameOf(hold.memberId) }),
    ended: !isHeld(hold, states.get(stateKey(hold)) ?? NOT_STAGED, now),
  }));
}

const membershipOf = ({ resourceId, memberId }: Hold): readonly SyncMembership[] =>
  memberId === undefined ? [] : [{ groupId: resourceId, memberId }];

const stateKey = (hold: Hold): string => membershipOf(hold).map(membershipKey)[0] ?? hold.resourceId;
