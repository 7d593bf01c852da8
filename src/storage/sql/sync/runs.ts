import type { Run, RunCounts, RunRequest, RunState } from '../../../model/run.js';
import type { RunReader, RunWriter } from '../../sync-store.js';
import { selectRows, type Session } from '../connections/database.js';
import { parseRunCounts } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

/** Reads in the index of active runs, of which a tenant has one at most. */
export async function tenantsWithInterruptedRun(
  session: Session,
  now: string,
  after: string,
  limit: number,
): Promise<readonly string[]> {
  const rows = await selectRows<{ tenant_id: string }>(
    session,
    `select tenant_id from sync_runs where state in ('running', 'paused') and tenant_id > ? and state = 'running'
     and (lease_until is null or lease_until <= ?) order by tenant_id limit ?`,
    [after, now, limit],
  );
  return rows.map((row) => row.tenant_id);
}

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
  readonly counts: string | null;
}

const COLUMNS =
  'id, plan_id, state, started, started_by, finished, detail, owner, lease_until, asked_to, asked_by, counts';

const NOTHING_ASKED = { asked_to: null, asked_by: null };

/** Reads of the table `sync_runs`. */
export class KnexRunReader implements RunReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async find(runId: string): Promise<Run | undefined> {
    const sql = `select ${COLUMNS} from sync_runs where tenant_id = ? and id = ?`;
    const row = await this.#reads.row<RunRow>(sql, [runId]);
    return row && toRun(row);
  }

  async ofPlan(planId: string): Promise<Run | undefined> {
    const sql = `select ${COLUMNS} from sync_runs where tenant_id = ? and plan_id = ?`;
    const row = await this.#reads.row<RunRow>(sql, [planId]);
    return row && toRun(row);
  }

  async active(): Promise<Run | undefined> {
    const sql = `select ${COLUMNS} from sync_runs where tenant_id = ? and state in ('running', 'paused')`;
    const row = await this.#reads.row<RunRow>(sql);
    return row && toRun(row);
  }

  async count(): Promise<number> {
    const sql = 'select count(*) as count from sync_runs where tenant_id = ?';
    return Number((await this.#reads.row<{ count: number | string }>(sql))?.count ?? 0);
  }

  async latest(before: string | undefined, limit: number): Promise<readonly Run[]> {
    return (await this.#reads.latest<RunRow>('sync_runs', COLUMNS, before, limit)).map(toRun);
  }
}

/** Reads and writes of the table `sync_runs`. */
export class KnexRunWriter extends KnexRunReader implements RunWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  async insert(run: Run): Promise<'done' | 'active'> {
    const { tenantId, session } = this.#tenant;
    const row = { tenant_id: tenantId, ...toRunRow(run) };
    const inserted = await session.knex('sync_runs').insert(row).onConflict().ignore().returning('id');
    return inserted.length === 0 ? 'active' : 'done';
  }

  async claim(runId: string, owner: string, now: string, leaseUntil: string): Promise<boolean> {
    const claimed = await this.#run(runId)
      .where((run) => {
        void run.whereNull('owner').orWhere({ owner }).orWhere('lease_until', '<=', now);
      })
      .update({ owner, lease_until: leaseUntil });
    return claimed === 1;
  }

  async keepCounts(runId: string, counts: RunCounts): Promise<void> {
    await this.#run(runId)
      .where({ counts: null })
      .update({ counts: countsText(counts) });
  }

  async progress(runId: string, counts: RunCounts): Promise<void> {
    await this.#run(runId)
      .where({ state: 'running' })
      .update({ counts: countsText(counts) });
  }

  async ask(runId: string, { to, by }: RunRequest): Promise<boolean> {
    const run = this.#run(runId).where({ state: 'running' });
    return (await run.update({ asked_to: to, asked_by: by })) === 1;
  }

  async move(
    runId: string,
    from: readonly RunState[],
    { state, finished, detail, counts }: Pick<Run, 'state' | 'finished' | 'detail' | 'counts'>,
  ): Promise<boolean> {
    const lease = state === 'running' ? {} : { owner: null, lease_until: null };
    const moved = await this.#run(runId)
      .whereIn('state', [...from])
      .update({
        state,
        finished: finished ?? null,
        detail: detail ?? null,
        counts: countsText(counts),
        ...NOTHING_ASKED,
        ...lease,
      });
    return moved === 1;
  }

  #run(runId: string) {
    const { tenantId, session } = this.#tenant;
    return session.knex('sync_runs').where({ tenant_id: tenantId, id: runId });
  }
}

/** The columns of a run, except for the tenant. */
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
    counts: countsText(run.counts),
  };
}

const countsText = (counts: Run['counts']): string | null => (counts === undefined ? null : JSON.stringify(counts));

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
    ...(row.counts === null ? {} : { counts: parseRunCounts(row.counts) }),
    ...(row.asked_to === null ? {} : { asked: { to: row.asked_to, by: row.asked_by ?? '' } }),
  };
}
