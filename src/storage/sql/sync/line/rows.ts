import type { AboutLine, LineKind, LineState, TrackedLine } from '../../../../model/line.js';
import type { Subject } from '../../../../model/subject.js';
import type { Dialect } from '../../connections/driver.js';
import { chunks, isOneOf } from '../../statements.js';
import { fromContent } from './content.js';
import type { TenantReads } from '../tenant-reads.js';

/** What is read of the table `sync_plan_lines`. */
export interface LineRow {
  readonly number: number;
  readonly subject: Subject;
  readonly kind: LineKind;
  readonly resource_id: string;
  readonly member_id: string | null;
  readonly wave: number;
  /** SQLite has numbers for it. */
  readonly needs_confirmation: boolean | number;
  readonly state: LineState;
  readonly confirmed_by: string | null;
  readonly detail: string | null;
  readonly content: string;
}

/** The columns of a row. */
export const COLUMNS =
  'number, subject, kind, resource_id, member_id, wave, needs_confirmation, state, confirmed_by, detail, content';

/** A line from its row. */
export function toTrackedLine(row: LineRow): TrackedLine {
  const { number, subject, kind, wave } = row;
  const columns = {
    ...{ number, subject, kind, resourceId: row.resource_id, wave },
    ...(row.member_id === null ? {} : { memberId: row.member_id }),
    ...(row.needs_confirmation ? ({ needsConfirmation: true } as const) : {}),
  };
  return {
    ...fromContent(columns, row.content),
    state: row.state,
    ...(row.confirmed_by === null ? {} : { confirmedBy: row.confirmed_by }),
    ...(row.detail === null ? {} : { detail: row.detail }),
  };
}

/** How many of the last characters of ids the index of the lines by whom they are about has: of a UUIDv7, 48 random bits. */
const SHORT = 12;

/** Names the index, since SQLite would rather read a whole plan than look up a list of ids. */
const aboutIndex = (dialect: Dialect): string => (dialect === 'sqlite' ? 'indexed by sync_plan_lines_about' : '');

const shortId = (dialect: Dialect, column: 'resource_id' | 'plan_id'): string =>
  dialect === 'sqlite' ? `substr(${column}, -${SHORT})` : `right(${column}, ${SHORT})`;

/** The lines of a plan about these users or groups, but for memberships. */
export async function linesOf(
  reads: TenantReads,
  planId: string,
  subject: Subject,
  resourceIds: readonly string[],
): Promise<readonly TrackedLine[]> {
  const { dialect } = reads;
  const found: TrackedLine[] = [];
  for (const piece of chunks(resourceIds, 1_000)) {
    const short = isOneOf(dialect, shortId(dialect, 'resource_id'), [...new Set(piece.map((id) => id.slice(-SHORT)))]);
    const whole = isOneOf(dialect, 'resource_id', piece);
    const rows = await reads.rows<LineRow>(
      `select ${COLUMNS} from sync_plan_lines ${aboutIndex(dialect)}
       where tenant_id = ? and plan_id = ? and ${shortId(dialect, 'plan_id')} = ? and subject <> 'membership' and subject = ?
         and ${short.sql} and ${whole.sql}`,
      [planId, planId.slice(-SHORT), subject, short.binding, whole.binding],
    );
    found.push(...rows.map(toTrackedLine));
  }
  return found;
}

/** The lines about a user or a group in all plans that were made, those of the latest first. @param before the id of a plan */
export async function linesAbout(
  reads: TenantReads,
  resourceId: string,
  before: string | undefined,
  limit: number,
): Promise<readonly AboutLine[]> {
  const { dialect } = reads;
  const older = before === undefined ? '' : ' and plan_id < ?';
  const rows = await reads.page<LineRow & { plan_id: string }>(
    `select plan_id, ${COLUMNS} from sync_plan_lines l ${aboutIndex(dialect)}
     where tenant_id = ? and ${shortId(dialect, 'resource_id')} = ? and subject <> 'membership' and resource_id = ?${older}
       and exists (select 1 from sync_plans p where p.tenant_id = l.tenant_id and p.id = l.plan_id and p.state <> 'making')
     order by plan_id desc limit ?`,
    [resourceId.slice(-SHORT), resourceId, ...(before === undefined ? [] : [before]), limit],
  );
  return rows.map((row) => ({ planId: row.plan_id, line: toTrackedLine(row) }));
}
