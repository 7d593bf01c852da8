import type { Knex } from 'knex';
import { DEFAULT_TENANT_SETTINGS, tenantNameKey, type Tenant, type TenantSettings } from '../../../model/tenant.js';
import type { TenantSchema, TenantSchemas } from '../../../model/tenant-schemas.js';
import type { TokenRecord } from '../../../model/token.js';
import { isJsonObject } from '../../../protocol/json.js';
import type { TenantStore } from '../../storage.js';
import { hotRows, type Database, type Session } from '../connections/database.js';
import { isUniqueViolation } from '../connections/driver.js';
import { eraseTenant } from './erase.js';
import { RememberedRows } from './remembered-rows.js';
import { changeSchema, SchemaStore } from './schemas.js';
import { STAMP_OF_JOIN } from './stamp.js';
import { toToken, toTokenRow, type TokenRow } from './token-rows.js';

/** Tenants and their secret tokens. */
export class KnexTenantStore implements TenantStore {
  readonly #database: Database;
  readonly #schemas: SchemaStore;
  readonly #remembered = new RememberedRows<TokenWithTenant>();

  constructor(database: Database) {
    this.#database = database;
    this.#schemas = new SchemaStore(database);
  }

  async insertTenant(tenant: Tenant): Promise<'done' | 'conflict'> {
    const inserted = await this.#database.unit(({ knex }) =>
      knex('tenants')
        .insert({ ...toTenantRow(tenant), name_key: tenantNameKey(tenant.name) })
        .onConflict()
        .ignore()
        .returning('id'),
    );
    return inserted.length === 0 ? 'conflict' : 'done';
  }

  async updateTenant(id: string, change: (tenant: Tenant) => Tenant): Promise<Tenant | 'conflict' | 'unknown'> {
    const known = await this.findTenant(id);
    if (known === undefined) return 'unknown';
    try {
      return await this.#database.unit(async ({ knex }) => {
        const row = await knex<TenantRow>('tenants').where({ id }).forUpdate().first();
        if (row === undefined) return 'unknown';
        const before = toTenant(row, known.schemas);
        const after = change(before);
        if (after !== before)
          await knex('tenants')
            .where({ id })
            .update({ ...toTenantRow(after), ...renamed(before, after) });
        return after;
      });
    } catch (error) {
      if (isUniqueViolation(error)) return 'conflict';
      throw error;
    }
  }

  findTenant(id: string): Promise<Tenant | undefined> {
    return this.#find({ id });
  }

  async findTenantByName(name: string): Promise<Tenant | undefined> {
    return (await this.#find({ name })) ?? this.#find({ name_key: tenantNameKey(name) });
  }

  async listTenants(after: string | undefined, limit: number): Promise<readonly Tenant[]> {
    const rows = await this.#database.lookup(({ knex }) =>
      knex<TenantRow>('tenants')
        .where('id', '>', after ?? '')
        .whereNull('import_seen')
        .orderBy('id')
        .limit(limit)
        .select('*'),
    );
    return Promise.all(rows.map((row) => this.#tenant(row)));
  }

  deleteTenant(id: string): Promise<boolean> {
    return eraseTenant(this.#database, id);
  }

  changeSchema(
    tenantId: string,
    revision: number,
    urn: string,
    schema: TenantSchema | undefined,
  ): Promise<'done' | 'stale' | 'used' | 'unknown'> {
    return this.#database.unit((session) => changeSchema(session, tenantId, revision, urn, schema));
  }

  async insertToken(token: TokenRecord, hash: string): Promise<void> {
    await this.#database.unit(({ knex }) => knex('tokens').insert({ ...toTokenRow(token), hash }));
  }

  async listTokens(tenantId: string): Promise<readonly TokenRecord[]> {
    const rows = await this.#database.lookup(({ knex }) =>
      knex<TokenRow>('tokens').where({ tenant_id: tenantId, client_id: null }).orderBy('id').select('*'),
    );
    return rows.map(toToken);
  }

  async revokeToken(tenantId: string, tokenId: string, at: string): Promise<boolean> {
    const revoked = await this.#database.unit(({ knex }) =>
      knex('tokens').where({ tenant_id: tenantId, id: tokenId }).whereNull('revoked_at').update({ revoked_at: at }),
    );
    return revoked > 0;
  }

  async replaceTokens(
    token: TokenRecord,
    hash: string,
    { most, end }: { readonly most: number; readonly end: string },
  ): Promise<boolean> {
    const { tenantId, label, created } = token;
    return this.#database.unit(async ({ knex }) => {
      // Who stores another one meanwhile waits for this row.
      await knex('tenants').where({ id: tenantId }).forUpdate().first('id');
      const endingAfter = (at: string): Knex.QueryBuilder =>
        knex('tokens')
          .where({ tenant_id: tenantId, label, client_id: null, revoked_at: null })
          .where((rows) => void rows.whereNull('expires_at').orWhere('expires_at', '>', at));
      const valid = await endingAfter(created).limit(most).select<{ id: string }[]>('id');
      if (valid.length >= most) return false;
      await endingAfter(end).update({ expires_at: end });
      await knex('tokens').insert({ ...toTokenRow(token), hash });
      return true;
    }, tenantId);
  }

  async findByHash(hash: string): Promise<{ token: TokenRecord; tenant: Tenant } | undefined> {
    const row = await this.#database.lookup((session) => findTokenWithTenant(session, hash));
    this.#remembered.set(hash, row);
    if (row === undefined) return undefined;
    return this.#tokenWithTenant(row);
  }

  async recall(hash: string): Promise<{ token: TokenRecord; tenant: Tenant; stamp: string } | undefined> {
    const row = this.#remembered.get(hash);
    return row === undefined ? undefined : { ...(await this.#tokenWithTenant(row)), stamp: row.stamp };
  }

  async #tokenWithTenant(row: TokenWithTenant): Promise<{ token: TokenRecord; tenant: Tenant }> {
    const tenant = await this.#tenant({ ...row, id: row.tenant_id, created: row.tenant_created });
    return { token: toToken(row), tenant };
  }

  async markUsed(tokenId: string, minute: string): Promise<void> {
    await this.#database.unit(({ knex }) =>
      knex('tokens')
        .where({ id: tokenId })
        .where((rows) => {
          void rows.whereNull('last_used').orWhere('last_used', '<', minute);
        })
        .update({ last_used: minute }),
    );
  }

  async #find(key: { id: string } | { name: string } | { name_key: string }): Promise<Tenant | undefined> {
    const row = await this.#database.lookup(({ knex }) =>
      knex('tenants').where(key).whereNull('import_seen').first<TenantRow | undefined>('*'),
    );
    return row && this.#tenant(row);
  }

  async #tenant(row: TenantRow): Promise<Tenant> {
    return toTenant(row, await this.#schemas.find(row.id, row.schemas_revision));
  }
}

type TokenWithTenant = TokenRow &
  Omit<TenantRow, 'id' | 'created'> & { readonly tenant_created: string; readonly stamp: string };

async function findTokenWithTenant(session: Session, hash: string): Promise<TokenWithTenant | undefined> {
  const [row] = await hotRows<TokenWithTenant>(
    session,
    `select k.id, k.tenant_id, k.label, k.prefix, k.scopes, k.client_id, k.created, k.expires_at, k.last_used, k.revoked_at, t.name, t.enabled, t.settings, t.schemas_revision, t.last_modified, t.created as tenant_created,
       ${STAMP_OF_JOIN} as stamp
     from tokens k join tenants t on t.id = k.tenant_id where k.hash = ?`,
    [hash],
  );
  return row;
}

/** A tenant from before names were compared without case keeps its name until it gets another. */
const renamed = (before: Tenant, after: Tenant): { readonly name_key?: string } =>
  before.name === after.name ? {} : { name_key: tenantNameKey(after.name) };

/** A row of `tenants`. */
interface TenantRow {
  readonly id: string;
  readonly name: string;
  /** SQLite has 0 and 1. */
  readonly enabled: boolean | number;
  readonly settings: string;
  readonly schemas_revision: number;
  readonly created: string;
  readonly last_modified: string;
}

/** A row of `tenants` as a tenant. */
function toTenant(row: TenantRow, schemas: TenantSchemas): Tenant {
  return {
    id: row.id,
    name: row.name,
    enabled: Boolean(row.enabled),
    settings: parseSettings(row.settings),
    schemas,
    created: row.created,
    lastModified: row.last_modified,
  };
}

/** The tenant's row, except for its schemas, which have a table. */
function toTenantRow(tenant: Tenant): Omit<TenantRow, 'schemas_revision'> {
  const differing = Object.entries(tenant.settings).filter(
    ([name, value]) => value !== Object.entries(DEFAULT_TENANT_SETTINGS).find(([known]) => known === name)?.[1],
  );
  return {
    id: tenant.id,
    name: tenant.name,
    enabled: tenant.enabled,
    settings: JSON.stringify(Object.fromEntries(differing)),
    created: tenant.created,
    last_modified: tenant.lastModified,
  };
}

function parseSettings(text: string): TenantSettings {
  const stored: unknown = JSON.parse(text);
  if (!isJsonObject(stored)) return DEFAULT_TENANT_SETTINGS;
  const { groupReplaceAdds, unknownAttributes, rateLimit, externalReference } = stored;
  return {
    groupReplaceAdds: groupReplaceAdds === true,
    unknownAttributes: unknownAttributes === 'refuse' ? 'refuse' : 'ignore',
    rateLimit: typeof rateLimit === 'string' ? rateLimit : DEFAULT_TENANT_SETTINGS.rateLimit,
    ...(typeof externalReference === 'string' && externalReference !== '' ? { externalReference } : {}),
  };
}
