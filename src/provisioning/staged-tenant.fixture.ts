import { v7 as newId } from 'uuid';
import type { StoredResource } from '../model/resource.js';
import type { Tenant } from '../model/tenant.js';
import { canonicalNames } from '../protocol/canonical/names.js';
import { DEFAULT_FILTER_LIMITS } from '../protocol/filter/tree.js';
import type { JsonObject, JsonValue } from '../protocol/json.js';
import { parseProjection } from '../protocol/projection.js';
import { USER } from '../protocol/schemas/resource-types.js';
import { notFound } from '../protocol/scim-error.js';
import { SchemasChanged } from '../storage/schemas-changed.js';
import type { Storage } from '../storage/storage.js';
import { addTenant } from '../storage/testing/storage.fixture.js';
import { createResource } from './resources/create.js';
import { patchResource } from './resources/patch.js';
import { resourceOf } from './resources/representation.js';
import { createSchemaRegistry, type SchemaRegistry } from './schemas/registry.js';
import { scopeOf, type Provisioning } from './scope.js';

const WHOLE = parseProjection({}, USER);
const ignore = (): void => undefined;

/** A tenant that users are staged into. */
export class StagedTenant {
  readonly #provisioning: Provisioning;

  constructor(
    readonly storage: Storage,
    readonly id: string,
  ) {
    this.#provisioning = {
      storage,
      now: () => new Date(),
      newId: () => newId(),
      baseUrl: 'https://scim.example.com/scim',
      limits: {
        filter: DEFAULT_FILTER_LIMITS,
        patchOperations: 100,
        bulkOperations: 100,
        bulkBody: 100_000,
        defaultPage: 100,
        maxPage: 1_000,
        pageBytes: 4_194_304,
      },
    };
  }

  /** The tenant as the database has it now. */
  async tenant(): Promise<Tenant> {
    const tenant = await this.storage.tenants.findTenant(this.id);
    if (tenant === undefined) throw notFound('There is no such tenant.');
    return tenant;
  }

  /** The use cases of the tenant's schemas, perhaps on a storage that does something besides. */
  registry(storage: Storage = this.storage): SchemaRegistry {
    return createSchemaRegistry({
      storage,
      now: () => new Date(),
      newId: () => newId(),
      findTenant: () => this.tenant(),
    });
  }

  /** Creates a user, by the schemas that the tenant has now or had before. Returns its id. */
  async create(body: JsonObject, tenant?: Tenant): Promise<string> {
    const scope = scopeOf(tenant ?? (await this.tenant()));
    const named = canonicalNames(body, scope.types.User);
    const request = { type: 'User' as const, body: named, projection: WHOLE, onRules: ignore };
    const { location } = await createResource(this.#provisioning, scope, request);
    return location.slice(location.lastIndexOf('/') + 1);
  }

  /** Creates a user of that name. Returns its id. */
  createUser(userName: string, more: JsonObject = {}): Promise<string> {
    return this.create({ schemas: [USER.schema.id], userName, ...more });
  }

  /** Replaces an attribute of a user. */
  replaceAt(id: string, path: string, value: JsonValue): Promise<StoredResource> {
    return this.patch(id, {
      schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
      Operations: [{ op: 'replace', path, value }],
    });
  }

  /** Patches a user, by the schemas that the tenant has now or had before. */
  async patch(id: string, body: JsonObject, tenant?: Tenant): Promise<StoredResource> {
    const scope = scopeOf(tenant ?? (await this.tenant()));
    const preconditions = { ifMatch: undefined, ifNoneMatch: undefined };
    const named = canonicalNames(body, scope.types.User);
    return patchResource(this.#provisioning, scope, { type: 'User', id, body: named, preconditions, onRules: ignore });
  }

  /** Does something again as long as the tenant's schemas change in between, as a provisioning client does. */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof SchemasChanged)) throw error;
      }
    }
  }

  /** A user as it is stored. */
  async user(id: string): Promise<{ readonly resource: JsonObject; readonly version: number }> {
    const stored = await this.storage.directory(this.id).find('User', id);
    if (stored === undefined) throw new Error(`There is no user ${id}`);
    return { resource: resourceOf(stored), version: stored.version };
  }
}

/** Adds a tenant to stage users into. */
export async function stagedTenant(storage: Storage): Promise<StagedTenant> {
  const id = newId();
  await addTenant(storage, id);
  return new StagedTenant(storage, id);
}
