import type { JsonObject } from '../../protocol/json.js';
import type { Answer, TestServer, TestTenant } from './server.fixture.js';

/** The URN that the tests register, in the form that Microsoft has administrators use. */
export const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** Sends a request about a tenant's own schemas to the admin API; `path` is what follows `/schemas`. */
export function sendSchemas(
  server: TestServer,
  { id }: TestTenant,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<Answer> {
  return server.send({
    method,
    path: `/admin/api/tenants/${id}/schemas${path}`,
    token: server.adminToken,
    ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
  });
}

/** Registers a schema with these attributes. */
export function register(
  server: TestServer,
  tenant: TestTenant,
  attributes: readonly JsonObject[],
  { urn = CONTOSO, dropInvalid = false } = {},
): Promise<Answer> {
  const query = dropInvalid ? '?dropInvalid=true' : '';
  return sendSchemas(server, tenant, 'PUT', `/${urn}${query}`, { attributes: [...attributes] });
}

/** A user with something under the URN, which Entra does not list in `schemas`. */
export function userWith(userName: string, extension: JsonObject, urn = CONTOSO): JsonObject {
  return { schemas: [CORE_USER], userName, [urn]: extension };
}

/** A PATCH message. */
export function patchOf(...operations: JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}
