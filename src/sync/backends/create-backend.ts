import type { TenantStore } from '../../storage/storage.js';
import type { Backend } from '../backend.js';
import { FileBackend } from './file/backend.js';
import { HttpBackend } from './http/backend.js';
import type { HttpSettings } from './http/connection.js';

/** Where synchronized accounts go, as the operator sets it. */
export type BackendSettings =
  { readonly kind: 'file'; readonly exportDir: string } | ({ readonly kind: 'http' } & HttpSettings);

/**
 * The backend of this server.
 * @param tenants where the names of the tenants are
 * @throws Error for a secret that is none of Standard Webhooks
 */
export function createBackend(settings: BackendSettings, tenants: Pick<TenantStore, 'findTenant'>): Backend {
  if (settings.kind === 'file') return new FileBackend(settings.exportDir);
  return new HttpBackend(settings, {}, async (tenantId) => {
    const tenant = await tenants.findTenant(tenantId);
    if (tenant === undefined) return undefined;
    const { externalReference } = tenant.settings;
    return { name: tenant.name, ...(externalReference === undefined ? {} : { externalReference }) };
  });
}
