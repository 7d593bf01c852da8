import type { MirrorItem } from '../../../model/mirror.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import { foldString } from '../../../protocol/search-form.js';
import type { MirrorReader, MirrorWriter } from '../../sync-store.js';
import { selectRows, type Session } from '../connections/database.js';
import { chunks, idList, insertRows } from '../statements.js';
import { parseContent } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface MirrorRow {
  readonly resource_id: string;
  readonly account_id: string | null;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly staged_version: number | string;
  readonly policy_revision: number;
  readonly content: string;
  readonly missing_since: string | null;
}

const COLUMNS = 'resource_id, account_id, staged_version, policy_revision, content, missing_since';

/** Reads of the table `mirror`. */
export class KnexMirrorReader implements MirrorReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async page(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly MirrorItem[]> {
    const rows = await this.#reads.page<MirrorRow>(
      `select ${COLUMNS} from mirror where tenant_id = ? and type = ? and resource_id > ? order by resource_id limit ?`,
      [type, after ?? '', limit],
    );
    return rows.map(toMirrorItem);
  }

  async byIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>> {
    const sql = `select ${COLUMNS} from mirror where tenant_id = ? and type = ? and`;
    const rows = await this.#reads.rowsByIds<MirrorRow>(sql, [type], 'resource_id', ids);
    return new Map(rows.map((row) => [row.resource_id, toMirrorItem(row)]));
  }

  async byNames(foldedNames: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>> {
    const sql = `select name, ${COLUMNS} from mirror where tenant_id = ? and type = 'User' and`;
    const rows = await this.#reads.rowsByIds<MirrorRow & { name: string }>(sql, [], 'name', foldedNames);
    return new Map(rows.map((row) => [row.name, toMirrorItem(row)]));
  }

  async count(type: ResourceTypeName): Promise<number> {
    const sql = 'select count(*) as count from mirror where tenant_id = ? and type = ?';
    const [row] = await this.#reads.page<{ count: number | string }>(sql, [type]);
    return Number(row?.count ?? 0);
  }
}

/** When a staged resource was deleted stays known, also to a run that read the mirror before. */
const REPLACING = `on conflict (tenant_id, type, resource_id) do update set account_id = excluded.account_id,
  staged_version = excluded.staged_version, policy_revision = excluded.policy_revision, name = excluded.name,
  content = excluded.content, missing_since = coalesce(excluded.missing_since, mirror.missing_since)`;

/** Reads and writes of the table `mirror`. */
export class KnexMirrorWriter extends KnexMirrorReader implements MirrorWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  put(type: ResourceTypeName, items: readonly MirrorItem[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const rows = items.map((item) => ({ tenant_id: tenantId, type, ...toMirrorRow(item) }));
    return insertRows(session, 'mirror', rows, REPLACING);
  }

  async remove(type: ResourceTypeName, resourceIds: readonly string[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
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

  async clear(most: number): Promise<boolean> {
    const { tenantId, session } = this.#tenant;
    for (const [table, key] of CLEARED) {
      const rows = session.knex(table).where({ tenant_id: tenantId });
      const removed = await rows
        .clone()
        .whereIn([...key], rows.clone().select(key).limit(most))
        .del();
      if (removed > 0) return true;
    }
    return false;
  }
}

const CLEARED = [
  ['mirror_memberships', ['group_id', 'member_id']],
  ['mirror', ['type', 'resource_id']],
] as const;

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

function toMirrorRow(item: MirrorItem): MirrorRow & { readonly name: string } {
  return {
    resource_id: item.resourceId,
    account_id: item.accountId ?? null,
    staged_version: item.stagedVersion,
    policy_revision: item.policyRevision,
    name: foldString(item.content.name),
    content: JSON.stringify(item.content),
    missing_since: item.missingSince ?? null,
  };
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
