import { customSchemaJson, parseCustomSchema, type CustomSchema } from '../../protocol/custom-schema/definition.js';
import { isJsonObject, member, type JsonObject } from '../../protocol/json.js';
import type { SchemaRegistration, TenantSchema } from '../storage.js';

/** A row of tenant_schemas, but for the tenant and the URN. */
export interface SchemaRow {
  readonly active: string | null;
  readonly registering: string | null;
}

export function toSchemaRow({ active, registering }: TenantSchema): SchemaRow {
  return {
    active: active === undefined ? null : JSON.stringify(customSchemaJson(active)),
    registering: registering === undefined ? null : JSON.stringify(registrationJson(registering)),
  };
}

export function toTenantSchema({ active, registering }: SchemaRow): TenantSchema {
  return {
    active: active === null ? undefined : parseCustomSchema(parseObject(active)),
    registering: registering === null ? undefined : parseRegistration(parseObject(registering)),
  };
}

function registrationJson({ schema, dropInvalid, attempt }: SchemaRegistration): JsonObject {
  return { schema: customSchemaJson(schema), dropInvalid, attempt };
}

function parseRegistration(json: JsonObject): SchemaRegistration {
  const { dropInvalid, attempt } = json;
  return {
    schema: schemaIn(json),
    dropInvalid: dropInvalid === true,
    attempt: typeof attempt === 'string' ? attempt : '',
  };
}

function schemaIn(json: JsonObject): CustomSchema {
  return parseCustomSchema(member(json, 'schema') ?? null);
}

function parseObject(text: string): JsonObject {
  const value: unknown = JSON.parse(text);
  if (!isJsonObject(value)) throw new Error('A schema is not stored as an object');
  return value;
}
