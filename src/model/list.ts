import type { AttributeReference, FilterNode } from '../protocol/filter/tree.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { StoredResource } from './resource.js';

/** The order of a list (RFC 7644 §3.4.2.3). */
export interface Sort {
  readonly by: AttributeReference;
  readonly descending: boolean;
}

/** Where a page ends: the sort key and the id of its last resource. Opaque to all but storage. */
export interface SortPosition {
  readonly key: string | number | null;
  readonly id: string;
}

/** The resources of one type that a list has: those that match the filter, or all. */
export interface Selection {
  readonly type: ResourceTypeName;
  readonly filter?: FilterNode;
}

/** One page of a list of the staging directory. */
export interface ListQuery extends Selection {
  /** Other types in the same list: in one order, with one total. */
  readonly others?: readonly Selection[];
  /** Resources of a type that lacks the attribute have no value there. */
  readonly sort?: Sort;
  /** How many resources to pass over, from 0. */
  readonly offset: number;
  /** How many to return at most; 0 asks for the total alone. */
  readonly limit: number;
  /** Bytes of stored documents to return at most, but always one resource; unbounded unless given. */
  readonly bytes?: number;
  /** Whether the groups of users are wanted; they may come along. */
  readonly withGroups?: boolean;
  /** Begins behind this position, whatever `offset` says: `next` of a page of the same types, filters and sort. */
  readonly after?: SortPosition;
}

/** A page of a list, with how many resources the whole list has. */
export interface Page {
  readonly total: number;
  readonly resources: readonly StoredResource[];
  /** The sort key of each resource: with its id, the position behind it. */
  readonly keys: readonly SortPosition['key'][];
  /** Where the next page begins; absent on the last one. */
  readonly next?: SortPosition;
}
