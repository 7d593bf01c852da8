import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { MirrorItem } from '../../sync-model.js';
import { parseContent } from './stored-json.js';
import type { TenantReads } from './tenant-reads.js';

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
