import type { Tenant } from '../../model/tenant.js';
import type { TenantSchema } from '../../model/tenant-schemas.js';
import {
  parseCustomSchema,
  type CustomSchema,
  customSchemaJson,
  type CustomSchemaJson,
} from '../../protocol/custom-schema/definition.js';
import type { JsonValue } from '../../protocol/json.js';
import { notFound, type ScimError } from '../../protocol/scim-error.js';
import { definitionOf, findSchema } from './plan.js';
import { type Offenders, offenderJson, type OffenderJson } from './refused.js';
import { changeSchema, registerSchema, type SchemaAccess } from './register.js';

/** A tenant's own schema, and how it stands with it. */
export interface RegisteredSchema {
  readonly schema: CustomSchema;
  /** `registering`: staged values are being taken over, or were until that was interrupted. */
  readonly state: 'active' | 'registering';
  /** How many resources have values under its URN. */
  readonly resources: number;
}

/** A schema just registered. */
export interface Registration extends RegisteredSchema {
  /** The staged values that did not fit and were discarded. */
  readonly dropped: Offenders;
}

/** The use cases of tenants' own schemas. An unknown tenant or schema is ScimError 404 throughout. */
export interface SchemaRegistry {
  /** In the order of their URNs. */
  list(tenantId: string): Promise<readonly RegisteredSchema[]>;
  /** @param urn in any case */
  get(tenantId: string, urn: string): Promise<RegisteredSchema>;
  /**
   * Registers a schema, see register-schema.ts.
   * @param definition in the form of RFC 7643 §7, see custom-schema.ts
   * @throws ScimError 400 for a definition that cannot be, 409 for one that changes a type; SchemaRefused (409) for staged
   * values that do not fit
   */
  register(
    tenantId: string,
    definition: JsonValue,
    options: { readonly urn?: string; readonly dropInvalid: boolean },
  ): Promise<Registration>;
  /** @throws ScimError 409 that says how many resources have values under the URN */
  remove(tenantId: string, urn: string): Promise<CustomSchema>;
}

/** Makes the use cases on a storage. */
export function createSchemaRegistry(access: SchemaAccess): SchemaRegistry {
  const { storage, findTenant } = access;

  async function found(tenantId: string, urn: string): Promise<TenantSchema> {
    return known(await findTenant(tenantId), urn);
  }

  async function described(tenantId: string, schema: TenantSchema): Promise<RegisteredSchema> {
    const definition = definitionOf(schema);
    const resources = await storage.directory(tenantId).countWith(definition.resourceType, definition.id);
    return { schema: definition, state: schema.registering === undefined ? 'active' : 'registering', resources };
  }

  return {
    list: async (tenantId) => {
      const { schemas } = await findTenant(tenantId);
      return Promise.all(schemas.all.map((schema) => described(tenantId, schema)));
    },
    get: async (tenantId, urn) => described(tenantId, await found(tenantId, urn)),
    register: async (tenantId, definition, { urn, dropInvalid }) => {
      await findTenant(tenantId);
      const given = parseCustomSchema(definition, urn);
      const dropped = await registerSchema(access, tenantId, given, dropInvalid);
      return { ...(await described(tenantId, await found(tenantId, given.id))), dropped };
    },
    remove: async (tenantId, urn) => {
      const schema = definitionOf(await found(tenantId, urn));
      await changeSchema(access, tenantId, schema.id, (tenant) => void known(tenant, urn));
      return schema;
    },
  };
}

/** @throws ScimError 404 */
function known({ schemas }: Tenant, urn: string): TenantSchema {
  const schema = findSchema(schemas, urn);
  if (schema === undefined) throw unknownSchema(urn);
  return schema;
}

const unknownSchema = (urn: string): ScimError =>
  notFound(`The tenant has no schema of its own with the URN ${urn.slice(0, 200)}. List its schemas to find it.`);

// Type aliases, since an interface does not count as a JSON object.

/** A tenant's own schema as the admin API and the command line show it. */
export type RegisteredSchemaJson = {
  schema: CustomSchemaJson;
  state: RegisteredSchema['state'];
  resources: number;
};

/** What is shown of a registration. */
export type RegistrationJson = RegisteredSchemaJson & { droppedCount: number; dropped: OffenderJson[] };

/** A registered schema as JSON. */
export function registeredSchemaJson({ schema, state, resources }: RegisteredSchema): RegisteredSchemaJson {
  return { schema: customSchemaJson(schema), state, resources };
}

/** A registration as JSON, with the values that it discarded. */
export function registrationJson(registration: Registration): RegistrationJson {
  const { count, named } = registration.dropped;
  return { ...registeredSchemaJson(registration), droppedCount: count, dropped: named.map(offenderJson) };
}
