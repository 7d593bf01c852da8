import type { JsonObject } from '../protocol/json.js';

/** What the backend is told about a user or a group. */
export interface SyncContent {
  /** userName of a user, displayName of a group. */
  readonly name: string;
  /** Always true for groups. */
  readonly active: boolean;
  /** By the backend's names; what is absent has no value. */
  readonly attributes: JsonObject;
}

/** What the backend last acknowledged of a resource. */
export interface MirrorItem {
  readonly resourceId: string;
  /** The backend's own id, where it told one. */
  readonly accountId: string | undefined;
  readonly stagedVersion: number;
  readonly policyRevision: number;
  readonly content: SyncContent;
  /** When the staged resource was deleted; undefined while it is there. */
  readonly missingSince: string | undefined;
}

/** One membership, by the SCIM ids of the group and of its member, a user or a group. */
export interface SyncMembership {
  readonly groupId: string;
  readonly memberId: string;
}

/** A membership as it is staged. */
export interface StagedMembership extends SyncMembership {
  /** The version of the group that it came with: another one if it was removed and added again. */
  readonly version: number;
}

/** A membership as a key of maps; of an object that has more besides, the membership alone counts. */
export const membershipKey = ({ groupId, memberId }: SyncMembership): string => `${groupId} ${memberId}`;
