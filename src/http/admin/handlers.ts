import { createHash, timingSafeEqual } from 'node:crypto';
import type {
  CreatedTenant,
  IssuedToken,
  operations,
  Tenant,
  TenantList,
  TokenList,
} from '../../../generated/admin.js';
import { unauthorized } from '../../protocol/scim-error.js';
import type { SchemaRegistry } from '../../provisioning/schemas/registry.js';
import type { Storage } from '../../storage/storage.js';
import type { Synchronization } from '../../sync/synchronization.js';
import { createdTenantJson, issuedTokenJson, tenantJson, tokenJson } from '../../tenants/tenant-json.js';
import type { Tenancy } from '../../tenants/tenants.js';
import type { AdminTokens } from '../../access/admin-tokens.js';
import type { Authenticate } from '../authentication.js';
import type { Handlers } from '../router/operation.js';
import { adminTokenHandlers, type AdminTokenOperations } from './admin-token-handlers.js';
import { activityHandlers, type ActivityOperations } from './activity-handlers.js';
import { alertHandlers, type AlertOperations } from './alert-handlers.js';
import { syncHoldHandlers, type HoldOperations, syncPolicyHandlers, type PolicyOperations } from './hold-handlers.js';
import { syncMirrorHandlers, type MirrorOperations } from './mirror-handlers.js';
import { syncPlanHandlers, type PlanOperations } from './plan-handlers.js';
import { syncRunHandlers, type RunOperations } from './run-handlers.js';
import { oauthClientHandlers, type OAuthClientOperations } from './oauth-client-handlers.js';
import { setupLinkHandlers, type SetupLinkOperations } from './setup-link-handlers.js';
import { schemaHandlers, type SchemaOperations } from './schema-handlers.js';

/** No cache may store an answer that contains a secret token (RFC 6749 §5.1). */
const NO_STORE = { 'Cache-Control': 'no-store' };

/** The handlers of openapi/admin.yaml. */
export function adminHandlers(
  tenancy: Tenancy,
  registry: SchemaRegistry,
  synchronization: Synchronization,
  storage: Storage,
  adminTokens: AdminTokens,
): Handlers<operations> {
  return {
    ...adminTokenHandlers(adminTokens),
    ...tenancyHandlers(tenancy),
    ...setupLinkHandlers(tenancy),
    ...oauthClientHandlers(tenancy),
    ...schemaHandlers(registry),
    ...syncHandlers(synchronization),
    ...activityHandlers(storage, tenancy),
    ...alertHandlers(storage),
  };
}

function tenancyHandlers(
  tenancy: Tenancy,
): Handlers<
  Omit<
    operations,
    | AdminTokenOperations
    | ActivityOperations
    | AlertOperations
    | SetupLinkOperations
    | OAuthClientOperations
    | keyof SchemaOperations
    | keyof SyncOperations
  >
> {
  return {
    listTenants: async ({ query: { limit, after } }) => {
      const { tenants, next = null } = await tenancy.listTenants({ after, limit });
      return { status: 200, body: { tenants: tenants.map(tenantJson), next } satisfies TenantList };
    },
    createTenant: async ({ body: { name } }) => {
      const created = createdTenantJson(await tenancy.createTenant(name)) satisfies CreatedTenant;
      return { status: 201, headers: NO_STORE, body: created };
    },
    getTenant: async ({ path: { tenantId } }) => {
      return { status: 200, body: tenantJson(await tenancy.getTenant(tenantId)) satisfies Tenant };
    },
    updateTenant: async ({ path: { tenantId }, body }) => {
      return { status: 200, body: tenantJson(await tenancy.changeTenant(tenantId, body)) satisfies Tenant };
    },
    deleteTenant: async ({ path: { tenantId } }) => {
      const { canceledRun } = await tenancy.deleteTenant(tenantId);
      return { status: 204, headers: canceledRun === undefined ? {} : { 'X-Canceled-Run': canceledRun } };
    },
    listTokens: async ({ path: { tenantId } }) => {
      const tokens = await tenancy.listTokens(tenantId);
      return { status: 200, body: { tokens: tokens.map(tokenJson) } satisfies TokenList };
    },
    issueToken: async ({ path: { tenantId }, body }) => {
      const issued = await tenancy.issueToken(tenantId, { ...body, expiresAt: body.expiresAt ?? undefined });
      return { status: 201, headers: NO_STORE, body: issuedTokenJson(issued) satisfies IssuedToken };
    },
    revokeToken: async ({ path: { tenantId, tokenId } }) => {
      await tenancy.revokeToken(tenantId, tokenId);
      return { status: 204 };
    },
  };
}

/**
 * Authenticates operators by the ADMIN_TOKEN, where there is one, or by an admin token that is valid now.
 * Digests are compared, so that the time taken reveals neither the length nor the content of a token. The returned function
 * throws ScimError 401 for any other secret.
 */
export function operatorAuthentication(
  adminToken: string | undefined,
  tokens: Pick<AdminTokens, 'find'>,
): Authenticate {
  const expected = adminToken === undefined || adminToken === '' ? undefined : digestOf(adminToken);
  return async (secret) => {
    if (expected !== undefined && timingSafeEqual(digestOf(secret), expected)) {
      return { kind: 'operator', role: 'admin', name: undefined };
    }
    const token = await tokens.find(secret);
    if (token !== undefined) return { kind: 'operator', role: token.role, name: token.label };
    throw unauthorized(
      'The admin token is not valid: it is mistyped, has expired or was revoked. Send "Authorization: Bearer <admin token>" with the ' +
        'ADMIN_TOKEN of the server, or with a token made by admin-token create.',
      'unknown',
    );
  };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text, 'utf8').digest();

type SyncOperationName = HoldOperations | MirrorOperations | PlanOperations | PolicyOperations | RunOperations;
type SyncOperations = Pick<operations, SyncOperationName>;

/** The handlers of openapi/admin.yaml for the review-and-apply workflow. */
function syncHandlers(sync: Synchronization): Handlers<SyncOperations> {
  return {
    ...syncPlanHandlers(sync),
    ...syncHoldHandlers(sync),
    ...syncRunHandlers(sync),
    ...syncPolicyHandlers(sync),
    ...syncMirrorHandlers(sync),
  };
}
