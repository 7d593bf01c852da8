import type { PolicyInForce, SyncPolicy } from '../../../model/policy.js';
import type { PolicyReader, PolicyWriter } from '../../sync-store.js';
import { selectRows } from '../connections/database.js';
import { parsePolicy } from './stored-json.js';
import type { TenantReads, TenantSession } from './tenant-reads.js';

/** Reads of the table `sync_policies`. */
export class KnexPolicyReader implements PolicyReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async find(): Promise<PolicyInForce | undefined> {
    const sql = 'select revision, policy from sync_policies where tenant_id = ?';
    const row = await this.#reads.row<{ revision: number; policy: string }>(sql);
    return row && { revision: row.revision, policy: parsePolicy(row.policy) };
  }
}

/** Reads and writes of the table `sync_policies`. */
export class KnexPolicyWriter extends KnexPolicyReader implements PolicyWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  async set(policy: SyncPolicy): Promise<number> {
    const [row] = await selectRows<{ revision: number }>(
      this.#tenant.session,
      `insert into sync_policies (tenant_id, revision, policy) values (?, 1, ?)
       on conflict (tenant_id) do update set revision = sync_policies.revision + 1, policy = excluded.policy
       returning revision`,
      [this.#tenant.tenantId, JSON.stringify(policy)],
    );
    return row?.revision ?? 0;
  }
}
