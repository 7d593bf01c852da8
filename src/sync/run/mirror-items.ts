import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { MirrorItem } from '../../storage/sync-model.js';
import type { SyncReader } from '../../storage/sync-store.js';
import type { Settled } from './settle-lines.js';
import type { Work } from './work.js';

/** What the mirror is to have of lines that were applied and are not gone. */
export async function mirrorItems(
  reader: SyncReader,
  { plan, running }: Work,
  type: ResourceTypeName,
  applied: readonly Settled[],
): Promise<readonly MirrorItem[]> {
  const ids = applied.map(({ line }) => line.resourceId);
  const staged = await reader.stagedByIds(type, ids);
  const mirrored = await reader.mirroredByIds(type, ids);
  return applied.flatMap(({ line, accountId }): readonly MirrorItem[] => {
    const { resourceId, after: content, policyRevision } = line;
    if (content === undefined) return [];
    const before = mirrored.get(resourceId);
    return [
      {
        resourceId,
        accountId: accountId ?? line.accountId ?? before?.accountId,
        // What was undone is not what the staged version says: no version may look like it.
        stagedVersion: plan.undoes === undefined ? line.stagedVersion : 0,
        policyRevision,
        content,
        // It may have been deleted while the line was under way, when there was nothing yet to note that on.
        missingSince: staged.has(resourceId) ? undefined : (before?.missingSince ?? running.now().toISOString()),
      },
    ];
  });
}
