import type { JsonObject } from '../protocol/json.js';
import type { FilterLimits } from '../protocol/filter/tree.js';
import type { Projection } from '../protocol/projection.js';
import type { ResourceType, ResourceTypeName } from '../protocol/schemas/attribute.js';
import { GROUP, USER } from '../protocol/schemas/resource-types.js';
import type { Storage, Tenant } from '../storage/storage.js';

/** What the use cases stand on. */
export interface Provisioning {
  readonly storage: Storage;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** The Tenant URL, without a trailing slash: `meta.location` and `$ref` begin with it. */
  readonly baseUrl: string;
  readonly limits: {
    readonly filter: FilterLimits;
    readonly patchOperations: number;
    readonly defaultPage: number;
    readonly maxPage: number;
  };
}

/** The tenant on whose behalf a request is worked out, with the resource types as that tenant knows them. */
export interface TenantScope {
  readonly tenant: Tenant;
  readonly types: Readonly<Record<ResourceTypeName, ResourceType>>;
}

/** The scope of a tenant. */
export function scopeOf(tenant: Tenant): TenantScope {
  return { tenant, types: { User: USER, Group: GROUP } };
}

/** What a request says about the resource's version (RFC 7644 §3.14). */
export interface Preconditions {
  readonly ifMatch: string | undefined;
  readonly ifNoneMatch: string | undefined;
}

/** What a write asks for. */
export interface WriteRequest {
  readonly type: ResourceTypeName;
  readonly body: JsonObject;
  readonly projection: Projection;
  /** Told which rules of protocol/entra.ts the request made use of. */
  readonly onRules: (rules: readonly string[]) => void;
}
