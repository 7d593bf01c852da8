import type { StagedMembership, SyncMembership } from '../../../model/mirror.js';
import type { StagedItem } from '../../../model/resource.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { StagedReader } from '../../sync-store.js';
import { IS_PROBE } from '../directory/probes.js';
import { membershipRows, toStagedMembership, type StagedMembershipRow } from './mirror-memberships.js';
import type { TenantReads } from './tenant-reads.js';

interface StagedRow {
  readonly id: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly version: number | string;
  /** SQLite has 0 and 1; groups have null. */
  readonly active: boolean | number | null;
  readonly document: string;
}

/** People whom the doctor has made are in no plan; groups have no userName. */
const NO_PROBES = `(user_name is null or not ${IS_PROBE})`;

const COLUMNS = 'id, version, active, document';
const STAGED_MEMBERSHIPS = 'select group_id, member_id, version from memberships';

/** Reads of the table `resources`, which provisioning writes (see directory/writer.ts). */
export class KnexStagedReader implements StagedReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async page(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly StagedItem[]> {
    const rows = await this.#reads.page<StagedRow>(
      `select ${COLUMNS} from resources where tenant_id = ? and type = ? and id > ? and ${NO_PROBES} order by id limit ?`,
      [type, after ?? '', limit],
    );
    return rows.map(toStagedItem);
  }

  async byIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, StagedItem>> {
    const sql = `select ${COLUMNS} from resources where tenant_id = ? and type = ? and`;
    const rows = await this.#reads.rowsByIds<StagedRow>(sql, [type], 'id', ids);
    return new Map(rows.map((row) => [row.id, toStagedItem(row)]));
  }

  async byUserNames(foldedNames: readonly string[]): Promise<ReadonlyMap<string, StagedItem>> {
    const sql = `select user_name, ${COLUMNS} from resources where tenant_id = ? and type = 'User' and`;
    const rows = await this.#reads.rowsByIds<StagedRow & { user_name: string }>(sql, [], 'user_name', foldedNames);
    return new Map(rows.map((row) => [row.user_name, toStagedItem(row)]));
  }

  async memberships(memberships: readonly SyncMembership[]): Promise<readonly StagedMembership[]> {
    const rows = await membershipRows<StagedMembershipRow>(this.#reads, STAGED_MEMBERSHIPS, memberships);
    return rows.map(toStagedMembership);
  }
}

function toStagedItem({ id, version, active, document }: StagedRow): StagedItem {
  return { id, version: Number(version), active: active === null || Boolean(active), document };
}
