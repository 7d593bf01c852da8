import type { operations, RegisteredSchema, SchemaRegistration, TenantSchemaList } from '../../../generated/admin.js';
import { registeredSchemaJson, registrationJson } from '../../provisioning/schemas/registry.js';
import type { SchemaRegistry } from '../../provisioning/schemas/registry.js';
import type { Handlers } from '../router/operation.js';

/** The operations on custom schemas. */
export type SchemaOperations = Pick<
  operations,
  'listTenantSchemas' | 'getTenantSchema' | 'registerTenantSchema' | 'removeTenantSchema'
>;

/** The handlers of openapi/admin.yaml for custom schemas of tenants. */
export function schemaHandlers(registry: SchemaRegistry): Handlers<SchemaOperations> {
  return {
    listTenantSchemas: async ({ path: { tenantId } }) => {
      const schemas = await registry.list(tenantId);
      return { status: 200, body: { schemas: schemas.map(registeredSchemaJson) } satisfies TenantSchemaList };
    },
    getTenantSchema: async ({ path: { tenantId, urn } }) => {
      return { status: 200, body: registeredSchemaJson(await registry.get(tenantId, urn)) satisfies RegisteredSchema };
    },
    registerTenantSchema: async ({ path: { tenantId, urn }, query: { dropInvalid = false }, json }) => {
      const registration = await registry.register(tenantId, json, { urn, dropInvalid });
      return { status: 200, body: registrationJson(registration) satisfies SchemaRegistration };
    },
    removeTenantSchema: async ({ path: { tenantId, urn } }) => {
      await registry.remove(tenantId, urn);
      return { status: 204 };
    },
  };
}
