import { ALL_SCOPES, type TokenRecord, type TokenScope } from '../../../model/token.js';

/** A row of `tokens`. */
export interface TokenRow {
  readonly id: string;
  readonly tenant_id: string;
  readonly label: string;
  readonly prefix: string | null;
  readonly scopes: string | null;
  /** The OAuth client of an access token. */
  readonly client_id: string | null;
  readonly created: string;
  readonly expires_at: string | null;
  readonly last_used: string | null;
  readonly revoked_at: string | null;
}

/** A row of `tokens` as a token record. */
export function toToken(row: TokenRow): TokenRecord {
  return {
    id: row.id,
    tenantId: row.tenant_id,
    label: row.label,
    prefix: row.prefix ?? undefined,
    scopes: row.scopes === null ? undefined : parseScopes(row.scopes),
    clientId: row.client_id ?? undefined,
    created: row.created,
    expiresAt: row.expires_at ?? undefined,
    lastUsed: row.last_used ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
  };
}

/** A token record as a row of `tokens`. */
export function toTokenRow(token: TokenRecord): TokenRow {
  return {
    id: token.id,
    tenant_id: token.tenantId,
    label: token.label,
    prefix: token.prefix ?? null,
    scopes: token.scopes?.join(' ') ?? null,
    client_id: token.clientId ?? null,
    created: token.created,
    expires_at: token.expiresAt ?? null,
    last_used: token.lastUsed ?? null,
    revoked_at: token.revokedAt ?? null,
  };
}

/** Scopes as they are stored. */
export const parseScopes = (text: string): readonly TokenScope[] => {
  const words = new Set(text.split(' '));
  return ALL_SCOPES.filter((scope) => words.has(scope));
};
