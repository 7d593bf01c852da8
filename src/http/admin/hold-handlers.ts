import type {
  operations,
  ReleaseSyncHoldsRequest,
  SyncHold,
  SyncHoldList,
  SyncPolicy,
} from '../../../generated/admin.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { auditLines } from '../../sync/export-plan.js';
import type { HoldCause } from '../../sync/holding.js';
import { holdJson } from '../../sync/json.js';
import { auditJson, historyJson } from '../../sync/json.js';
import { policyJson } from '../../sync/json.js';
import { namedTarget, releaseNamed } from '../../sync/named-target.js';
import { readPage } from '../../sync/pages.js';
import { forgottenSentence } from '../../sync/retention/shrunk.js';
import type { ReleaseSelection, Synchronization } from '../../sync/synchronization.js';
import type { Handlers } from '../router/operation.js';
import { DEFAULT_LIMIT, holdCursor, holdCursorText, idCursor, orConflict } from './conflict.js';

/** The operations on holds. */
export type HoldOperations =
  'listSyncHolds' | 'putSyncHold' | 'holdSyncPlanLines' | 'releaseSyncHold' | 'releaseSyncHolds';

/** The handlers for holds: list, put, release. */
export function syncHoldHandlers(sync: Synchronization): Handlers<Pick<operations, HoldOperations>> {
  return {
    listSyncHolds: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after } }) => {
      const from = holdCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.holds(tenantId, { limit: most, ...(from === undefined ? {} : { after: from }) }),
        limit,
        holdCursorText,
      );
      return { status: 200, body: { holds: items.map(holdJson), next } satisfies SyncHoldList };
    },
    putSyncHold: async ({ path: { tenantId }, body: { resource, member, ...cause } }) => {
      const target = await namedTarget(sync, tenantId, { resource, member });
      const hold = await sync.hold(tenantId, target, holdCause(cause));
      return { status: 200, body: holdJson(hold) satisfies SyncHold };
    },
    holdSyncPlanLines: async ({ path: { tenantId, planId }, body: { digest, filter, ...cause } }) =>
      orConflict('planStale', async () => {
        const held = await sync.holdLines(tenantId, planId, { digest, filter }, holdCause(cause));
        return { status: 200 as const, body: { held } };
      }),
    releaseSyncHolds: async ({ path: { tenantId }, body: { by, ...selection } }) => {
      return { status: 200, body: { released: await sync.releaseMany(tenantId, selectionOf(selection), by) } };
    },
    releaseSyncHold: async ({ path: { tenantId }, body }) => {
      await releaseNamed(sync, tenantId, body);
      return { status: 204 };
    },
  };
}

/** Times are compared as fixed-width UTC. */
function holdCause({ until, ...cause }: HoldCause): HoldCause {
  return { ...cause, ...(until === undefined ? {} : { until: new Date(until).toISOString() }) };
}

/** @throws ScimError 400 `invalidValue` unless one selection is named */
function selectionOf({ all, runId, planId, filter }: Omit<ReleaseSyncHoldsRequest, 'by'>): ReleaseSelection {
  const named: readonly ReleaseSelection[] = [
    ...(all === undefined ? [] : [{ all } as const]),
    ...(runId === undefined ? [] : [{ runId }]),
    ...(planId === undefined ? [] : [{ planId }]),
    ...(filter === undefined ? [] : [{ filter }]),
  ];
  const [selection] = named;
  if (selection === undefined || named.length > 1) throw invalidValue('Name one of all, runId, planId and filter.');
  return selection;
}

/** The operations on the policy and the audit trail. */
export type PolicyOperations =
  'getSyncPolicy' | 'changeSyncPolicy' | 'listSyncAudit' | 'exportSyncAudit' | 'listSyncHistory';

/** The handlers for the policy and the audit trail. */
export function syncPolicyHandlers(sync: Synchronization): Handlers<Pick<operations, PolicyOperations>> {
  return {
    getSyncPolicy: async ({ path: { tenantId } }) => {
      return { status: 200, body: policyJson(await sync.policy(tenantId)) satisfies SyncPolicy };
    },
    changeSyncPolicy: async ({ path: { tenantId }, body: { by, ...change } }) => {
      return { status: 200, body: policyJson(await sync.setPolicy(tenantId, change, by)) satisfies SyncPolicy };
    },
    listSyncAudit: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after, order } }) => {
      const from = idCursor(after);
      const { items, next = null } = await readPage(
        (most) =>
          order === 'newest'
            ? sync.latestAudit(tenantId, { limit: most, ...(from === undefined ? {} : { before: from }) })
            : sync.audit(tenantId, { limit: most, ...(from === undefined ? {} : { after: from }) }),
        limit,
        ({ id }) => id,
      );
      return { status: 200, body: { entries: items.map(auditJson), next } };
    },
    listSyncHistory: async ({ path: { tenantId }, query: { resource, limit = DEFAULT_LIMIT, after } }) => {
      const before = idCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.history(tenantId, resource, { limit: most, ...(before === undefined ? {} : { before }) }),
        limit,
        ({ id }) => id,
      );
      const forgotten = next === null ? forgottenSentence(await sync.latestShrunk(tenantId)) : undefined;
      const body = { entries: items.map(historyJson), next, ...(forgotten === undefined ? {} : { forgotten }) };
      return { status: 200, body };
    },
    exportSyncAudit: async ({ path: { tenantId } }) => {
      await sync.audit(tenantId, { limit: 1 });
      return { status: 200, type: 'application/x-ndjson', body: auditLines(sync, tenantId) };
    },
  };
}
