import type { operations } from '../../../generated/admin.js';
import { adminTokenJson, madeAdminTokenJson } from '../../access/admin-token-json.js';
import type { Actor, AdminTokens } from '../../access/admin-tokens.js';
import type { Principal } from '../authentication.js';
import type { Handlers } from '../router/operation.js';

/** The operations on admin tokens. */
export type AdminTokenOperations = 'listAdminTokens' | 'createAdminToken' | 'revokeAdminToken';

/** The handlers for admin tokens: create, list, revoke. */
export function adminTokenHandlers(tokens: AdminTokens): Handlers<Pick<operations, AdminTokenOperations>> {
  return {
    listAdminTokens: async () => {
      return { status: 200, body: { adminTokens: (await tokens.list()).map(adminTokenJson) } };
    },
    createAdminToken: async ({ principal, body: { expiresAt, ...request } }) => {
      const made = await tokens.create({ ...request, expiresAt: expiresAt ?? undefined }, actorOf(principal));
      return { status: 201, headers: { 'Cache-Control': 'no-store' }, body: madeAdminTokenJson(made) };
    },
    revokeAdminToken: async ({ principal, path: { adminTokenId } }) => {
      await tokens.revoke(adminTokenId, actorOf(principal));
      return { status: 204 };
    },
  };
}

/** Who acts; a principal that is no operator has no role, and does not get here. */
const actorOf = (principal: Principal): Actor =>
  principal.kind === 'operator'
    ? { name: principal.name ?? 'ADMIN_TOKEN', role: principal.role }
    : { name: 'nobody', role: 'viewer' };
