import type { SchemaRegistration, TenantSchema, TenantSchemas } from '../../model/tenant-schemas.js';
import { changedSchema } from '../../protocol/custom-schema/change.js';
import { customSchemaJson, type CustomSchema } from '../../protocol/custom-schema/definition.js';
import { checkApart } from '../../protocol/custom-schema/urn.js';
import { conflict } from '../../protocol/scim-error.js';

/** How many schemas of its own a tenant may have. */
export const MOST_SCHEMAS = 50;

/** The definition by which a schema is known: the one that reads go by, as soon as there is one. */
export function definitionOf({ active, registering }: TenantSchema): CustomSchema {
  const schema = active ?? registering?.schema;
  if (schema === undefined) throw new Error('a schema is stored without a definition');
  return schema;
}

/** The tenant's schema with that URN, in any case. */
export function findSchema({ all }: TenantSchemas, urn: string): TenantSchema | undefined {
  const folded = urn.toLowerCase();
  return all.find((schema) => definitionOf(schema).id.toLowerCase() === folded);
}

/**
 * What a definition becomes among the schemas that the tenant has.
 * @throws ScimError 400 `invalidValue` for a URN that cannot be told apart from another, 409 if the definition changes a
 * type, there are too many schemas, or another one is being registered
 */
export function plannedSchema(schemas: TenantSchemas, given: CustomSchema): CustomSchema {
  const before = findSchema(schemas, given.id);
  const others = schemas.all.filter((schema) => schema !== before);
  const unfinished = others.find(({ registering }) => registering !== undefined);
  if (unfinished !== undefined) {
    const urn = definitionOf(unfinished).id;
    throw conflict(`The schema ${urn} is still being registered. Wait, or register it again if that was interrupted.`);
  }
  if (before?.active !== undefined) return changedSchema(before.active, given);
  checkApart(
    given.id,
    others.map((schema) => definitionOf(schema).id),
  );
  if (others.length >= MOST_SCHEMAS) {
    throw conflict(`The tenant has ${MOST_SCHEMAS} schemas, and cannot have more. Remove one that nothing uses.`);
  }
  return given;
}

/** Whether the tenant has exactly that schema, and every staged resource conforms to it. */
export function isSettled(schemas: TenantSchemas, schema: CustomSchema): boolean {
  const found = findSchema(schemas, schema.id);
  if (found?.active === undefined || found.registering !== undefined) return false;
  return JSON.stringify(customSchemaJson(found.active)) === JSON.stringify(customSchemaJson(schema));
}

/** The tenant's schemas with a registration begun. */
export function withRegistration(schemas: TenantSchemas, registering: SchemaRegistration): TenantSchemas {
  const before = findSchema(schemas, registering.schema.id);
  const others = schemas.all.filter((schema) => schema !== before);
  return { ...schemas, all: [...others, { active: before?.active, registering }] };
}
