import type { PlanLine } from '../../sync-model.js';
import type { LineOutcome } from '../../sync-store.js';
import { selectRows, type Session } from '../database.js';
import { chunks } from '../id-list.js';
import { insertRows, recordset, replacing } from '../insert-rows.js';
import { toLineRow } from './line-reads.js';

const KEY = ['tenant_id', 'plan_id', 'number'];

const OTHERS = ['subject', 'kind', 'resource_id', 'member_id', 'wave', 'state', 'needs_confirmation', 'content'];

/** What came to something stays so. */
const UNSETTLED = "state in ('planned', 'sent')";

/** Which plan of which tenant. */
export interface PlanKey {
  readonly tenantId: string;
  readonly planId: string;
}

export function addLines(session: Session, plan: PlanKey, lines: readonly PlanLine[]): Promise<void> {
  return insertRows(session, 'sync_plan_lines', rowsOf(plan, lines));
}

export function replaceLines(session: Session, plan: PlanKey, lines: readonly PlanLine[]): Promise<void> {
  return insertRows(session, 'sync_plan_lines', rowsOf(plan, lines), replacing(KEY, OTHERS));
}

function rowsOf({ tenantId, planId }: PlanKey, lines: readonly PlanLine[]) {
  return lines.map((line) => ({ tenant_id: tenantId, plan_id: planId, ...toLineRow(line) }));
}

export async function confirmLine(
  { knex }: Session,
  { tenantId, planId }: PlanKey,
  number: number,
  by: string,
): Promise<boolean> {
  const confirmed = await knex('sync_plan_lines')
    .where({ tenant_id: tenantId, plan_id: planId, number, needs_confirmation: true })
    .update({ confirmed_by: by });
  return confirmed === 1;
}

export async function markSent(session: Session, plan: PlanKey, numbers: readonly number[]): Promise<void> {
  await changeLines(
    session,
    plan,
    numbers.map((number) => ({ number, state: 'sent' })),
  );
}

export function settleLines(session: Session, plan: PlanKey, outcomes: readonly LineOutcome[]): Promise<void> {
  return changeLines(session, plan, outcomes);
}

interface LineChange {
  readonly number: number;
  readonly state: string;
  readonly detail?: string;
}

async function changeLines(
  session: Session,
  { tenantId, planId }: PlanKey,
  changes: readonly LineChange[],
): Promise<void> {
  const changed = recordset(session, 'c', { number: 'integer', state: 'text', detail: 'text' });
  for (const piece of chunks(changes)) {
    await selectRows(
      session,
      `update sync_plan_lines set state = c.state, detail = c.detail from ${changed}
       where tenant_id = ? and plan_id = ? and sync_plan_lines.number = c.number and sync_plan_lines.${UNSETTLED}`,
      [JSON.stringify(piece), tenantId, planId],
    );
  }
}
