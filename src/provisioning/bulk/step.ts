import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { ScimError } from '../../protocol/scim-error.js';

/** What an operation of a bulk job does, as far as it can be told before those that it refers to are done. */
interface BulkTask {
  readonly type: ResourceTypeName;
  /** As it was sent, with references; empty for `delete`. */
  readonly data: JsonObject;
  /**
   * The data as the operation takes it, once its references are resolved.
   * @throws ScimError 400 for data that a request of its own could not have either.
   */
  readonly accept: (data: JsonObject) => JsonObject;
}

/** Creates a resource. */
export interface BulkCreate extends BulkTask {
  readonly kind: 'create';
  readonly bulkId: string;
}

/** Changes or deletes a resource. */
export interface BulkChange extends BulkTask {
  readonly kind: 'replace' | 'patch' | 'delete';
  /** An id, or a reference such as `bulkId:qwerty`. */
  readonly id: string;
  readonly ifMatch: string | undefined;
}

/** Cannot be done, whatever the other operations do. */
export interface BulkRefusal {
  readonly kind: 'refused';
  /** Of a resource that would have been created. */
  readonly bulkId: string | undefined;
  readonly error: ScimError;
}

/** An operation of a bulk job. */
export type BulkStep = BulkCreate | BulkChange | BulkRefusal;

/** The outcome of an operation. */
export interface BulkOutcome {
  /** That a request of its own would have been answered with. */
  readonly status: number;
  /** The address of the resource, where it is known. */
  readonly location?: string;
  /** The entity tag of the resource afterward. */
  readonly version?: string;
  readonly error?: ScimError;
}
