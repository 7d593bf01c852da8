import type { operations, SyncPolicy } from '../../generated/admin.js';
import { auditJson } from '../sync/json/audit-json.js';
import { auditLines } from '../sync/audit-lines.js';
import { policyJson } from '../sync/json/policy-json.js';
import { readPage } from '../sync/pages.js';
import type { Synchronisation } from '../sync/synchronisation.js';
import type { Handlers } from './operation.js';
import { DEFAULT_LIMIT, idCursor } from './sync-cursor.js';

export type PolicyOperations = 'getSyncPolicy' | 'changeSyncPolicy' | 'listSyncAudit' | 'exportSyncAudit';

/** The handlers for what is in force and for what was done. */
export function syncPolicyHandlers(sync: Synchronisation): Handlers<Pick<operations, PolicyOperations>> {
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
