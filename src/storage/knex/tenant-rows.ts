import { isJsonObject } from '../../protocol/json.js';
import type { Tenant, TenantSchemas, TenantSettings, TokenRecord } from '../storage.js';

export interface TenantRow {
  readonly id: string;
  readonly name: string;
  /** SQLite has 0 and 1. */
  readonly enabled: boolean | number;
  readonly settings: string;
  readonly schemas_revision: number;
  readonly created: string;
  readonly last_modified: string;
}

export interface TokenRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly label: string;
  readonly created: string;
  readonly expires_at: string | null;
  readonly last_used: string | null;
  readonly revoked_at: string | null;
}

const DEFAULT_SETTINGS: TenantSettings = { groupReplaceAdds: false };

export function toTenant(row: TenantRow, schemas: TenantSchemas): Tenant {
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

/** The tenant's row, but for its schemas, which have a table. */
export function toTenantRow(tenant: Tenant): Omit<TenantRow, 'schemas_revision'> {
  const differing = Object.entries(tenant.settings).filter(
    ([name, value]) => value !== Object.entries(DEFAULT_SETTINGS).find(([known]) => known === name)?.[1],
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

export function toToken(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    label: row.label,
    created: row.created,
    expiresAt: row.expires_at ?? undefined,
    lastUsed: row.last_used ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

export function toTokenRow(token: TokenRecord): TokenRow {
  return {
    id: token.id,
    tenant_id: token.tenantId,
    label: token.label,
    created: token.created,
    expires_at: token.expiresAt ?? null,
    last_used: token.lastUsed ?? null,
    revoked_at: token.revokedAt ?? null,
  };
}

function parseSettings(text: string): TenantSettings {
  const stored: unknown = JSON.parse(text);
  const groupReplaceAdds = isJsonObject(stored) && stored['groupReplaceAdds'] === true;
  return { ...DEFAULT_SETTINGS, groupReplaceAdds };
}
