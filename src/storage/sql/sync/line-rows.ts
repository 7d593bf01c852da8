import type { AboutLine, LineState, TrackedLine } from '../../../model/line.js';
import type { PlanState } from '../../../model/plan.js';
import { parseLine } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';

/** What is read of the table `sync_plan_lines`. */
export interface LineRow {
  readonly state: LineState;
  readonly confirmed_by: string | null;
  readonly detail: string | null;
  readonly content: string;
}

/** The columns of a row. */
export const COLUMNS = 'state, confirmed_by, detail, content';

/** A line from its row. */
export function toTrackedLine(row: LineRow): TrackedLine {
  return {
    ...parseLine(row.content),
    state: row.state,
    ...(row.confirmed_by === null ? {} : { confirmedBy: row.confirmed_by }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}

/** In how many plans at a time lines about somebody are looked for. */
const PLANS = 200;

/** The lines about a user or a group in all plans that were made, those of the latest first. @param before the id of a plan */
export async function linesAbout(
  reads: TenantReads,
  resourceId: string,
  before: string | undefined,
  limit: number,
): Promise<readonly AboutLine[]> {
  const found: AboutLine[] = [];
  for (let last = before; found.length < limit;) {
    const plans = await reads.latest<{ id: string; state: PlanState }>('sync_plans', 'id, state', last, PLANS);
    const made = plans.filter(({ state }) => state !== 'making');
    found.push(...(await aboutIn(reads, made, resourceId)));
    last = plans.at(-1)?.id;
    if (plans.length < PLANS) break;
  }
  return found.slice(0, limit);
}

async function aboutIn(
  reads: TenantReads,
  plans: readonly { readonly id: string }[],
  resourceId: string,
): Promise<readonly AboutLine[]> {
  const ids = plans.map(({ id }) => id);
  const sql = `select plan_id, ${COLUMNS} from sync_plan_lines
     where tenant_id = ? and subject in ('account', 'group') and subject <> 'membership' and resource_id = ? and`;
  const rows = await reads.rowsByIds<LineRow & { plan_id: string }>(sql, [resourceId], 'plan_id', ids);
  return rows
    .map((row) => ({ planId: row.plan_id, line: toTrackedLine(row) }))
    .sort((a, b) => (a.planId < b.planId ? 1 : -1));
}
