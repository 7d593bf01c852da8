import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

/** A direct member of a staged group: a user, or a group. */
export interface Member {
  readonly id: string;
  readonly type: ResourceTypeName;
  /** The member's displayName as stored, if it has one. */
  readonly display: string | undefined;
}

/** A group that a user belongs to: itself (`direct`), or through a group in it (`indirect`). */
export interface GroupOfUser {
  readonly id: string;
  readonly version: number;
  readonly display: string | undefined;
  readonly type: 'direct' | 'indirect';
}
