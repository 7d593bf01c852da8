import type { RequestListener } from 'node:http';
import type { Logger } from 'pino';
import type { AdminTokens } from '../access/admin-tokens.js';
import type { ActivityRecorder } from '../activity/recorder.js';
import type { Config, Limits } from '../config.js';
import { bulkNames } from '../protocol/bulk/request.js';
import { spelledSchemas } from '../protocol/canonical/schemas-list.js';
import { standardNames, type Normalized } from '../protocol/entra/rules.js';
import type { JsonObject } from '../protocol/json.js';
import { BULK_REQUEST_SCHEMA, PATCH_OP_SCHEMA, SEARCH_REQUEST_SCHEMA } from '../protocol/messages.js';
import { GROUP_SCHEMA } from '../protocol/schemas/group.js';
import { USER_SCHEMA } from '../protocol/schemas/user.js';
import { searchRequestNames } from '../protocol/search-request.js';
import { unavailable } from '../protocol/scim-error.js';
import type { SchemaRegistry } from '../provisioning/schemas/registry.js';
import { scopeOf, type Provisioning } from '../provisioning/scope.js';
import type { Synchronization } from '../sync/synchronization.js';
import type { TokenAuthentication } from '../tenants/authenticate-token.js';
import type { ClientCredentialsGrant } from '../tenants/oauth/grant.js';
import type { Tenancy } from '../tenants/tenants.js';
import { activityOf } from './activity-note.js';
import { adminHandlers, operatorAuthentication } from './admin/handlers.js';
import { createApp, WRONG_TENANT_URL } from './app.js';
import { inOwnName, type Authenticate, type Principal, type RecallPrincipal } from './authentication.js';
import { consoleRoutes } from './console-routes.js';
import { documentRoutes } from './document-routes.js';
import { readDocument } from './documents.js';
import { createMetrics } from './metrics.js';
import { tokenRoutes } from './oauth/token-routes.js';
import type { OnAnswered } from './request-log.js';
import { createOpenApiRouter } from './router/openapi-router.js';
import { noteRules } from './router/operation.js';
import { responseChecker } from './router/response-checking.js';
import { scimHandlers } from './scim/resource-handlers.js';
import type { Traffic } from './traffic/traffic.js';

/** The place in openapi/scim.yaml of the number of operations that a PATCH may have. */
const PATCH_OPERATIONS = ['components', 'schemas', 'PatchRequest', 'properties', 'Operations', 'maxItems'];

/** The URNs that bodies have to name in `schemas`. */
const REQUIRED_SCHEMAS = [
  ...[USER_SCHEMA.id, GROUP_SCHEMA.id],
  ...[PATCH_OP_SCHEMA, SEARCH_REQUEST_SCHEMA, BULK_REQUEST_SCHEMA],
];

/** What the HTTP side is made of. */
export interface HttpParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly provisioning: Provisioning;
  readonly tenancy: Tenancy;
  readonly schemas: SchemaRegistry;
  readonly synchronization: Synchronization;
  readonly authenticateToken: TokenAuthentication['authenticate'];
  readonly recallToken: TokenAuthentication['recall'];
  readonly traffic: Traffic;
  readonly recorder: ActivityRecorder;
  readonly grant: ClientCredentialsGrant;
  /** Whether the server is about to stop, which `/readyz` says to load balancers. */
  readonly isLeaving: () => boolean;
  /** Ends answers that go on until something ends them, when requests under way are waited for. */
  readonly stopping: AbortSignal;
  readonly adminTokens: AdminTokens;
}

/** The operations whose first statement proves a remembered token; writes prove it within their unit of work. */
const PROVING: ReadonlySet<string> = new Set(
  ['User', 'Group'].flatMap((type) => [
    ...['get', 'create', 'replace', 'patch'].map((verb) => verb + type),
    ...['list', 'search'].map((verb) => `${verb}${type}s`),
  ]),
);

const authenticating =
  ({ authenticateToken }: Pick<HttpParts, 'authenticateToken'>): Authenticate =>
  async (secret) => ({ kind: 'tenant', ...(await authenticateToken(secret)) });

function recalling({ recallToken }: Pick<HttpParts, 'recallToken'>): RecallPrincipal {
  return async (secret, operationId) => {
    const remembered = PROVING.has(operationId) ? await recallToken(secret) : undefined;
    return remembered && { kind: 'tenant', ...remembered };
  };
}

/** Creates the HTTP side: the documents that it serves, with their handlers, authentication and limits. */
export async function createHttp(parts: HttpParts): Promise<RequestListener> {
  const { config, logger, provisioning, tenancy, schemas, synchronization, traffic, recorder, adminTokens } = parts;
  const scim = readDocument('scim', [{ path: PATCH_OPERATIONS, value: config.limits.patchOperations }]);
  const admin = readDocument('admin');
  const checkResponse = responseChecker(config.validateResponses, logger);
  const { limits, compression: compresses } = config;
  const authenticateOperator = traffic.authenticating(operatorAuthentication(config.adminToken, adminTokens));
  const metrics = createMetrics(authenticateOperator);
  metrics.watchMemory(() => traffic.room.total);
  metrics.watchActivity(() => recorder.state());
  metrics.watchStorage(() => provisioning.storage.state());
  metrics.watchAlerts(() => provisioning.storage.alerts.counts());
  traffic.observe(metrics.refused);
  const authenticate = traffic.authenticating(authenticating(parts));
  return createApp({
    logger,
    metrics,
    onAnswered: recording(parts),
    ping: () => ready(parts),
    documents: documentRoutes([scim, admin, readDocument('backend')], config.publicUrl),
    oauth: tokenRoutes(parts),
    console: consoleRoutes({ ...parts, storage: provisioning.storage, authenticate }),
    scim: await createOpenApiRouter({
      document: scim,
      mediaType: 'application/scim+json',
      handlers: scimHandlers(provisioning),
      wrongBase: WRONG_TENANT_URL,
      authenticate,
      recall: recalling(parts),
      ...{ enter: traffic.enter, turns: traffic.turns, compresses },
      prepareBody: (operationId, sent, principal, notes) => {
        if (operationId === 'bulk') return spelledSchemas(bulkNames(sent, limits.bulkOperations), REQUIRED_SCHEMAS);
        if (operationId.startsWith('search')) return spelledSchemas(searchRequestNames(sent), REQUIRED_SCHEMAS);
        const { message, rules } = resourceNames(operationId, sent, principal, provisioning.rules);
        noteRules(notes, rules);
        notes.body ??= message;
        return spelledSchemas(message, REQUIRED_SCHEMAS);
      },
      bodyLimit: (operationId) => scimBodyLimit(operationId, limits),
      // The data of a bulk operation is three levels down, and may be as deep as the body of a separate request.
      jsonDepth: (operationId) => limits.jsonDepth + (operationId === 'bulk' ? 3 : 0),
      checkResponse,
    }),
    admin: await createOpenApiRouter({
      document: admin,
      mediaType: 'application/json',
      handlers: adminHandlers(tenancy, schemas, synchronization, provisioning.storage, adminTokens),
      wrongBase:
        'There is nothing at this address; /docs lists the addresses of the admin API, which begin with /admin/api.',
      authenticate: authenticateOperator,
      ...{ enter: traffic.enter, turns: traffic.turns, compresses },
      prepareBody: (_operationId, sent, principal) => inOwnName(sent, principal),
      bodyLimit: () => ({ bytes: limits.body, advice: 'Send less.' }),
      jsonDepth: () => limits.jsonDepth,
      checkResponse,
    }),
  });
}

/** @throws ScimError 503 where the database does not answer, or the server is about to stop */
async function ready({ provisioning, isLeaving }: Pick<HttpParts, 'provisioning' | 'isLeaving'>): Promise<void> {
  if (isLeaving()) throw unavailable('This server is about to stop; send requests to another one.', 5);
  await provisioning.storage.ping();
}

/** Tells the activity log of each request. */
const recording =
  ({ recorder, traffic }: Pick<HttpParts, 'recorder' | 'traffic'>): OnAnswered =>
  (answered) => {
    const entry = activityOf({ ...answered, address: () => traffic.addressOf(answered.request) });
    if (entry !== undefined) recorder.record(entry);
  };

function scimBodyLimit(operationId: string, limits: Limits): { bytes: number; advice: string } {
  if (operationId === 'bulk') {
    return { bytes: limits.bulkBody, advice: 'That is the maxPayloadSize; send the operations in several requests.' };
  }
  return operationId.endsWith('Group')
    ? { bytes: limits.groupBody, advice: 'Send the members in several PATCH requests.' }
    : { bytes: limits.body, advice: 'Send less at a time.' };
}

/** Attribute names in any case, and wherever they stand, become the schemas' own before a body is validated. */
function resourceNames(
  operationId: string,
  body: JsonObject,
  principal: Principal,
  rules: Provisioning['rules'],
): Normalized {
  if (principal.kind !== 'tenant') return { message: body, rules: [] };
  return standardNames(body, scopeOf(principal.tenant).types[operationId.endsWith('Group') ? 'Group' : 'User'], rules);
}
