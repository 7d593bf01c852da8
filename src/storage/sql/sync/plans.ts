import type { Plan, PlanState, PlanCounts } from '../../sync-model.js';
import { parseCounts } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';
import type { Session } from '../connections/database.js';

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
}

const COLUMNS = 'id, state, created, made_by, policy_revision, runs_before, mirrored, digest, counts, undoes';

export async function readPlan(reads: TenantReads, planId: string): Promise<Plan | undefined> {
  const sql = `select ${COLUMNS} from sync_plans where tenant_id = ? and id = ?`;
  const row = await reads.row<PlanRow>(sql, [planId]);
  return row && toPlan(row);
}

export async function readPlans(
  reads: TenantReads,
  before: string | undefined,
  limit: number,
): Promise<readonly Plan[]> {
  return (await reads.latest<PlanRow>('sync_plans', COLUMNS, before, limit)).map(toPlan);
}

/** The columns of a plan. */
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
  };
}

export async function addPlan({ knex }: Session, tenantId: string, plan: Plan): Promise<void> {
  await knex('sync_plans').insert({ tenant_id: tenantId, ...toPlanRow(plan) });
}

/** @throws Error where the plan is not being made */
export async function freezePlan(
  session: Session,
  tenantId: string,
  planId: string,
  { digest, counts }: { readonly digest: string; readonly counts: PlanCounts },
): Promise<void> {
  const columns = { digest, counts: JSON.stringify(counts) };
  if (!(await movePlan(session, tenantId, planId, 'making', 'open', columns))) {
    throw new Error(`Plan ${planId} is not being made`);
  }
}

export async function movePlan(
  { knex }: Session,
  tenantId: string,
  planId: string,
  from: PlanState,
  to: PlanState,
  columns: Readonly<Record<string, string>> = {},
): Promise<boolean> {
  const plan = knex('sync_plans').where({ tenant_id: tenantId, id: planId, state: from });
  return (await plan.update({ state: to, ...columns })) === 1;
}
