import type { Run, RunRequest, RunState } from '../../sync-model.js';
import type { TenantReads } from './tenant-reads.js';
import type { Session } from '../connections/database.js';

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

/** Which run of which tenant. */
export interface RunKey {
  readonly tenantId: string;
  readonly runId: string;
}

export async function addRun({ knex }: Session, tenantId: string, run: Run): Promise<'done' | 'active'> {
  const row = { tenant_id: tenantId, ...toRunRow(run) };
  const inserted = await knex('sync_runs').insert(row).onConflict().ignore().returning('id');
  return inserted.length === 0 ? 'active' : 'done';
}

export async function claimRun(
  session: Session,
  key: RunKey,
  owner: string,
  now: string,
  leaseUntil: string,
): Promise<boolean> {
  const claimed = await runOf(session, key)
    .where((run) => {
      void run.whereNull('owner').orWhere({ owner }).orWhere('lease_until', '<=', now);
    })
    .update({ owner, lease_until: leaseUntil });
  return claimed === 1;
}

export async function askRun(session: Session, key: RunKey, { to, by }: RunRequest): Promise<boolean> {
  const run = runOf(session, key).where({ state: 'running' });
  return (await run.update({ asked_to: to, asked_by: by })) === 1;
}

export async function moveRun(
  session: Session,
  key: RunKey,
  from: readonly RunState[],
  { state, finished, detail }: { readonly state: RunState; readonly finished?: string; readonly detail?: string },
): Promise<boolean> {
  const lease = state === 'running' ? {} : { owner: null, lease_until: null };
  const moved = await runOf(session, key)
    .whereIn('state', [...from])
    .update({ state, finished: finished ?? null, detail: detail ?? null, asked_to: null, asked_by: null, ...lease });
  return moved === 1;
}

function runOf({ knex }: Session, { tenantId, runId }: RunKey) {
  return knex('sync_runs').where({ tenant_id: tenantId, id: runId });
}
