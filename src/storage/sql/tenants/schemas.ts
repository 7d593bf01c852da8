import {
  NO_SCHEMAS,
  type TenantSchema,
  type TenantSchemas,
  type SchemaRegistration,
} from '../../../model/tenant-schemas.js';
import { customSchemaJson, parseCustomSchema, type CustomSchema } from '../../../protocol/custom-schema/definition.js';
import { isJsonObject, member, type JsonObject } from '../../../protocol/json.js';
import { SchemasChanged } from '../../schemas-changed.js';
import { hotRows, selectRows, type Database, type Session } from '../connections/database.js';

/** How many attributes are kept in memory; the largest schemas that a tenant may have come to 10,000. */
const KEPT_ATTRIBUTES = 50_000;

interface Kept {
  readonly schemas: TenantSchemas;
  readonly attributes: number;
}

/** The tenants' own schemas: kept in memory by their revision, which comes along with the tenant. */
export class SchemaStore {
  readonly #database: Database;
  /** The least recently used first. */
  readonly #kept = new Map<string, Kept>();
  #attributes = 0;

  constructor(database: Database) {
    this.#database = database;
  }

  /** The schemas of a tenant whose row has that revision, or those of a later one. */
  async find(tenantId: string, revision: number): Promise<TenantSchemas> {
    if (revision === 0) return NO_SCHEMAS;
    const kept = this.#kept.get(tenantId);
    const schemas =
      kept !== undefined && kept.schemas.revision >= revision
        ? kept.schemas
        : await this.#database.lookup((session) => readSchemas(session, tenantId));
    this.#keep(tenantId, schemas);
    return schemas;
  }

  #keep(tenantId: string, schemas: TenantSchemas): void {
    this.#forget(tenantId);
    const attributes = schemas.all.reduce((sum, schema) => sum + countAttributes(schema), 1);
    this.#kept.set(tenantId, { schemas, attributes });
    this.#attributes += attributes;
    for (const [oldest] of this.#kept) {
      if (this.#attributes <= KEPT_ATTRIBUTES) break;
      this.#forget(oldest);
    }
  }

  #forget(tenantId: string): void {
    this.#attributes -= this.#kept.get(tenantId)?.attributes ?? 0;
    this.#kept.delete(tenantId);
  }
}

function countAttributes({ active, registering }: TenantSchema): number {
  const attributes = [...(active?.attributes ?? []), ...(registering?.schema.attributes ?? [])];
  return attributes.reduce((sum, { subAttributes = [] }) => sum + 1 + subAttributes.length, 0);
}

/** Revision and schemas in one statement, so that they belong together. */
async function readSchemas(session: Session, tenantId: string): Promise<TenantSchemas> {
  const sql = `select t.schemas_revision, s.active, s.registering from tenants t
    left join tenant_schemas s on s.tenant_id = t.id where t.id = ? order by s.urn`;
  const rows = await selectRows<SchemaRow & { schemas_revision: number }>(session, sql, [tenantId]);
  const all = rows.filter(({ active, registering }) => active !== null || registering !== null).map(toTenantSchema);
  return { revision: rows[0]?.schemas_revision ?? 0, all };
}

/**
 * Keeps the tenant's schemas as they are until the unit of work is done.
 * @throws SchemasChanged where they have another revision
 */
export async function holdSchemas(session: Session, tenantId: string, revision: number): Promise<void> {
  await lockSchemas(session, tenantId, 'shared');
  const current = await revisionOf(session, tenantId);
  // Without a tenant, what is written fails by itself.
  if (current !== undefined && current !== revision) throw new SchemasChanged();
}

/** Changes a tenant's schema within a unit of work; see TenantStore.changeSchema. */
export async function changeSchema(
  session: Session,
  tenantId: string,
  revision: number,
  urn: string,
  schema: TenantSchema | undefined,
): Promise<'done' | 'stale' | 'used' | 'unknown'> {
  await lockSchemas(session, tenantId, 'exclusive');
  const current = await revisionOf(session, tenantId);
  if (current === undefined) return 'unknown';
  if (current !== revision) return 'stale';
  const key = { tenant_id: tenantId, urn: urn.toLowerCase() };
  if (schema === undefined && (await isUsed(session, tenantId, urn))) return 'used';
  if (schema?.active !== undefined || schema?.registering !== undefined) {
    await session
      .knex('tenant_schemas')
      .insert({ ...key, ...toSchemaRow(schema) })
      .onConflict(Object.keys(key))
      .merge();
  } else {
    await session.knex('tenant_schemas').where(key).del();
  }
  await session
    .knex('tenants')
    .where({ id: tenantId })
    .update({ schemas_revision: revision + 1 });
  return 'done';
}

/**
 * Lets units of work in progress finish before schemas change, and new ones wait for their turn behind the change. On
 * SQLite there is one unit at a time anyway. A lock of the tenant's row would not do: those who share it let in
 * more of their kind for as long as they like.
 */
export async function lockSchemas(session: Session, tenantId: string, mode: 'shared' | 'exclusive'): Promise<void> {
  if (session.dialect === 'sqlite') return;
  const lock = mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock';
  await hotRows(session, `select ${lock}(hashtextextended('schemas ' || ?, 0))`, [tenantId]);
}

/** A statement of its own, behind the lock, so that it sees what was committed before. */
async function revisionOf(session: Session, tenantId: string): Promise<number | undefined> {
  const sql = 'select schemas_revision from tenants where id = ?';
  const [row] = await hotRows<{ schemas_revision: number }>(session, sql, [tenantId]);
  return row?.schemas_revision;
}

/** Whether a resource has something under the URN; protocol/custom-schema.ts says so by presenceOf. */
async function isUsed({ knex }: Session, tenantId: string, urn: string): Promise<boolean> {
  const key = { tenant_id: tenantId, attribute: urn, value: '' };
  const rows = await knex('attribute_values')
    .where(key)
    .whereIn('type', ['User', 'Group'])
    .limit(1)
    .select('resource_id');
  return rows.length > 0;
}

/** A row of tenant_schemas, except for the tenant and the URN. */
interface SchemaRow {
  readonly active: string | null;
  readonly registering: string | null;
}

/** A schema of a tenant as a row of `tenant_schemas`. */
function toSchemaRow({ active, registering }: TenantSchema): SchemaRow {
  return {
    active: active === undefined ? null : JSON.stringify(customSchemaJson(active)),
    registering: registering === undefined ? null : JSON.stringify(registrationJson(registering)),
  };
}

/** A row of `tenant_schemas` as the schema of a tenant. */
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
