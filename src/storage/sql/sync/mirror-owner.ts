import type { MirrorOwner } from '../../../model/mirror.js';
import type { MirrorOwnerReader, MirrorOwnerWriter } from '../../sync-records.js';
import { insertRows, replacing } from '../statements.js';
import { parseBackend } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

interface OwnerRow {
  readonly backend: string;
  readonly since: string;
  readonly noted_by: string;
  /** SQLite has numbers for it. */
  readonly resetting: boolean | number;
}

/** Reads of the table `mirror_owners`. */
export class KnexMirrorOwnerReader implements MirrorOwnerReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async find(): Promise<MirrorOwner | undefined> {
    const sql = 'select backend, since, noted_by, resetting from mirror_owners where tenant_id = ?';
    const row = await this.#reads.row<OwnerRow>(sql);
    if (row === undefined) return undefined;
    const { since, noted_by: by } = row;
    return { backend: parseBackend(row.backend), since, by, resetting: Boolean(row.resetting) };
  }
}

/** Reads and writes of the table `mirror_owners`. */
export class KnexMirrorOwnerWriter extends KnexMirrorOwnerReader implements MirrorOwnerWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  put({ backend, since, by, resetting }: MirrorOwner): Promise<void> {
    const row = { backend: JSON.stringify(backend), since, noted_by: by, resetting };
    const { tenantId, session } = this.#tenant;
    const onConflict = replacing(['tenant_id'], Object.keys(row));
    return insertRows(session, 'mirror_owners', [{ tenant_id: tenantId, ...row }], onConflict);
  }
}
