import type { AuditEntry } from '../../sync-model.js';
import type { Session } from '../connections/database.js';
import { insertRows } from '../statements.js';
import { parseDetail } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';

interface AuditRow {
  readonly id: string;
  readonly at: string;
  readonly done_by: string;
  readonly action: string;
  readonly plan_id: string | null;
  readonly run_id: string | null;
  readonly resource_id: string | null;
  readonly detail: string;
}

const COLUMNS = 'id, at, done_by, action, plan_id, run_id, resource_id, detail';

export async function readAudit(
  reads: TenantReads,
  after: string | undefined,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const rows = await reads.page<AuditRow>(
    `select ${COLUMNS} from sync_audit where tenant_id = ? and id > ? order by id limit ?`,
    [after ?? '', limit],
  );
  return rows.map(toEntry);
}

export function addAudit(session: Session, tenantId: string, entries: readonly AuditEntry[]): Promise<void> {
  const rows = entries.map((entry) => ({
    tenant_id: tenantId,
    id: entry.id,
    at: entry.at,
    done_by: entry.by,
    action: entry.action,
    plan_id: entry.planId ?? null,
    run_id: entry.runId ?? null,
    resource_id: entry.resourceId ?? null,
    detail: JSON.stringify(entry.detail),
  }));
  return insertRows(session, 'sync_audit', rows);
}

function toEntry(row: AuditRow): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    by: row.done_by,
    action: row.action,
    ...(row.plan_id === null ? {} : { planId: row.plan_id }),
    ...(row.run_id === null ? {} : { runId: row.run_id }),
    ...(row.resource_id === null ? {} : { resourceId: row.resource_id }),
    detail: parseDetail(row.detail),
  };
}
