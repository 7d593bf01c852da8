import type { JsonObject } from '../../protocol/json.js';
import type { AuditEntry } from '../../storage/sync-model.js';

/** An entry of the audit trail as the admin API and the command line show it. */
export type AuditJson = {
  entryId: string;
  at: string;
  by: string;
  action: string;
  planId: string | null;
  runId: string | null;
  resourceId: string | null;
  detail: JsonObject;
};

export function auditJson({ id, at, by, action, planId, runId, resourceId, detail }: AuditEntry): AuditJson {
  return {
    entryId: id,
    at,
    by,
    action,
    planId: planId ?? null,
    runId: runId ?? null,
    resourceId: resourceId ?? null,
    detail,
  };
}
