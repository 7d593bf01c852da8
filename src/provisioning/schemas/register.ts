import type { Tenant } from '../../model/tenant.js';
import type { SchemaRegistration, TenantSchema } from '../../model/tenant-schemas.js';
import type { CustomSchema } from '../../protocol/custom-schema/definition.js';
import { conflict } from '../../protocol/scim-error.js';
import { scopeOf, type Provisioning } from '../scope.js';
import { definitionOf, findSchema, isSettled, plannedSchema, withRegistration } from './plan.js';
import { Offenders, SchemaRefused } from './refused.js';
import { surveyValues } from './survey-values.js';
import { checkAttempt, takeOverValues } from './take-over-values.js';

/** What registering needs. */
export interface SchemaAccess extends Pick<Provisioning, 'storage' | 'now' | 'newId'> {
  /** @throws ScimError 404 */
  readonly findTenant: (tenantId: string) => Promise<Tenant>;
}

/**
 * Registers a schema for a tenant, or registers it again with what may change (see custom-schema-change.ts), in this order:
 * 1. Staged values are surveyed. If some do not fit and are not to be discarded, nothing else happens.
 * 2. The registration begins: from now on writes follow the new definition; earlier writes have finished.
 * 3. Every staged resource is taken over, a piece at a time.
 * 4. The registration ends: from now on searches and discovery follow the definition.
 * If it is interrupted at any point, it can be repeated, even with another definition.
 * @returns the values that were discarded
 * @throws ScimError 400, 404, 409; SchemaRefused that lists values which do not fit
 */
export async function registerSchema(
  access: SchemaAccess,
  tenantId: string,
  given: CustomSchema,
  dropInvalid: boolean,
): Promise<Offenders> {
  const tenant = await access.findTenant(tenantId);
  const registration = { schema: plannedSchema(tenant.schemas, given), dropInvalid, attempt: access.newId() };
  if (isSettled(tenant.schemas, registration.schema)) return new Offenders();
  if (!dropInvalid) await survey(access, tenant, registration);
  const begun = await begin(access, tenantId, given, registration);
  try {
    const dropped = await takeOverValues(access, { registration: begun, tenant: () => access.findTenant(tenantId) });
    await finish(access, tenantId, begun, () => ({ active: begun.schema, registering: undefined }));
    return dropped;
  } catch (error) {
    if (error instanceof SchemaRefused) await finish(access, tenantId, begun, backToBefore);
    throw error;
  }
}

/** What the schema was before the registration began. */
const backToBefore = ({ active }: TenantSchema): TenantSchema => ({ active, registering: undefined });

async function survey({ storage }: SchemaAccess, tenant: Tenant, registration: SchemaRegistration): Promise<void> {
  const { schema } = registration;
  const { types } = scopeOf({ ...tenant, schemas: withRegistration(tenant.schemas, registration) });
  const offenders = await surveyValues(storage, tenant.id, schema, types[schema.resourceType]);
  if (offenders.count > 0) throw new SchemaRefused(schema.id, offenders);
}

/** Planned afresh, since the tenant's schemas may have changed while values were surveyed. */
async function begin(
  access: SchemaAccess,
  tenantId: string,
  given: CustomSchema,
  registration: SchemaRegistration,
): Promise<SchemaRegistration> {
  let begun = registration;
  await changeSchema(access, tenantId, given.id, ({ schemas }) => {
    begun = { ...registration, schema: plannedSchema(schemas, given) };
    return { active: findSchema(schemas, given.id)?.active, registering: begun };
  });
  return begun;
}

async function finish(
  access: SchemaAccess,
  tenantId: string,
  begun: SchemaRegistration,
  outcome: (schema: TenantSchema) => TenantSchema,
): Promise<void> {
  await changeSchema(access, tenantId, begun.schema.id, (tenant) => {
    checkAttempt(tenant, begun);
    return outcome(findSchema(tenant.schemas, begun.schema.id) ?? { active: undefined, registering: begun });
  });
}

/**
 * Changes a schema of the tenant, or removes it, from what it is at that moment.
 * @param change may be called again
 * @throws ScimError 404 for an unknown tenant, 409 if resources have values of a schema that is to be removed
 */
export async function changeSchema(
  { storage, findTenant }: SchemaAccess,
  tenantId: string,
  urn: string,
  change: (tenant: Tenant) => TenantSchema | undefined,
): Promise<void> {
  for (;;) {
    const tenant = await findTenant(tenantId);
    const outcome = await storage.tenants.changeSchema(tenantId, tenant.schemas.revision, urn, change(tenant));
    if (outcome === 'done') return;
    if (outcome === 'used') throw await inUse(storage, tenant, urn);
  }
}

async function inUse(storage: Provisioning['storage'], { id, schemas }: Tenant, urn: string): Promise<Error> {
  const found = findSchema(schemas, urn);
  const type = found === undefined ? 'User' : definitionOf(found).resourceType;
  const count = await storage.directory(id).countWith(type, urn);
  const resources = type === 'User' ? 'user' : 'group';
  const used = count === 1 ? `1 ${resources} has` : `${count} ${resources}s have`;
  return conflict(`${used} values under ${urn}, so that it cannot be removed. Remove the values first.`);
}
