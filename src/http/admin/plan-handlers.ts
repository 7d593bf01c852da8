import type { MadeSyncPlan, operations, SyncPlan, SyncPlanList } from '../../../generated/admin.js';
import { comparisonJson } from '../../sync/comparison/json.js';
import { lineJson } from '../../sync/json.js';
import { planJson } from '../../sync/json.js';
import { lineSelection } from '../../sync/line-selection.js';
import { readPage } from '../../sync/pages.js';
import { lineGroupJson, reviewJson } from '../../sync/plan-review/json.js';
import { checkWhole } from '../../sync/retention/shrunk.js';
import type { Synchronization } from '../../sync/synchronization.js';
import { enteredBy } from '../authentication.js';
import type { Handlers } from '../router/operation.js';
import { orConflict } from './conflict.js';
import { DEFAULT_LIMIT, groupCursor, groupCursorText, idCursor, lineNumber } from './conflict.js';

/** Entries on a page of identical changes if `limit` is absent, as openapi/admin.yaml documents it. */
const GROUP_LIMIT = 20;

/** The operations on plans and their lines. */
export type PlanOperations =
  | 'listSyncPlans'
  | 'makeSyncPlan'
  | 'getSyncPlan'
  | 'getSyncPlanSummary'
  | 'listSyncPlanGroups'
  | 'listSyncPlanLines'
  | 'compareSyncPlans'
  | 'exportSyncPlan'
  | 'exportSyncPlanAsCsv'
  | 'discardSyncPlan'
  | 'confirmSyncLink'
  | 'confirmSyncLinks';

type ReviewOperations = 'compareSyncPlans' | 'getSyncPlanSummary' | 'listSyncPlanGroups' | 'listSyncPlanLines';

/** The handlers for reading a plan, from whole to line. */
function reviewHandlers(sync: Synchronization): Handlers<Pick<operations, ReviewOperations>> {
  return {
    getSyncPlanSummary: async ({ path: { tenantId, planId } }) =>
      orConflict('planNotOpen', async () => {
        const review = await sync.review(tenantId, planId);
        const [largest] = await sync.groups(tenantId, planId, { limit: 1 });
        const guarded = [...(await sync.guard(tenantId, planId))];
        const secondPerson = await sync.secondPerson(tenantId, planId);
        return { status: 200 as const, body: { ...reviewJson(review, largest), guarded, secondPerson } };
      }),
    compareSyncPlans: async ({
      path: { tenantId, planId },
      query: { with: otherId, difference, after = 0, limit = DEFAULT_LIMIT },
    }) =>
      orConflict('planNotOpen', async () => {
        const compared = await sync.compare(tenantId, planId, otherId);
        const comparison = comparisonJson(planId, otherId, compared.comparison);
        if (difference === undefined) return { status: 200 as const, body: comparison };
        const { items, next = null } = await readPage(
          (most) => compared.lines(difference, { after, limit: most }),
          limit,
          ({ number }) => number,
        );
        return { status: 200 as const, body: { ...comparison, lines: items.map(lineJson), next } };
      }),
    listSyncPlanGroups: async ({ path: { tenantId, planId }, query: { limit = GROUP_LIMIT, after } }) =>
      orConflict('planNotOpen', async () => {
        const from = groupCursor(after);
        const { items, next = null } = await readPage(
          (most) => sync.groups(tenantId, planId, { limit: most, ...(from === undefined ? {} : { after: from }) }),
          limit,
          groupCursorText,
        );
        return { status: 200 as const, body: { groups: items.map(lineGroupJson), next } };
      }),
    listSyncPlanLines: async ({
      path: { tenantId, planId },
      query: { limit = DEFAULT_LIMIT, after = 0, sample, seed = 1, ...words },
    }) =>
      orConflict('planNotOpen', async () => {
        const selection = lineSelection(words);
        if (sample !== undefined) {
          const lines = await sync.sample(tenantId, planId, { ...selection, count: sample, seed });
          return { status: 200 as const, body: { lines: lines.map(lineJson), next: null } };
        }
        const { items, next = null } = await readPage(
          (most) => sync.lines(tenantId, planId, { ...selection, after, limit: most }),
          limit,
          ({ number }) => number,
        );
        return { status: 200 as const, body: { lines: items.map(lineJson), next } };
      }),
  };
}

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
    makeSyncPlan: async ({ path: { tenantId }, body: { by }, principal }) =>
      orConflict('planStale', async () => {
        const { plan, started } = await sync.plan(tenantId, by, enteredBy(principal));
        // Errors in the run are logged where the run is worked on.
        started?.ended.catch(() => undefined);
        const approved = started === undefined ? {} : { runId: started.run.id };
        return { status: 201 as const, body: { ...planJson(plan), ...approved } satisfies MadeSyncPlan };
      }),
    getSyncPlan: async ({ path: { tenantId, planId } }) => {
      return { status: 200, body: planJson(await sync.getPlan(tenantId, planId)) satisfies SyncPlan };
    },
    ...reviewHandlers(sync),
    exportSyncPlan: async ({ path: { tenantId, planId } }) =>
      orConflict('planNotOpen', async () => {
        checkWhole(await sync.getPlan(tenantId, planId));
        return { status: 200 as const, body: sync.exportPlan(tenantId, planId, 'json') };
      }),
    exportSyncPlanAsCsv: async ({ path: { tenantId, planId } }) =>
      orConflict('planNotOpen', async () => {
        checkWhole(await sync.getPlan(tenantId, planId));
        return { status: 200 as const, type: 'text/csv', body: sync.exportPlan(tenantId, planId, 'csv') };
      }),
    discardSyncPlan: async ({ path: { tenantId, planId }, body: { by } }) =>
      orConflict('planNotOpen', async () => {
        await sync.discard(tenantId, planId, by);
        return { status: 204 as const };
      }),
    confirmSyncLinks: async ({ path: { tenantId, planId }, body: { by, ...lines } }) =>
      orConflict('planNotOpen', async () => {
        const confirmed = await sync.confirmLinks(tenantId, planId, lines, by);
        return { status: 200 as const, body: { confirmed } };
      }),
    confirmSyncLink: async ({ path: { tenantId, planId, number }, body: { by } }) =>
      orConflict('needsNone', async () => {
        await sync.confirmLink(tenantId, planId, lineNumber(number), by);
        return { status: 204 as const };
      }),
  };
}
