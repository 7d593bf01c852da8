import type { AuditEntry } from '../../../model/audit.js';
import type { AuditReader, AuditWriter } from '../../sync-records.js';
import { insertRows } from '../statements.js';
import { parseDetail } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

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

/** Reads of the table `sync_audit`. */
export class KnexAuditReader implements AuditReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async page(after: string | undefined, limit: number): Promise<readonly AuditEntry[]> {
    const rows = await this.#reads.page<AuditRow>(
      `select ${COLUMNS} from sync_audit where tenant_id = ? and id > ? order by id limit ?`,
      [after ?? '', limit],
    );
    return rows.map(toEntry);
  }

  async latest(before: string | undefined, limit: number): Promise<readonly AuditEntry[]> {
    return (await this.#reads.latest<AuditRow>('sync_audit', COLUMNS, before, limit)).map(toEntry);
  }

  async ofResource(resourceId: string, before: string | undefined, limit: number): Promise<readonly AuditEntry[]> {
    const older = before === undefined ? '' : ' and id < ?';
    const rows = await this.#reads.page<AuditRow>(
      `select ${COLUMNS} from sync_audit where tenant_id = ? and resource_id = ?${older} order by id desc limit ?`,
      [resourceId, ...(before === undefined ? [] : [before]), limit],
    );
    return rows.map(toEntry);
  }
}

/** Reads and writes of the table `sync_audit`. */
export class KnexAuditWriter extends KnexAuditReader implements AuditWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  append(entries: readonly AuditEntry[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const rows = entries.map((entry) => ({ tenant_id: tenantId, ...toRow(entry) }));
    return insertRows(session, 'sync_audit', rows);
  }
}

function toRow(entry: AuditEntry): AuditRow {
  return {
    id: entry.id,
    at: entry.at,
    done_by: entry.by,
    action: entry.action,
    plan_id: entry.planId ?? null,
    run_id: entry.runId ?? null,
    resource_id: entry.resourceId ?? null,
    detail: JSON.stringify(entry.detail),
  };
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
