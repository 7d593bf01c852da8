import type { ResourceContent } from '../model/resource.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

/** A resource that a tenant does not have yet. */
export interface BulkResource {
  /** UUIDv7 in lower case. */
  readonly id: string;
  readonly type: ResourceTypeName;
  /** When it counts as created: fixed-width UTC with milliseconds. */
  readonly at: string;
  readonly content: ResourceContent;
}

/** A resource that is a member of a group. */
export interface BulkMember {
  readonly id: string;
  readonly type: ResourceTypeName;
}

/**
 * Writes thousands of a tenant's resources at a time, for what no provisioning client sends. Each call is one unit of work: all
 * of it is kept, or nothing, and when the promise resolves, the work is on disk.
 */
export interface BulkWriter {
  /**
   * Stores new resources with version 1, as DirectoryWriter.insert would one by one.
   * @param resources read while earlier ones are being written, and read again when the database asks for another attempt
   * @throws ScimError 409 `uniqueness` if one has a name or a unique value that another resource of the tenant has
   */
  addResources(resources: Iterable<BulkResource>): Promise<void>;
  /** Gives a group that exists members that exist and that it has not got yet. Its version stays. */
  addMembers(groupId: string, members: readonly BulkMember[]): Promise<void>;
  /** Lets the database take note of how much there is by now, so that it plans its statements accordingly. */
  finish(): Promise<void>;
}
