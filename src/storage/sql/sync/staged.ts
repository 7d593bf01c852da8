import type { SyncMembership, StagedItem } from '../../sync-model.js';
import { chunks } from '../statements.js';
import type { TenantReads } from './tenant-reads.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';

/** Where memberships are kept: as staged, or as the backend has acknowledged them. */
export type MembershipTable = 'memberships' | 'mirror_memberships';

interface MembershipRow {
  readonly group_id: string;
  readonly member_id: string;
}

interface DifferenceRow extends MembershipRow {
  /** Whether it is the last key that was looked at, which is a difference or not. */
  readonly is_last: number;
}

/** How many keys one statement compares at most: few enough to take milliseconds. */
const MOST_KEYS = 10_000;

/** By how much a statement looks further than the one before that found too little. */
const GROWTH = 4;

/** How many memberships one statement looks up. */
const PAIRS = 500;

const FIRST: SyncMembership = { groupId: '', memberId: '' };

/** One page of memberships in the order of group and member. */
export async function readMemberships(
  reads: TenantReads,
  table: MembershipTable,
  after: SyncMembership = FIRST,
  limit: number,
): Promise<readonly SyncMembership[]> {
  const rows = await reads.page<MembershipRow>(
    `select group_id, member_id from ${table} where tenant_id = ? and (group_id, member_id) > (?, ?)
     order by group_id, member_id limit ?`,
    [after.groupId, after.memberId, limit],
  );
  return rows.map(toMembership);
}

/** Those of these memberships that a table has. */
export async function readMembershipsAmong(
  reads: TenantReads,
  table: MembershipTable,
  memberships: readonly SyncMembership[],
): Promise<readonly SyncMembership[]> {
  const rows: MembershipRow[] = [];
  for (const piece of chunks(memberships, PAIRS)) {
    const keys = piece.map(() => '(?, ?)').join(', ');
    const sql = `select group_id, member_id from ${table} where tenant_id = ? and (group_id, member_id) in (values ${keys})`;
    const bindings = piece.flatMap(({ groupId, memberId }) => [groupId, memberId]);
    rows.push(...(await reads.rows<MembershipRow>(sql, bindings)));
  }
  return rows.map(toMembership);
}

/**
 * One page of the memberships of one table that the other does not have. A page may be far behind `after` where the
 * tables are alike, so the way there is gone in pieces along the key.
 */
export async function readDifferences(
  reads: TenantReads,
  [table, other]: readonly [MembershipTable, MembershipTable],
  after: SyncMembership = FIRST,
  limit: number,
): Promise<readonly SyncMembership[]> {
  const found: SyncMembership[] = [];
  let position: SyncMembership | undefined = after;
  for (let keys = limit; position !== undefined && found.length < limit; keys = Math.min(keys * GROWTH, MOST_KEYS)) {
    const rows: readonly DifferenceRow[] = await compareKeys(reads, [table, other], position, keys);
    found.push(...rows.filter((row) => row.is_last === 0).map(toMembership));
    const last = rows.find((row) => row.is_last === 1);
    position = last && toMembership(last);
  }
  return found.slice(0, limit);
}

/**
 * The differences among so many keys of a table, and the last of these keys. Each key is looked up in the other table:
 * of "not exists" PostgreSQL makes a join, for which it may read all that the tenant has there.
 */
function compareKeys(
  reads: TenantReads,
  [table, other]: readonly [MembershipTable, MembershipTable],
  { groupId, memberId }: SyncMembership,
  keys: number,
): Promise<readonly DifferenceRow[]> {
  return reads.page<DifferenceRow>(
    `with w as materialized (
       select tenant_id, group_id, member_id from ${table} where tenant_id = ? and (group_id, member_id) > (?, ?)
       order by group_id, member_id limit ?)
     select group_id, member_id, 0 as is_last from w where (
       select 1 from ${other} o where o.tenant_id = ? and o.group_id = w.group_id and o.member_id = w.member_id) is null
     union all
     select group_id, member_id, 1 from (select * from w order by group_id desc, member_id desc limit 1) l
     order by is_last, group_id, member_id`,
    [groupId, memberId, keys, reads.tenantId],
  );
}

function toMembership({ group_id, member_id }: MembershipRow): SyncMembership {
  return { groupId: group_id, memberId: member_id };
}

interface StagedRow {
  readonly id: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly version: number | string;
  /** SQLite has 0 and 1; groups have null. */
  readonly active: boolean | number | null;
  readonly document: string;
}

const COLUMNS = 'id, version, active, document';

export async function readStaged(
  reads: TenantReads,
  type: ResourceTypeName,
  after: string | undefined,
  limit: number,
): Promise<readonly StagedItem[]> {
  const rows = await reads.page<StagedRow>(
    `select ${COLUMNS} from resources where tenant_id = ? and type = ? and id > ? order by id limit ?`,
    [type, after ?? '', limit],
  );
  return rows.map(toStagedItem);
}

export async function readStagedByIds(
  reads: TenantReads,
  type: ResourceTypeName,
  ids: readonly string[],
): Promise<ReadonlyMap<string, StagedItem>> {
  const sql = `select ${COLUMNS} from resources where tenant_id = ? and type = ? and`;
  const rows = await reads.rowsByIds<StagedRow>(sql, [type], 'id', ids);
  return new Map(rows.map((row) => [row.id, toStagedItem(row)]));
}

function toStagedItem({ id, version, active, document }: StagedRow): StagedItem {
  return { id, version: Number(version), active: active === null || Boolean(active), document };
}
