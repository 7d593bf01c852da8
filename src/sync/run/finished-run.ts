import type { SyncMembership } from '../../storage/sync-model.js';
import type { FinishedRun } from '../backend.js';
import { eachOf, everyPage } from '../pages.js';
import { linesIn } from '../plan/lines.js';
import type { Work } from './work.js';

/** What the backend may read when a run is done. */
export function finishedRun({ running, tenantId, run, plan }: Work): FinishedRun {
  const reader = running.storage.sync(tenantId);
  return {
    tenantId,
    runId: run.id,
    mirrored: (type) =>
      eachOf(
        everyPage(
          (after: string | undefined, limit) => reader.mirrored(type, after, limit),
          ({ resourceId }) => resourceId,
        ),
      ),
    memberships: () =>
      eachOf(
        everyPage(
          (after: SyncMembership | undefined, limit) => reader.mirroredMemberships(after, limit),
          (membership) => membership,
        ),
      ),
    appliedLines: () => eachOf(linesIn(reader, plan.id, { states: ['applied'] })),
  };
}
