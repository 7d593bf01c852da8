import type { LineState, PlanLine } from '../../sync-model.js';
import type { LineOutcome } from '../../sync-store.js';
import { selectRows, type Session } from '../database.js';
import { chunks, isOneOf } from '../id-list.js';
import { insertRows, replacing } from '../insert-rows.js';
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

export function markSent(session: Session, plan: PlanKey, numbers: readonly number[]): Promise<void> {
  return changeLines(session, plan, numbers, 'sent', undefined);
}

/** One statement for all lines that came to the same: mostly one. */
export async function settleLines(session: Session, plan: PlanKey, outcomes: readonly LineOutcome[]): Promise<void> {
  const alike = new Map<string, LineOutcome[]>();
  for (const outcome of outcomes) {
    const key = JSON.stringify([outcome.state, outcome.detail]);
    const before = alike.get(key);
    if (before === undefined) alike.set(key, [outcome]);
    else before.push(outcome);
  }
  for (const [first, ...others] of alike.values()) {
    if (first === undefined) continue;
    const numbers = [first, ...others].map(({ number }) => number);
    await changeLines(session, plan, numbers, first.state, first.detail);
  }
}

async function changeLines(
  session: Session,
  { tenantId, planId }: PlanKey,
  numbers: readonly number[],
  state: LineState,
  detail: string | undefined,
): Promise<void> {
  for (const piece of chunks(numbers)) {
    const listed = isOneOf(session.dialect, 'number', piece);
    await selectRows(
      session,
      `update sync_plan_lines set state = ?, detail = ?
       where tenant_id = ? and plan_id = ? and ${listed.sql} and ${UNSETTLED}`,
      [state, detail ?? null, tenantId, planId, listed.binding],
    );
  }
}
