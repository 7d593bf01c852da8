import type { Hold, HoldTarget, Subject, SyncPolicy } from '../../sync-model.js';
import { parsePolicy } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';
import { selectRows, type Session } from '../connections/database.js';
import { insertRows, replacing } from '../statements.js';

const KEY = ['tenant_id', 'subject', 'resource_id', 'member_id'];

/** @returns the new revision */
export async function setPolicy(session: Session, tenantId: string, policy: SyncPolicy): Promise<number> {
  const [row] = await selectRows<{ revision: number }>(
    session,
    `insert into sync_policies (tenant_id, revision, policy) values (?, 1, ?)
     on conflict (tenant_id) do update set revision = sync_policies.revision + 1, policy = excluded.policy
     returning revision`,
    [tenantId, JSON.stringify(policy)],
  );
  return row?.revision ?? 0;
}

export function putHold(session: Session, tenantId: string, hold: Hold): Promise<void> {
  const why = {
    held_by: hold.by,
    at: hold.at,
    reason: hold.reason,
    until_version_moves: hold.untilVersionMoves ?? null,
    undone_run: hold.undoneRun ?? null,
  };
  return insertRows(session, 'sync_holds', [{ ...keyOf(tenantId, hold), ...why }], replacing(KEY, Object.keys(why)));
}

export async function removeHold({ knex }: Session, tenantId: string, target: HoldTarget): Promise<boolean> {
  return (await knex('sync_holds').where(keyOf(tenantId, target)).del()) === 1;
}

function keyOf(tenantId: string, { subject, resourceId, memberId = '' }: HoldTarget) {
  return { tenant_id: tenantId, subject, resource_id: resourceId, member_id: memberId };
}

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
const ORDER = 'subject, resource_id, member_id';

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
    `select ${COLUMNS} from sync_holds where tenant_id = ? and (${ORDER}) > (?, ?, ?) order by ${ORDER} limit ?`,
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
