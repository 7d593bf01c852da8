import type {
  operations,
  SyncPlan,
  SyncRun,
  SyncRunList,
  SyncRunStatus,
  SyncStatus,
} from '../../../generated/admin.js';
import { notFound } from '../../protocol/scim-error.js';
import { planJson } from '../../sync/json.js';
import { runJson, runStatusJson, type RunJson } from '../../sync/json.js';
import { readPage } from '../../sync/pages.js';
import type { StartedRun, Synchronization } from '../../sync/synchronization.js';
import { enteredBy } from '../authentication.js';
import type { Handlers } from '../router/operation.js';
import { orConflict } from './conflict.js';
import { DEFAULT_LIMIT, idCursor } from './conflict.js';

/** The operations on runs. */
export type RunOperations =
  | 'applySyncPlan'
  | 'getSyncStatus'
  | 'listSyncRuns'
  | 'getSyncRun'
  | 'pauseSync'
  | 'resumeSync'
  | 'cancelSync'
  | 'undoSyncRun';

/** The run continues after the answer; errors in it are logged where it is worked on. */
function accepted({ run, ended }: StartedRun): { readonly status: 202; readonly body: RunJson } {
  ended.catch(() => undefined);
  return { status: 202, body: runJson(run) satisfies SyncRun };
}

/** The handlers for runs: apply, status, pause, resume, cancel, undo. */
export function syncRunHandlers(sync: Synchronization): Handlers<Pick<operations, RunOperations>> {
  return {
    applySyncPlan: async ({ path: { tenantId, planId }, body, principal }) =>
      orConflict(
        async () => ((await sync.getPlan(tenantId, planId)).state === 'open' ? 'planStale' : 'planNotOpen'),
        async () => accepted(await sync.apply(tenantId, planId, { ...body, ...enteredBy(principal) })),
      ),
    getSyncStatus: async ({ path: { tenantId } }) => {
      const status = await sync.status(tenantId);
      const body = status === undefined ? {} : { run: runStatusJson(status) };
      return { status: 200, body: body satisfies SyncStatus };
    },
    listSyncRuns: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after } }) => {
      const before = idCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.runs(tenantId, { limit: most, ...(before === undefined ? {} : { before }) }),
        limit,
        ({ id }) => id,
      );
      return { status: 200, body: { runs: items.map(runStatusJson), next } satisfies SyncRunList };
    },
    getSyncRun: async ({ path: { tenantId, runId } }) => {
      const status = await sync.status(tenantId, runId);
      if (status === undefined) throw notFound('The tenant has no such run. List its runs to find it.');
      return { status: 200, body: runStatusJson(status) satisfies SyncRunStatus };
    },
    pauseSync: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('noActiveRun', async () => {
        const run = runJson(await sync.pause(tenantId, by)) satisfies SyncRun;
        return { status: 202 as const, body: run };
      }),
    resumeSync: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('noActiveRun', async () => accepted(await sync.resume(tenantId, { by }))),
    cancelSync: async ({ path: { tenantId }, body: { by } }) =>
      orConflict('noActiveRun', async () => accepted(await sync.cancel(tenantId, { by }))),
    undoSyncRun: async ({ path: { tenantId, runId }, body: { by }, principal }) =>
      orConflict('runNotEnded', async () => {
        const plan = planJson(await sync.undo(tenantId, runId, by, enteredBy(principal))) satisfies SyncPlan;
        return { status: 201 as const, body: plan };
      }),
  };
}
