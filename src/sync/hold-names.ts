import type { Hold } from '../model/hold.js';
import { shownName } from '../protocol/entra/tombstone.js';
import type { SyncReader } from '../storage/sync-store.js';
import type { NamedHold } from './filters.js';
import { parse } from './plan/desired.js';

/** Holds with the names of what they hold: as staged, or else as mirrored; the id of what is neither. */
export async function namedHolds(reader: SyncReader, holds: readonly Hold[]): Promise<readonly NamedHold[]> {
  const ids = [...new Set(holds.flatMap(({ resourceId, memberId }) => [resourceId, ...(memberId ? [memberId] : [])]))];
  const names = new Map<string, string>();
  for (const type of ['User', 'Group'] as const) {
    for (const [id, { content }] of await reader.mirror.byIds(type, ids)) names.set(id, content.name);
    for (const [id, { document }] of await reader.staged.byIds(type, ids)) names.set(id, shownName(parse(document)));
  }
  const nameOf = (id: string): string => names.get(id) ?? id;
  return holds.map((hold) => ({
    ...hold,
    name: nameOf(hold.resourceId),
    ...(hold.memberId === undefined ? {} : { memberName: nameOf(hold.memberId) }),
  }));
}
