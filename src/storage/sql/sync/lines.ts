import type { Knex } from 'knex';
import type { LineState, PlanLine, RunCounts, TrackedLine } from '../../sync-model.js';
import type { LineSelection, WavePosition, LineOutcome } from '../../sync-store.js';
import { parseLine } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';
import { selectRows, type Session } from '../connections/database.js';
import { chunks, isOneOf, insertRows, replacing } from '../statements.js';

interface LineRow {
  readonly state: LineState;
  readonly confirmed_by: string | null;
  readonly detail: string | null;
  readonly content: string;
}

const COLUMNS = 'state, confirmed_by, detail, content';

/** Lines that can be delivered, as the index of them has it. */
const DELIVERABLE = "kind not in ('conflict', 'held')";

const OF_PLAN = 'tenant_id = ? and plan_id = ?';

export async function readLines(
  reads: TenantReads,
  planId: string,
  after: number,
  limit: number,
  selection: LineSelection = {},
): Promise<readonly TrackedLine[]> {
  const { sql, bindings } = conditionsOf(selection);
  const rows = await reads.page<LineRow>(
    `select ${COLUMNS} from sync_plan_lines where ${OF_PLAN} and number > ?${sql} order by number limit ?`,
    [planId, after, ...bindings, limit],
  );
  return rows.map(toTrackedLine);
}

export async function readLinesToDeliver(
  reads: TenantReads,
  planId: string,
  { wave, number }: WavePosition = { wave: -1, number: 0 },
  limit: number,
  states: readonly LineState[],
): Promise<readonly TrackedLine[]> {
  const wanted = oneOf('state', states);
  const rows = await reads.page<LineRow>(
    `select ${COLUMNS} from sync_plan_lines
     where ${OF_PLAN} and (wave, number) > (?, ?) and ${DELIVERABLE}${wanted.sql} order by wave, number limit ?`,
    [planId, wave, number, ...wanted.bindings, limit],
  );
  return rows.map(toTrackedLine);
}

export async function readLinesOf(
  reads: TenantReads,
  planId: string,
  subject: 'account' | 'group',
  resourceIds: readonly string[],
): Promise<ReadonlyMap<string, TrackedLine>> {
  const sql = `select ${COLUMNS} from sync_plan_lines
     where ${OF_PLAN} and subject = ? and subject <> 'membership' and`;
  const rows = await reads.rowsByIds<LineRow>(sql, [planId, subject], 'resource_id', resourceIds);
  return new Map(rows.map(toTrackedLine).map((line) => [line.resourceId, line]));
}

/** Counts in the index of the lines that can be delivered. */
export async function countLines(reads: TenantReads, planId: string): Promise<RunCounts> {
  const rows = await reads.page<{ state: LineState; count: number | string }>(
    `select state, count(*) as count from sync_plan_lines where ${OF_PLAN} and ${DELIVERABLE} group by state`,
    [planId],
  );
  const counts = new Map(rows.map(({ state, count }) => [state, Number(count)]));
  const of = (state: LineState): number => counts.get(state) ?? 0;
  return {
    left: of('planned') + of('sent'),
    applied: of('applied'),
    skipped: of('skipped'),
    failed: of('failed'),
  };
}

/** The columns of a line that is planned. */
export function toLineRow(line: PlanLine): Readonly<Record<string, Knex.RawBinding>> {
  return {
    number: line.number,
    subject: line.subject,
    kind: line.kind,
    resource_id: line.resourceId,
    member_id: line.memberId ?? null,
    wave: line.wave,
    state: 'planned',
    needs_confirmation: line.needsConfirmation === true,
    content: JSON.stringify(line),
  };
}

function toTrackedLine(row: LineRow): TrackedLine {
  return {
    ...parseLine(row.content),
    state: row.state,
    ...(row.confirmed_by === null ? {} : { confirmedBy: row.confirmed_by }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}

interface Condition {
  readonly sql: string;
  readonly bindings: readonly string[];
}

function conditionsOf({ subject, kinds, states }: LineSelection): Condition {
  const conditions = [oneOf('subject', subject && [subject]), oneOf('kind', kinds), oneOf('state', states)];
  return {
    sql: conditions.map(({ sql }) => sql).join(''),
    bindings: conditions.flatMap(({ bindings }) => bindings),
  };
}

/** Nothing where any value will do. */
function oneOf(column: string, values: readonly string[] | undefined): Condition {
  if (values === undefined) return { sql: '', bindings: [] };
  if (values.length === 0) return { sql: ' and false', bindings: [] };
  return { sql: ` and ${column} in (${values.map(() => '?').join(', ')})`, bindings: values };
}

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
