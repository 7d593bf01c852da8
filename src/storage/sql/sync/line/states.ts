import type { LineSelection, LineState } from '../../../../model/line.js';
import type { PlanState } from '../../../../model/plan.js';
import { addNumber, type LineNumbers } from '../../../../model/reviewing/line-numbers.js';
import type { TenantReads } from '../tenant-reads.js';

/** States that few lines are in at the end, and that people look for: these lines have an index. */
const RARE: readonly LineState[] = ['skipped', 'failed'];

/** As the index has it: databases use it only where a statement says the same. */
const IS_RARE = "state in ('skipped', 'failed')";

/** Whether all lines of these states are in the index of the rare ones. */
export const areRare = (states: readonly LineState[] | undefined): states is readonly LineState[] =>
  states !== undefined && states.every((state) => RARE.includes(state));

/** Where lines of these states are read from: SQLite would rather read the whole plan. */
export function linesInStates({ dialect }: TenantReads, states: readonly LineState[] | undefined) {
  if (!areRare(states)) return { table: 'sync_plan_lines', where: '' };
  const indexed = dialect === 'sqlite' ? ' indexed by sync_plan_lines_rare' : '';
  return { table: `sync_plan_lines${indexed}`, where: ` and ${IS_RARE}` };
}

/**
 * A selection without the states where they say nothing: before a plan is applied, all of its lines are planned.
 * @returns undefined where no line is selected
 */
export async function withoutPlanned(
  reads: TenantReads,
  planId: string,
  { states, ...others }: LineSelection,
): Promise<LineSelection | undefined> {
  if (states === undefined) return others;
  const sql = 'select state from sync_plans where tenant_id = ? and id = ?';
  const plan = await reads.row<{ readonly state: PlanState }>(sql, [planId]);
  if (plan?.state !== 'open') return { ...others, states };
  return states.includes('planned') ? others : undefined;
}

/** The numbers of all lines in these states, which are rare. */
export async function rareNumbers(
  reads: TenantReads,
  planId: string,
  states: readonly LineState[],
): Promise<LineNumbers> {
  const { table, where } = linesInStates(reads, states);
  const rows = await reads.page<{ readonly number: number }>(
    `select number from ${table} where tenant_id = ? and plan_id = ?${where} and state in (${states.map(() => '?').join(', ')})
     order by number`,
    [planId, ...states],
  );
  const numbers: number[] = [];
  for (const { number } of rows) addNumber(numbers, number);
  return numbers;
}
