import type { Tenant } from '../model/tenant.js';
import type { SchemaRegistration, TenantSchemas } from '../model/tenant-schemas.js';
import type { TokenProof } from '../model/token.js';
import { typesWith, type ResourceTypes } from '../protocol/custom-schema/definition.js';
import type { EntraRule } from '../protocol/entra/rule.js';
import type { FilterLimits } from '../protocol/filter/tree.js';
import type { JsonObject } from '../protocol/json.js';
import type { Projection } from '../protocol/projection.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { Storage } from '../storage/storage.js';
import type { Effect } from './resources/effect.js';

/** What the use cases stand on. */
export interface Provisioning {
  readonly storage: Storage;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** The Tenant URL, without a trailing slash: `meta.location` and `$ref` begin with it. */
  readonly baseUrl: string;
  /** What is accepted from Entra besides the RFC; ENTRA_RULES unless given. Only tests leave any out. */
  readonly rules?: readonly EntraRule[];
  readonly limits: {
    readonly filter: FilterLimits;
    readonly patchOperations: number;
    /** Operations of a bulk request, and bytes of its body. */
    readonly bulkOperations: number;
    readonly bulkBody: number;
    readonly defaultPage: number;
    readonly maxPage: number;
    /** Bytes of a page. */
    readonly pageBytes: number;
  };
}

/** The tenant on whose behalf a request is processed, with the resource types as that tenant knows them. */
export interface TenantScope {
  readonly tenant: Tenant;
  /** What resources are read and written by, with the schemas that are being registered. */
  readonly types: ResourceTypes;
  /** What resources are searched and described by: those of `types` that every staged resource conforms to. */
  readonly settledTypes: ResourceTypes;
  /** The schemas that staged resources may not conform to yet. */
  readonly registering: readonly SchemaRegistration[];
  /** What the request's first statement proves, where its token was remembered. */
  readonly proof?: TokenProof;
  /**
   * Waits, where the request is a large one, until everything else that has arrived has had its turn: called between the steps
   * of what may take long. Undefined where nobody waits for the process, and where there is nothing to wait for.
   */
  readonly nextTurn?: () => Promise<void> | undefined;
}

/** Made once for the schemas of a tenant, since lookups in a resource type are prepared once for each object. */
type OfSchemas = Omit<TenantScope, 'tenant' | 'proof' | 'nextTurn'>;
const scopes = new WeakMap<TenantSchemas, OfSchemas>();

/** The scope of a tenant. */
export function scopeOf(tenant: Tenant, proof?: TokenProof): TenantScope {
  let scope = scopes.get(tenant.schemas);
  if (!scope) {
    scope = typesOf(tenant.schemas);
    scopes.set(tenant.schemas, scope);
  }
  return { tenant, ...scope, ...(proof === undefined ? {} : { proof }) };
}

function typesOf({ all }: TenantSchemas): OfSchemas {
  const registering = all.map((schema) => schema.registering).filter((registration) => registration !== undefined);
  const settledTypes = typesWith(all.map(({ active }) => active));
  if (registering.length === 0) return { types: settledTypes, settledTypes, registering };
  return {
    types: typesWith(all.map((schema) => schema.registering?.schema ?? schema.active)),
    settledTypes,
    registering,
  };
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
  /** Told what the write has done. */
  readonly onEffect?: ((effect: Effect) => void) | undefined;
  /** Told of each attribute that no schema knows. */
  readonly onUnknown?: ((name: string) => void) | undefined;
}

/** What a change of a resource asks for. */
export interface ChangeRequest extends Omit<WriteRequest, 'projection'> {
  readonly id: string;
  readonly preconditions: Preconditions;
  /** Whether the answer shows a user's groups, so that they are read along. */
  readonly withGroups?: boolean | undefined;
}
