import type { Alert } from '../../../model/alert/alert.js';
import type { AlertFacts, ExpiringCredential, Requests, WatchedTenant } from '../../alerts/alert-store.js';
import { selectRows, type Database } from '../connections/database.js';
import { isOneOf, wholeNumber } from '../statements.js';
import { toAlert, type AlertRow } from './rows.js';

interface TenantRow {
  readonly id: string;
  /** SQLite has 0 and 1. */
  readonly enabled: boolean | number;
  readonly last_modified: string;
  readonly last_hour: string | null;
}

interface RequestRow {
  readonly tenant_id: string;
  /** PostgreSQL's driver gives a bigint as text. */
  readonly requests: number | string;
  readonly refused: number | string;
}

interface CredentialRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly kind: string;
  readonly expires_at: string;
  readonly last_used: string;
  readonly replaced_at: string | null;
}

/** A secret token that may write and was not revoked. */
const IS_LIVE = (alias: string): string =>
  `${alias}.client_id is null and ${alias}.revoked_at is null and (${alias}.scopes is null or ${alias}.scopes like '%scim.write%')`;

/** When what is valid for longer was last used: a secret token, or a credential of an OAuth client. */
const REPLACED = `(select max(r.last_used) from (
    select b.last_used from tokens b where b.tenant_id = o.tenant_id and ${IS_LIVE('b')}
      and (b.expires_at is null or b.expires_at > o.expires_at)
    union all select d.last_used from oauth_credentials d where d.tenant_id = o.tenant_id
      and (d.expires_at is null or d.expires_at > o.expires_at)) r) as replaced_at`;

/** Reads what is looked at for alerts, a page of tenants at a time. */
export class KnexAlertFacts implements AlertFacts {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  async tenants(after: string | undefined, limit: number): Promise<readonly WatchedTenant[]> {
    const rows = await this.#rows<TenantRow>(
      `select t.id, t.enabled, t.last_modified,
         (select h.hour from activity_hours h where h.tenant_id = t.id and h.operation <> 'authenticate'
          order by h.hour desc limit 1) as last_hour
       from tenants t where t.id > ? and t.import_seen is null order by t.id limit ${wholeNumber(limit)}`,
      [after ?? ''],
    );
    return rows.map((row) => ({
      ...{ id: row.id, enabled: Boolean(row.enabled), lastModified: row.last_modified },
      lastHour: row.last_hour ?? undefined,
    }));
  }

  async requests(tenantIds: readonly string[], from: string): Promise<ReadonlyMap<string, Requests>> {
    if (tenantIds.length === 0) return new Map();
    const { sql, binding } = isOneOf(this.#database.dialect, 'tenant_id', tenantIds);
    const rows = await this.#rows<RequestRow>(
      `select tenant_id, sum(n) as requests, sum(case when outcome = 'refused' then n else 0 end) as refused
       from activity_hours where ${sql} and hour >= ? group by tenant_id`,
      [binding, from],
    );
    return new Map(
      rows.map((row) => [row.tenant_id, { all: Number(row.requests), refused: Number(row.refused) }] as const),
    );
  }

  async credentials(
    tenantIds: readonly string[],
    { from, until }: { readonly from: string; readonly until: string },
    limit: number,
  ): Promise<readonly ExpiringCredential[]> {
    if (tenantIds.length === 0) return [];
    const { sql, binding } = isOneOf(this.#database.dialect, 'o.tenant_id', tenantIds);
    const span = `${sql} and o.last_used is not null and o.expires_at > ? and o.expires_at <= ?`;
    const columns = `o.tenant_id, o.id, o.expires_at, o.last_used, ${REPLACED}`;
    const bindings = [binding, from, until];
    const rows = await this.#rows<CredentialRow>(
      `select 'token' as kind, ${columns} from tokens o where ${IS_LIVE('o')} and ${span}
       union all select 'credential' as kind, ${columns} from oauth_credentials o where ${span}
       limit ${wholeNumber(limit)}`,
      [...bindings, ...bindings],
    );
    return rows.map((row) => ({
      ...{ tenantId: row.tenant_id, id: row.id, kind: row.kind === 'token' ? 'token' : 'credential' },
      ...{ expiresAt: row.expires_at, lastUsed: row.last_used, replacedAt: row.replaced_at ?? undefined },
    }));
  }

  async open(tenantIds: readonly string[]): Promise<readonly Alert[]> {
    if (tenantIds.length === 0) return [];
    const { sql, binding } = isOneOf(this.#database.dialect, 'tenant_id', tenantIds);
    const rows = await this.#rows<AlertRow>(`select * from alerts where ${sql} and ended is null`, [binding]);
    return rows.map(toAlert);
  }

  #rows<Row extends object>(sql: string, bindings: Parameters<typeof selectRows>[2]): Promise<readonly Row[]> {
    // Beside the requests: pages of the round share the few connections for reads that go far.
    return this.#database.walk('', (session) => selectRows<Row>(session, sql, bindings));
  }
}
