import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

export interface Member {
  readonly id: string;
  readonly type: ResourceTypeName;
  /** The member's displayName as stored, where it has one. */
  readonly display: string | undefined;
}

export interface GroupOfUser {
  readonly id: string;
  readonly version: number;
  readonly display: string | undefined;
  readonly type: 'direct' | 'indirect';
}
