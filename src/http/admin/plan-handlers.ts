import type { MadeSyncPlan, operations, SyncPlan, SyncPlanList } from '../../../generated/admin.js';
import { lineJson } from '../../sync/json.js';
import { planJson } from '../../sync/json.js';
import { lineSelection } from '../../sync/line-selection.js';
import { readPage } from '../../sync/pages.js';
import type { Synchronization } from '../../sync/synchronization.js';
import type { Handlers } from '../router/operation.js';
import { orConflict } from './conflict.js';
import { DEFAULT_LIMIT, idCursor, lineNumber } from './conflict.js';

/** The operations on plans and their lines. */
export type PlanOperations =
  | 'listSyncPlans'
  | 'makeSyncPlan'
  | 'getSyncPlan'
  | 'listSyncPlanLines'
  | 'exportSyncPlan'
  | 'exportSyncPlanAsCsv'
  | 'discardSyncPlan'
  | 'confirmSyncLink';

/** The handlers for plans: make, list, read, export, discard, and confirm links. */
export function syncPlanHandlers(sync: Synchronization): Handlers<Pick<operations, PlanOperations>> {
  return {
    listSyncPlans: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after } }) => {
      const before = idCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.plans(tenantId, { limit: most, ...(before === undefined ? {} : { before }) }),
        limit,
        ({ id }) => id,
      );
      return { status: 200, body: { plans: items.map(planJson), next } satisfies SyncPlanList };
    },
    makeSyncPlan: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('planStale', async () => {
        const { plan, started } = await sync.plan(tenantId, by);
        // Errors in the run are logged where the run is worked on.
        started?.ended.catch(() => undefined);
        const approved = started === undefined ? {} : { runId: started.run.id };
        return { status: 201 as const, body: { ...planJson(plan), ...approved } satisfies MadeSyncPlan };
      }),
    getSyncPlan: async ({ path: { tenantId, planId } }) => {
      return { status: 200, body: planJson(await sync.getPlan(tenantId, planId)) satisfies SyncPlan };
    },
    listSyncPlanLines: async ({
      path: { tenantId, planId },
      query: { limit = DEFAULT_LIMIT, after = 0, ...words },
    }) => {
      const selection = lineSelection(words);
      const { items, next = null } = await readPage(
        (most) => sync.lines(tenantId, planId, { ...selection, after, limit: most }),
        limit,
        ({ number }) => number,
      );
      return { status: 200, body: { lines: items.map(lineJson), next } };
    },
    exportSyncPlan: async ({ path: { tenantId, planId } }) => {
      await sync.getPlan(tenantId, planId);
      return { status: 200, body: sync.exportPlan(tenantId, planId, 'json') };
    },
    exportSyncPlanAsCsv: async ({ path: { tenantId, planId } }) => {
      await sync.getPlan(tenantId, planId);
      return { status: 200, type: 'text/csv', body: sync.exportPlan(tenantId, planId, 'csv') };
    },
    discardSyncPlan: async ({ path: { tenantId, planId }, body: { by } }) =>
      orConflict('planNotOpen', async () => {
        await sync.discard(tenantId, planId, by);
        return { status: 204 as const };
      }),
    confirmSyncLink: async ({ path: { tenantId, planId, number }, body: { by } }) =>
      orConflict('needsNone', async () => {
        await sync.confirmLink(tenantId, planId, lineNumber(number), by);
        return { status: 204 as const };
      }),
  };
}
