import type { StagedMembership, SyncMembership } from '../../../model/mirror.js';
import { pageSize } from '../../page-size.js';
import type { MirrorMembershipReader, MirrorMembershipWriter } from '../../sync-store.js';
import { selectRows } from '../connections/database.js';
import { chunks, insertRows, isOneOf, recordset } from '../statements.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface MembershipRow {
  readonly group_id: string;
  readonly member_id: string;
}

/** A row of `memberships`. */
export interface StagedMembershipRow extends MembershipRow {
  /** PostgreSQL's driver gives a bigint as text. */
  readonly version: number | string;
}

interface DifferenceRow extends StagedMembershipRow {
  /** Whether it is the last key that was looked at, which is a difference or not. */
  readonly is_last: number;
}

/** Where memberships are kept: as staged, or as the backend has acknowledged them. */
type MembershipTable = 'memberships' | 'mirror_memberships';

/** How many keys one statement compares at most: few enough to take milliseconds. */
const MOST_KEYS = 10_000;

/** By how much a statement looks further than the one before that found too little. */
const GROWTH = 4;

/** How many memberships one statement looks up. */
const PAIRS = pageSize(500);

const FIRST: SyncMembership = { groupId: '', memberId: '' };

/** Reads of the table `mirror_memberships`, and of its differences from the staged `memberships`. */
export class KnexMirrorMembershipReader implements MirrorMembershipReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async page(after: SyncMembership = FIRST, limit: number): Promise<readonly SyncMembership[]> {
    const rows = await this.#reads.page<MembershipRow>(
      `select group_id, member_id from mirror_memberships where tenant_id = ? and (group_id, member_id) > (?, ?)
       order by group_id, member_id limit ?`,
      [after.groupId, after.memberId, limit],
    );
    return rows.map(toMembership);
  }

  async among(memberships: readonly SyncMembership[]): Promise<readonly SyncMembership[]> {
    const sql = 'select group_id, member_id from mirror_memberships';
    return (await membershipRows<MembershipRow>(this.#reads, sql, memberships)).map(toMembership);
  }

  async toAdd(after: SyncMembership | undefined, limit: number): Promise<readonly StagedMembership[]> {
    const rows = await readDifferences(this.#reads, ['memberships', 'mirror_memberships'], after, limit);
    return rows.map(toStagedMembership);
  }

  async toRemove(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]> {
    const rows = await readDifferences(this.#reads, ['mirror_memberships', 'memberships'], after, limit);
    return rows.map(toMembership);
  }

  async countsOf(groupIds: readonly string[]): Promise<ReadonlyMap<string, number>> {
    const counts = new Map<string, number>();
    for (const piece of chunks(groupIds)) {
      const listed = isOneOf(this.#reads.dialect, 'group_id', piece);
      const rows = await this.#reads.page<{ group_id: string; count: number | string }>(
        `select group_id, count(*) as count from mirror_memberships where tenant_id = ? and ${listed.sql} group by group_id`,
        [listed.binding],
      );
      for (const { group_id, count } of rows) counts.set(group_id, Number(count));
    }
    return counts;
  }
}

/** Reads and writes of the table `mirror_memberships`. */
export class KnexMirrorMembershipWriter extends KnexMirrorMembershipReader implements MirrorMembershipWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  add(memberships: readonly SyncMembership[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const rows = memberships.map((membership) => ({ tenant_id: tenantId, ...toRow(membership) }));
    return insertRows(session, 'mirror_memberships', rows, 'on conflict do nothing');
  }

  async remove(memberships: readonly SyncMembership[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const gone = recordset(session, 'gone', ['group_id', 'member_id']);
    for (const piece of chunks(memberships)) {
      await selectRows(
        session,
        `delete from mirror_memberships
         where tenant_id = ? and (group_id, member_id) in (select group_id, member_id from ${gone})`,
        [tenantId, JSON.stringify(piece.map(toRow))],
      );
    }
  }

  async hand(fromMemberId: string, toMemberId: string): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const sql = 'update mirror_memberships set member_id = ? where tenant_id = ? and member_id = ?';
    await selectRows(session, sql, [toMemberId, tenantId, fromMemberId]);
  }
}

/**
 * One page of the memberships of one table that the other does not have. A page may be far behind `after` where the
 * tables are alike, so the way there is gone in pieces along the key.
 */
async function readDifferences(
  reads: TenantReads,
  [table, other]: readonly [MembershipTable, MembershipTable],
  after: SyncMembership = FIRST,
  limit: number,
): Promise<readonly DifferenceRow[]> {
  const found: DifferenceRow[] = [];
  let position: SyncMembership | undefined = after;
  for (let keys = limit; position !== undefined && found.length < limit; keys = Math.min(keys * GROWTH, MOST_KEYS)) {
    const rows: readonly DifferenceRow[] = await compareKeys(reads, [table, other], position, keys);
    found.push(...rows.filter((row) => row.is_last === 0));
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
  const version = table === 'memberships' ? 'version' : '0 as version';
  return reads.page<DifferenceRow>(
    `with w as materialized (
       select tenant_id, group_id, member_id, ${version} from ${table} where tenant_id = ? and (group_id, member_id) > (?, ?)
       order by group_id, member_id limit ?)
     select group_id, member_id, version, 0 as is_last from w where (
       select 1 from ${other} o where o.tenant_id = ? and o.group_id = w.group_id and o.member_id = w.member_id) is null
     union all
     select group_id, member_id, version, 1 from (select * from w order by group_id desc, member_id desc limit 1) l
     order by is_last, group_id, member_id`,
    [groupId, memberId, keys, reads.tenantId],
  );
}

/**
 * Rows of memberships, however many they are.
 * @param select what of which table, without its conditions
 */
export async function membershipRows<Row extends object>(
  reads: TenantReads,
  select: string,
  memberships: readonly SyncMembership[],
): Promise<readonly Row[]> {
  const rows: Row[] = [];
  for (const piece of chunks(memberships, PAIRS.items)) {
    const keys = piece.map(() => '(?, ?)').join(', ');
    const sql = `${select} where tenant_id = ? and (group_id, member_id) in (values ${keys})`;
    const bindings = piece.flatMap(({ groupId, memberId }) => [groupId, memberId]);
    rows.push(...(await reads.rows<Row>(sql, bindings)));
  }
  return rows;
}

function toRow({ groupId, memberId }: SyncMembership): MembershipRow {
  return { group_id: groupId, member_id: memberId };
}

function toMembership({ group_id, member_id }: MembershipRow): SyncMembership {
  return { groupId: group_id, memberId: member_id };
}

/** A staged membership. */
export function toStagedMembership({ version, ...row }: StagedMembershipRow): StagedMembership {
  return { ...toMembership(row), version: Number(version) };
}
