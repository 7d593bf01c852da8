import type { Express } from 'express';
import type { Logger } from 'pino';
import type { Config } from '../config.js';
import { canonicalNames } from '../protocol/canonical-names.js';
import type { JsonObject } from '../protocol/json.js';
import { searchRequestNames } from '../protocol/search-request.js';
import type { SchemaRegistry } from '../provisioning/schema-registry.js';
import { scopeOf, type Provisioning } from '../provisioning/scope.js';
import type { Tenant } from '../storage/storage.js';
import type { Tenancy } from '../tenants/tenants.js';
import { adminHandlers, operatorAuthentication } from './admin-handlers.js';
import { createApp } from './app.js';
import type { Principal } from './authentication.js';
import { documentRoutes } from './document-routes.js';
import { readDocument } from './documents.js';
import { createOpenApiRouter } from './openapi-router.js';
import { responseChecker } from './response-checking.js';
import { scimHandlers } from './scim-handlers.js';

export interface HttpParts {
  readonly config: Config;
  readonly logger: Logger;
  readonly provisioning: Provisioning;
  readonly tenancy: Tenancy;
  readonly schemas: SchemaRegistry;
  readonly authenticateToken: (secret: string) => Promise<Tenant>;
}

/** Puts the HTTP side together: both documents with their handlers, authentication and limits. */
export async function createHttp(parts: HttpParts): Promise<Express> {
  const { config, logger, provisioning, tenancy, schemas, authenticateToken } = parts;
  const scim = readDocument('scim');
  const admin = readDocument('admin');
  const checkResponse = responseChecker(config.validateResponses, logger);
  const { body, groupBody, jsonDepth } = config.limits;
  return createApp({
    logger,
    ping: () => provisioning.storage.ping(),
    documents: documentRoutes([scim, admin]),
    scim: await createOpenApiRouter({
      document: scim,
      mediaType: 'application/scim+json',
      handlers: scimHandlers(provisioning),
      authenticate: async (secret) => ({ kind: 'tenant', tenant: await authenticateToken(secret) }),
      prepareBody: resourceNames,
      bodyLimit: (operationId) =>
        operationId.endsWith('Group')
          ? { bytes: groupBody, advice: 'Send the members in parts, by several PATCH requests.' }
          : { bytes: body, advice: 'Send less at a time.' },
      jsonDepth,
      checkResponse,
    }),
    admin: await createOpenApiRouter({
      document: admin,
      mediaType: 'application/json',
      handlers: adminHandlers(tenancy, schemas),
      authenticate: operatorAuthentication(config.adminToken),
      prepareBody: (_operationId, sent) => sent,
      bodyLimit: () => ({ bytes: body, advice: 'Send less.' }),
      jsonDepth,
      checkResponse,
    }),
  });
}

/** Attribute names in any case become the schemas' own before a body is validated. */
function resourceNames(operationId: string, body: JsonObject, principal: Principal): JsonObject {
  if (operationId.startsWith('search')) return searchRequestNames(body);
  if (principal.kind !== 'tenant') return body;
  return canonicalNames(body, scopeOf(principal.tenant).types[operationId.endsWith('Group') ? 'Group' : 'User']);
}
