import type { Tenancy } from '../tenants/tenants.js';
import { allTenants } from './tenant/list.js';

const NAME = 'demo';
const LABEL = 'make start';

/**
 * Gives the tenant `demo` a new secret token, and revokes those of earlier starts; creates the tenant where there is
 * none. Returns the token.
 */
export async function demoToken(tenancy: Tenancy): Promise<string> {
  const demo = (await allTenants(tenancy)).find(({ name }) => name === NAME);
  const { secret } =
    demo === undefined ? await tenancy.createTenant(NAME, LABEL) : await tenancy.rotateToken(demo.id, LABEL);
  return secret;
}
