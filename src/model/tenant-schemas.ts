import type { CustomSchema } from '../protocol/custom-schema/definition.js';

/** A schema that an administrator registered for one tenant, or is about to. */
export interface TenantSchema {
  /** The definition that reads use; undefined until it has been registered. */
  readonly active: CustomSchema | undefined;
  /** The definition that writes use while staged values are taken over. */
  readonly registering: SchemaRegistration | undefined;
}

/** A registration that has begun, and may have been interrupted. */
export interface SchemaRegistration {
  readonly schema: CustomSchema;
  /** Whether values that do not fit are discarded. */
  readonly dropInvalid: boolean;
  /** Tells this attempt from a later one that takes over. */
  readonly attempt: string;
}

/** A tenant's own schemas at one time. */
export interface TenantSchemas {
  /** Rises with each change; 0 where there never was one. */
  readonly revision: number;
  /** In the order of their URNs. */
  readonly all: readonly TenantSchema[];
}

/** The schemas of a tenant that never had any of its own. */
export const NO_SCHEMAS: TenantSchemas = { revision: 0, all: [] };
