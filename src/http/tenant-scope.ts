import { scopeOf, type TenantScope } from '../provisioning/scope.js';
import type { Principal } from './authentication.js';

/**
 * The scope of the tenant that sent the request.
 * @param nextTurn see TenantScope
 * @throws Error if the principal has no tenant, which authentication excludes
 */
export function tenantScope(principal: Principal, nextTurn?: TenantScope['nextTurn']): TenantScope {
  if (principal.kind !== 'tenant') throw new Error('an operation of the SCIM document needs a tenant');
  return { ...scopeOf(principal.tenant, principal.proof), ...(nextTurn === undefined ? {} : { nextTurn }) };
}
