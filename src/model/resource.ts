import type { JsonObject } from '../protocol/json.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { MatchingValue } from '../protocol/search-form.js';
import type { GroupOfUser } from './membership.js';

/** A staged resource as it is stored. */
export interface StoredResource {
  /** UUIDv7 in lower case. */
  readonly id: string;
  readonly type: ResourceTypeName;
  /** 1 when created; one more with each change. */
  readonly version: number;
  /** Fixed-width UTC with milliseconds. */
  readonly created: string;
  readonly lastModified: string;
  /** JSON text of the resource as it is returned, without `id`, `meta`, `groups` and `members`; begins with `{"schemas":`. */
  readonly document: string;
  /** Rises by one when a member of the group changes its name; 0 for users. */
  readonly membersVersion: number;
  /** A user's groups, direct and through other groups, in the order of their ids; only where they were read along. */
  readonly groups?: readonly GroupOfUser[];
}

/** What a create or a change writes besides the document: made by the caller with protocol/search-form.ts. */
export interface ResourceContent {
  readonly document: string;
  readonly search: JsonObject;
  /** Folded; users only. */
  readonly userName?: string;
  /** Folded. */
  readonly displayName?: string;
  /** The displayName as sent, for members, groups and managers. */
  readonly display?: string;
  readonly externalId?: string;
  readonly active?: boolean;
  /** Values in search form that are matched on but have no column: emails.value, manager.value, registered attributes. */
  readonly matchingValues: readonly MatchingValue[];
}

/** A staged resource as planning reads it. */
export interface StagedItem {
  readonly id: string;
  readonly version: number;
  readonly active: boolean;
  /** JSON text of the resource, see StoredResource. */
  readonly document: string;
}

/**
 * What the userNames of the doctor's probes begin with, folded. People of this name are kept out of plans, and the server
 * deletes them some minutes after they were created.
 */
export const PROBE_PREFIX = 'flexwhere-doctor-';

/** Where a probe is. */
export interface Probe {
  readonly tenantId: string;
  readonly id: string;
}

/** Milliseconds after which the server deletes a probe that the doctor has left behind. */
export const PROBE_LEASE = 600_000;
