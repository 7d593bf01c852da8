import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MirrorItem, SyncMembership } from '../../sync-model.js';
import { parseContent } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';
import { foldString } from '../../../protocol/search-form.js';
import { selectRows, type Session } from '../connections/database.js';
import { chunks, idList, insertRows, recordset } from '../statements.js';

export interface MirrorRow {
  readonly resource_id: string;
  readonly account_id: string | null;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly staged_version: number | string;
  readonly policy_revision: number;
  readonly content: string;
  readonly missing_since: string | null;
}

const COLUMNS = 'resource_id, account_id, staged_version, policy_revision, content, missing_since';

export async function readMirror(
  reads: TenantReads,
  type: ResourceTypeName,
  after: string | undefined,
  limit: number,
): Promise<readonly MirrorItem[]> {
  const rows = await reads.page<MirrorRow>(
    `select ${COLUMNS} from mirror where tenant_id = ? and type = ? and resource_id > ? order by resource_id limit ?`,
    [type, after ?? '', limit],
  );
  return rows.map(toMirrorItem);
}

export async function readMirrorByIds(
  reads: TenantReads,
  type: ResourceTypeName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, MirrorItem>> {
  const sql = `select ${COLUMNS} from mirror where tenant_id = ? and type = ? and`;
  const rows = await reads.rowsByIds<MirrorRow>(sql, [type], 'resource_id', ids);
  return new Map(rows.map((row) => [row.resource_id, toMirrorItem(row)]));
}

export async function readMirrorByNames(
  reads: TenantReads,
  foldedNames: readonly string[],
): Promise<ReadonlyMap<string, MirrorItem>> {
  const sql = `select name, ${COLUMNS} from mirror where tenant_id = ? and type = 'User' and`;
  const rows = await reads.rowsByIds<MirrorRow & { name: string }>(sql, [], 'name', foldedNames);
  return new Map(rows.map((row) => [row.name, toMirrorItem(row)]));
}

export async function countMirror(reads: TenantReads, type: ResourceTypeName): Promise<number> {
  const sql = 'select count(*) as count from mirror where tenant_id = ? and type = ?';
  const [row] = await reads.page<{ count: number | string }>(sql, [type]);
  return Number(row?.count ?? 0);
}

function toMirrorItem(row: MirrorRow): MirrorItem {
  return {
    resourceId: row.resource_id,
    accountId: row.account_id ?? undefined,
    stagedVersion: Number(row.staged_version),
    policyRevision: row.policy_revision,
    content: parseContent(row.content),
    missingSince: row.missing_since ?? undefined,
  };
}

const KEY = 'tenant_id, type, resource_id';

/** When a staged resource was deleted stays known, also to a run that read the mirror before. */
const REPLACING = `on conflict (${KEY}) do update set account_id = excluded.account_id,
  staged_version = excluded.staged_version, policy_revision = excluded.policy_revision, name = excluded.name,
  content = excluded.content, missing_since = coalesce(excluded.missing_since, mirror.missing_since)`;

export function putMirror(
  session: Session,
  tenantId: string,
  type: ResourceTypeName,
  items: readonly MirrorItem[],
): Promise<void> {
  const rows = items.map((item) => ({
    tenant_id: tenantId,
    type,
    resource_id: item.resourceId,
    account_id: item.accountId ?? null,
    staged_version: item.stagedVersion,
    policy_revision: item.policyRevision,
    name: foldString(item.content.name),
    content: JSON.stringify(item.content),
    missing_since: item.missingSince ?? null,
  }));
  return insertRows(session, 'mirror', rows, REPLACING);
}

export async function removeMirror(
  session: Session,
  tenantId: string,
  type: ResourceTypeName,
  resourceIds: readonly string[],
): Promise<void> {
  for (const piece of chunks(resourceIds)) {
    const ids = idList(session.dialect, piece);
    const remove = (table: string, column: string): Promise<unknown> =>
      selectRows(session, `delete from ${table} where tenant_id = ? and ${column} in (${ids.sql})`, [
        tenantId,
        ids.binding,
      ]);
    await remove('mirror_memberships', 'group_id');
    await remove('mirror_memberships', 'member_id');
    await remove('mirror', `type = '${type}' and resource_id`);
  }
}

/** Notes on the mirror when a staged resource was deleted, where the backend has it. */
export async function noteMissing(
  { knex }: Session,
  tenantId: string,
  type: ResourceTypeName,
  resourceId: string,
  at: string,
): Promise<void> {
  await knex('mirror')
    .where({ tenant_id: tenantId, type, resource_id: resourceId })
    .whereNull('missing_since')
    .update({ missing_since: at });
}

export function addMirrorMemberships(
  session: Session,
  tenantId: string,
  memberships: readonly SyncMembership[],
): Promise<void> {
  const rows = memberships.map((membership) => ({ tenant_id: tenantId, ...toKey(membership) }));
  return insertRows(session, 'mirror_memberships', rows, 'on conflict do nothing');
}

export async function removeMirrorMemberships(
  session: Session,
  tenantId: string,
  memberships: readonly SyncMembership[],
): Promise<void> {
  const gone = recordset(session, 'gone', ['group_id', 'member_id']);
  for (const piece of chunks(memberships)) {
    await selectRows(
      session,
      `delete from mirror_memberships
       where tenant_id = ? and (group_id, member_id) in (select group_id, member_id from ${gone})`,
      [tenantId, JSON.stringify(piece.map(toKey))],
    );
  }
}

function toKey({ groupId, memberId }: SyncMembership) {
  return { group_id: groupId, member_id: memberId };
}
