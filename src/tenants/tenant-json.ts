import type { Tenant, TenantSettings } from '../model/tenant.js';
import { ALL_SCOPES, type TokenRecord, type TokenScope } from '../model/token.js';
import type { CreatedTenant } from './tenants.js';
import type { IssuedToken } from './tokens.js';

// Type aliases, since an interface does not count as a JSON object.

/** A tenant as the admin API and the command line show it. */
export type TenantJson = {
  tenantId: string;
  name: string;
  enabled: boolean;
  settings: {
    groupReplaceAdds: boolean;
    unknownAttributes: 'ignore' | 'refuse';
    rateLimit: string;
    externalReference?: string;
  };
  created: string;
  lastModified: string;
};

/** A token as the admin API and the command line show it: nothing of the token itself. */
export type TokenJson = {
  tokenId: string;
  label: string;
  scopes: TokenScope[];
  created: string;
  expiresAt: string | null;
  lastUsed: string | null;
  revokedAt: string | null;
};

/** What is shown once when a tenant is created. */
export type CreatedTenantJson = { tenantId: string; name: string; token: string; tenantUrl: string };

/** What is shown once when a token is issued. */
export type IssuedTokenJson = TokenJson & { token: string };

/** A tenant as JSON. */
export function tenantJson({ id, name, enabled, settings, created, lastModified }: Tenant): TenantJson {
  return { tenantId: id, name, enabled, settings: settingsJson(settings), created, lastModified };
}

/** A token as JSON, without the token itself. */
export function tokenJson({
  id,
  label,
  scopes = ALL_SCOPES,
  created,
  expiresAt,
  lastUsed,
  revokedAt,
}: TokenRecord): TokenJson {
  return {
    tokenId: id,
    label,
    scopes: [...scopes],
    created,
    expiresAt: expiresAt ?? null,
    lastUsed: lastUsed ?? null,
    revokedAt: revokedAt ?? null,
  };
}

/** A created tenant as JSON, with its first secret token. */
export function createdTenantJson({ tenant, secret, tenantUrl }: CreatedTenant): CreatedTenantJson {
  return { tenantId: tenant.id, name: tenant.name, token: secret, tenantUrl };
}

/** An issued token as JSON, with the secret token. */
export function issuedTokenJson({ token, secret }: IssuedToken): IssuedTokenJson {
  return { ...tokenJson(token), token: secret };
}

const settingsJson = ({
  groupReplaceAdds,
  unknownAttributes,
  rateLimit,
  externalReference = '',
}: TenantSettings): TenantJson['settings'] => ({
  groupReplaceAdds,
  unknownAttributes,
  rateLimit,
  ...(externalReference === '' ? {} : { externalReference }),
});
