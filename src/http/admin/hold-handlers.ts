import type { operations, SyncHold, SyncHoldList, SyncPolicy } from '../../../generated/admin.js';
import { auditLines } from '../../sync/export-plan.js';
import { holdJson } from '../../sync/json.js';
import { auditJson } from '../../sync/json.js';
import { policyJson } from '../../sync/json.js';
import { namedTarget, releaseNamed } from '../../sync/named-target.js';
import { readPage } from '../../sync/pages.js';
import type { Synchronization } from '../../sync/synchronization.js';
import type { Handlers } from '../router/operation.js';
import { DEFAULT_LIMIT, holdCursor, holdCursorText, idCursor } from './conflict.js';

/** The operations on holds. */
export type HoldOperations = 'listSyncHolds' | 'putSyncHold' | 'releaseSyncHold';

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
    putSyncHold: async ({ path: { tenantId }, body: { by, reason, ...named } }) => {
      const hold = await sync.hold(tenantId, await namedTarget(sync, tenantId, named), { by, reason });
      return { status: 200, body: holdJson(hold) satisfies SyncHold };
    },
    releaseSyncHold: async ({ path: { tenantId }, body }) => {
      await releaseNamed(sync, tenantId, body);
      return { status: 204 };
    },
  };
}

/** The operations on the policy and the audit trail. */
export type PolicyOperations = 'getSyncPolicy' | 'changeSyncPolicy' | 'listSyncAudit' | 'exportSyncAudit';

/** The handlers for the policy and the audit trail. */
export function syncPolicyHandlers(sync: Synchronization): Handlers<Pick<operations, PolicyOperations>> {
  return {
    getSyncPolicy: async ({ path: { tenantId } }) => {
      return { status: 200, body: policyJson(await sync.policy(tenantId)) satisfies SyncPolicy };
    },
    changeSyncPolicy: async ({ path: { tenantId }, body: { by, ...change } }) => {
      return { status: 200, body: policyJson(await sync.setPolicy(tenantId, change, by)) satisfies SyncPolicy };
    },
    listSyncAudit: async ({ path: { tenantId }, query: { limit = DEFAULT_LIMIT, after } }) => {
      const from = idCursor(after);
      const { items, next = null } = await readPage(
        (most) => sync.audit(tenantId, { limit: most, ...(from === undefined ? {} : { after: from }) }),
        limit,
        ({ id }) => id,
      );
      return { status: 200, body: { entries: items.map(auditJson), next } };
    },
    exportSyncAudit: async ({ path: { tenantId } }) => {
      await sync.audit(tenantId, { limit: 1 });
      return { status: 200, type: 'application/x-ndjson', body: auditLines(sync, tenantId) };
    },
  };
}
