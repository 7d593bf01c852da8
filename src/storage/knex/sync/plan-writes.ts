import type { Plan, PlanCounts, PlanState } from '../../sync-model.js';
import type { Session } from '../database.js';
import { toPlanRow } from './plan-reads.js';

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
