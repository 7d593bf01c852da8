import type { Tenancy } from '../tenants/tenants.js';
import { allTenants } from './tenant/list.js';

const NAME = 'demo';
const LABEL = 'make start';

/**
 * Issues a new secret token for the tenant `demo` and revokes those of earlier starts; creates the tenant if it does not
 * exist.
 * @returns the secret token
 */
export async function demoToken(tenancy: Tenancy): Promise<string> {
  const demo = (await allTenants(tenancy)).find(({ name }) => name === NAME);
  const { secret } =
    demo === undefined ? await tenancy.createTenant(NAME, LABEL) : await tenancy.rotateToken(demo.id, LABEL);
  return secret;
}
