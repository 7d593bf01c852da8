import type { Hold, HoldTarget, Subject, SyncPolicy } from '../../sync-model.js';
import { parsePolicy } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';

interface HoldRow {
  readonly subject: string;
  readonly resource_id: string;
  /** Empty unless it is a membership's. */
  readonly member_id: string;
  readonly held_by: string;
  readonly at: string;
  readonly reason: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly until_version_moves: number | string | null;
  readonly undone_run: string | null;
}

const COLUMNS = 'subject, resource_id, member_id, held_by, at, reason, until_version_moves, undone_run';
const KEY = 'subject, resource_id, member_id';

export async function readHoldsOf(
  reads: TenantReads,
  subject: Subject,
  resourceIds: readonly string[],
): Promise<readonly Hold[]> {
  const sql = `select ${COLUMNS} from sync_holds where tenant_id = ? and subject = ? and`;
  return (await reads.rowsByIds<HoldRow>(sql, [subject], 'resource_id', resourceIds)).map(toHold);
}

export async function readHolds(
  reads: TenantReads,
  after: HoldTarget | undefined,
  limit: number,
): Promise<readonly Hold[]> {
  const rows = await reads.page<HoldRow>(
    `select ${COLUMNS} from sync_holds where tenant_id = ? and (${KEY}) > (?, ?, ?) order by ${KEY} limit ?`,
    [after?.subject ?? '', after?.resourceId ?? '', after?.memberId ?? '', limit],
  );
  return rows.map(toHold);
}

export async function readPolicy(
  reads: TenantReads,
): Promise<{ readonly revision: number; readonly policy: SyncPolicy } | undefined> {
  const sql = 'select revision, policy from sync_policies where tenant_id = ?';
  const row = await reads.row<{ revision: number; policy: string }>(sql);
  return row && { revision: row.revision, policy: parsePolicy(row.policy) };
}

function toHold(row: HoldRow): Hold {
  return {
    subject: toSubject(row.subject),
    resourceId: row.resource_id,
    ...(row.member_id === '' ? {} : { memberId: row.member_id }),
    by: row.held_by,
    at: row.at,
    reason: row.reason,
    ...(row.until_version_moves === null ? {} : { untilVersionMoves: Number(row.until_version_moves) }),
    ...(row.undone_run === null ? {} : { undoneRun: row.undone_run }),
  };
}

function toSubject(subject: string): Subject {
  return subject === 'group' || subject === 'membership' ? subject : 'account';
}
