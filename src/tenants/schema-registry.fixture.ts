import { v7 as newId } from 'uuid';
import { createSchemaRegistry, type SchemaRegistry } from '../provisioning/schemas/registry.js';
import type { TestTenancy } from './tenancy.fixture.js';

/** The use cases of tenants' own schemas on a test's database. */
export function testRegistry({ storage, tenancy, clock }: TestTenancy): SchemaRegistry {
  return createSchemaRegistry({
    storage,
    now: clock.now,
    newId: () => newId(),
    findTenant: (tenantId) => tenancy.getTenant(tenantId),
  });
}
