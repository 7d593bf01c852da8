import type { Run, RunRequest, RunState } from '../../sync-model.js';
import type { TenantReads } from './tenant-reads.js';

interface RunRow {
  readonly id: string;
  readonly plan_id: string;
  readonly state: RunState;
  readonly started: string;
  readonly started_by: string;
  readonly finished: string | null;
  readonly detail: string | null;
  readonly owner: string | null;
  readonly lease_until: string | null;
  readonly asked_to: RunRequest['to'] | null;
  readonly asked_by: string | null;
}

const COLUMNS = 'id, plan_id, state, started, started_by, finished, detail, owner, lease_until, asked_to, asked_by';

export async function readRun(reads: TenantReads, runId: string): Promise<Run | undefined> {
  const row = await reads.row<RunRow>(`select ${COLUMNS} from sync_runs where tenant_id = ? and id = ?`, [runId]);
  return row && toRun(row);
}

export async function readActiveRun(reads: TenantReads): Promise<Run | undefined> {
  const sql = `select ${COLUMNS} from sync_runs where tenant_id = ? and state in ('running', 'paused')`;
  const row = await reads.row<RunRow>(sql);
  return row && toRun(row);
}

export async function countAllRuns(reads: TenantReads): Promise<number> {
  const sql = 'select count(*) as count from sync_runs where tenant_id = ?';
  return Number((await reads.row<{ count: number | string }>(sql))?.count ?? 0);
}

export async function readRuns(reads: TenantReads, before: string | undefined, limit: number): Promise<readonly Run[]> {
  return (await reads.latest<RunRow>('sync_runs', COLUMNS, before, limit)).map(toRun);
}

/** The columns of a run. */
export function toRunRow(run: Run): RunRow {
  return {
    id: run.id,
    plan_id: run.planId,
    state: run.state,
    started: run.started,
    started_by: run.by,
    finished: run.finished ?? null,
    detail: run.detail ?? null,
    owner: run.owner ?? null,
    lease_until: run.leaseUntil ?? null,
    asked_to: run.asked?.to ?? null,
    asked_by: run.asked?.by ?? null,
  };
}

function toRun(row: RunRow): Run {
  return {
    id: row.id,
    planId: row.plan_id,
    state: row.state,
    started: row.started,
    by: row.started_by,
    ...(row.finished === null ? {} : { finished: row.finished }),
    ...(row.detail === null ? {} : { detail: row.detail }),
    ...(row.owner === null ? {} : { owner: row.owner }),
    ...(row.lease_until === null ? {} : { leaseUntil: row.lease_until }),
    ...(row.asked_to === null ? {} : { asked: { to: row.asked_to, by: row.asked_by ?? '' } }),
  };
}
