import type { Plan, PlanState } from '../../../model/plan.js';
import type { FrozenPlan, PlanReader, PlanWriter } from '../../sync-store.js';
import { parseBackend, parseCounts, parseMatching } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface PlanRow {
  readonly id: string;
  readonly state: PlanState;
  readonly created: string;
  readonly made_by: string;
  readonly policy_revision: number;
  readonly runs_before: number;
  readonly mirrored: number;
  readonly digest: string;
  readonly counts: string;
  readonly undoes: string | null;
  readonly backend: string | null;
  readonly matching: string | null;
  /** SQLite has numbers for it. */
  readonly repairs: boolean | number | null;
  readonly shrunk: string | null;
  readonly shared_token: boolean | number | null;
  readonly second_person: boolean | number | null;
  readonly making_until: string | null;
}

const COLUMNS =
  'id, state, created, made_by, policy_revision, runs_before, mirrored, digest, counts, undoes, backend, matching, repairs, shrunk, ' +
  'shared_token, second_person, making_until';

/** Reads of the table `sync_plans`. */
export class KnexPlanReader implements PlanReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async find(planId: string): Promise<Plan | undefined> {
    const sql = `select ${COLUMNS} from sync_plans where tenant_id = ? and id = ?`;
    const row = await this.#reads.row<PlanRow>(sql, [planId]);
    return row && toPlan(row);
  }

  async latest(before: string | undefined, limit: number): Promise<readonly Plan[]> {
    return (await this.#reads.latest<PlanRow>('sync_plans', COLUMNS, before, limit)).map(toPlan);
  }

  async interrupted(now: string, limit: number): Promise<readonly Plan[]> {
    const rows = await this.#reads.page<PlanRow>(
      `select ${COLUMNS} from sync_plans where tenant_id = ? and state = 'making' and making_until < ? order by id limit ?`,
      [now, limit],
    );
    return rows.map(toPlan);
  }

  async latestShrunk(): Promise<Plan | undefined> {
    const sql = `select ${COLUMNS} from sync_plans where tenant_id = ? and shrunk is not null order by id desc limit 1`;
    const [row] = await this.#reads.page<PlanRow>(sql);
    return row && toPlan(row);
  }

  async toShrink(before: string, limit: number): Promise<readonly Plan[]> {
    const rows = await this.#reads.page<PlanRow>(
      `select ${COLUMNS} from sync_plans p where tenant_id = ? and kept and (shrunk is not null or (created < ? and ${ENDED}))
       order by created limit ?`,
      [before, before, limit],
    );
    return rows.map(toPlan);
  }
}

/** Whether a plan is of no use any more; the binding is the time by which its run had ended. */
const ENDED = `(state in ('discarded', 'making')
  or (state = 'open' and runs_before <> (select count(*) from sync_runs r where r.tenant_id = p.tenant_id))
  or (state = 'applied' and not exists (select 1 from sync_runs r
        where r.tenant_id = p.tenant_id and r.plan_id = p.id and (r.finished is null or r.finished >= ?))))`;

/** What belongs to a plan and goes when it is shrunk, with the rest of its key. */
const PARTS: readonly (readonly [table: string, key: readonly string[]])[] = [
  ['sync_plan_lines', ['number']],
  ['sync_plan_index', ['key', 'first']],
  ['sync_plan_groups', ['lines', 'signature']],
  ['sync_plan_reviews', ['plan_id']],
];

/** Reads and writes of the table `sync_plans`. */
export class KnexPlanWriter extends KnexPlanReader implements PlanWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  async insert(plan: Plan): Promise<void> {
    const { tenantId, session } = this.#tenant;
    await session.knex('sync_plans').insert({ tenant_id: tenantId, ...toPlanRow(plan) });
  }

  keepMaking(planId: string, { makingUntil, matching }: Pick<Plan, 'makingUntil' | 'matching'>): Promise<boolean> {
    return this.#move(planId, 'making', 'making', {
      ...(makingUntil === undefined ? {} : { making_until: makingUntil }),
      ...(matching === undefined ? {} : { matching: JSON.stringify(matching) }),
    });
  }

  async freeze(planId: string, { digest, counts, matching, secondPerson }: FrozenPlan): Promise<void> {
    const columns = {
      digest,
      counts: JSON.stringify(counts),
      ...(matching === undefined ? {} : { matching: JSON.stringify(matching) }),
      ...(secondPerson === undefined ? {} : { second_person: true }),
    };
    if (!(await this.#move(planId, 'making', 'open', columns))) throw new Error(`Plan ${planId} is not being made`);
  }

  move(planId: string, from: PlanState, to: PlanState): Promise<boolean> {
    return this.#move(planId, from, to, {});
  }

  discardAll(): Promise<number> {
    const { tenantId, session } = this.#tenant;
    const plans = session.knex('sync_plans').where({ tenant_id: tenantId }).whereIn('state', ['open', 'making']);
    return plans.update({ state: 'discarded' });
  }

  async shrink(planId: string, at: string): Promise<boolean> {
    const { tenantId, session } = this.#tenant;
    const plan = session.knex('sync_plans').where({ tenant_id: tenantId, id: planId, shrunk: null });
    return (await plan.whereIn('state', ['applied', 'discarded']).update({ shrunk: at })) === 1;
  }

  async deleteLines(planId: string, rows: number): Promise<boolean> {
    const { tenantId, session } = this.#tenant;
    for (const [table, key] of PARTS) {
      const own = { tenant_id: tenantId, plan_id: planId };
      const piece = session.knex(table).where(own).select(key).limit(rows);
      const deleted = await session
        .knex(table)
        .where(own)
        .whereIn([...key], piece)
        .del();
      if (deleted > 0) return true;
    }
    const plan = session.knex('sync_plans').where({ tenant_id: tenantId, id: planId });
    await plan.whereNotNull('shrunk').update({ kept: false });
    return false;
  }

  async #move(
    planId: string,
    from: PlanState,
    to: PlanState,
    columns: Readonly<Record<string, string | boolean>>,
  ): Promise<boolean> {
    const { tenantId, session } = this.#tenant;
    const plan = session.knex('sync_plans').where({ tenant_id: tenantId, id: planId, state: from });
    return (await plan.update({ state: to, ...columns })) === 1;
  }
}

/** The columns of a plan, except for the tenant. */
export function toPlanRow(plan: Plan): PlanRow {
  return {
    id: plan.id,
    state: plan.state,
    created: plan.created,
    made_by: plan.by,
    policy_revision: plan.policyRevision,
    runs_before: plan.runsBefore,
    mirrored: plan.mirrored,
    digest: plan.digest,
    counts: JSON.stringify(plan.counts),
    undoes: plan.undoes ?? null,
    backend: plan.backend === undefined ? null : JSON.stringify(plan.backend),
    matching: plan.matching === undefined ? null : JSON.stringify(plan.matching),
    repairs: plan.repairs ?? null,
    shrunk: plan.shrunk ?? null,
    shared_token: plan.sharedToken ?? null,
    second_person: plan.secondPerson ?? null,
    making_until: plan.makingUntil ?? null,
  };
}

function toPlan(row: PlanRow): Plan {
  return {
    id: row.id,
    state: row.state,
    created: row.created,
    by: row.made_by,
    policyRevision: row.policy_revision,
    runsBefore: row.runs_before,
    mirrored: row.mirrored,
    digest: row.digest,
    counts: parseCounts(row.counts),
    ...(row.undoes === null ? {} : { undoes: row.undoes }),
    ...(row.backend === null ? {} : { backend: parseBackend(row.backend) }),
    ...(row.matching === null ? {} : { matching: parseMatching(row.matching) }),
    ...(row.state !== 'making' || row.making_until === null ? {} : { makingUntil: row.making_until }),
    ...(row.shrunk === null ? {} : { shrunk: row.shrunk }),
    ...(row.repairs ? { repairs: true } : {}),
    ...(row.shared_token ? { sharedToken: true } : {}),
    ...(row.second_person ? { secondPerson: true } : {}),
  };
}
