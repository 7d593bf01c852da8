import type { ConfirmedLink } from '../../../model/match.js';
import type { HoldTarget } from '../../../model/hold.js';
import type { ResourceSubject } from '../../../model/subject.js';
import type { ConfirmedLinkReader, ConfirmedLinkWriter } from '../../sync-records.js';
import { selectRows } from '../connections/database.js';
import { chunks, insertRows, isOneOf, replacing } from '../statements.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface LinkRow {
  readonly resource_id: string;
  readonly account_id: string;
  readonly confirmed_by: string;
}

/** Reads of the table `sync_confirmed_links`. */
export class KnexConfirmedLinkReader implements ConfirmedLinkReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async of(subject: ResourceSubject, resourceIds: readonly string[]): Promise<readonly ConfirmedLink[]> {
    const sql = `select resource_id, account_id, confirmed_by from sync_confirmed_links
       where tenant_id = ? and subject = ? and`;
    const rows = await this.#reads.rowsByIds<LinkRow>(sql, [subject], 'resource_id', resourceIds);
    return rows.map((row) => ({
      subject,
      resourceId: row.resource_id,
      accountId: row.account_id,
      by: row.confirmed_by,
    }));
  }
}

/** Reads and writes of the table `sync_confirmed_links`. */
export class KnexConfirmedLinkWriter extends KnexConfirmedLinkReader implements ConfirmedLinkWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  put(links: readonly ConfirmedLink[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const rows = links.map(({ subject, resourceId, accountId, by }) => ({
      ...{ tenant_id: tenantId, subject, resource_id: resourceId, account_id: accountId, confirmed_by: by },
    }));
    const key = ['tenant_id', 'subject', 'resource_id'];
    return insertRows(session, 'sync_confirmed_links', rows, replacing(key, ['account_id', 'confirmed_by']));
  }

  async remove(targets: readonly HoldTarget[]): Promise<void> {
    const { tenantId, session } = this.#tenant;
    for (const subject of ['account', 'group'] as const) {
      const ids = targets.filter((target) => target.subject === subject).map(({ resourceId }) => resourceId);
      for (const piece of chunks(ids)) {
        const listed = isOneOf(session.dialect, 'resource_id', piece);
        const sql = `delete from sync_confirmed_links where tenant_id = ? and subject = ? and ${listed.sql}`;
        await selectRows(session, sql, [tenantId, subject, listed.binding]);
      }
    }
  }

  async clear(): Promise<void> {
    const { tenantId, session } = this.#tenant;
    await session.knex('sync_confirmed_links').where({ tenant_id: tenantId }).delete();
  }
}
