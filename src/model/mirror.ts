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

/** Which backend it is: where it is, and who it says that it is. */
export interface BackendIdentity {
  readonly kind: 'file' | 'http';
  /** The folder of a `file` backend as an absolute path, the URL of an `http` backend. */
  readonly address: string;
  /** What the backend calls itself, where it does: then that decides, and the address may change. */
  readonly id?: string;
}

/** To which backend the mirror of a tenant belongs. */
export interface MirrorOwner {
  readonly backend: BackendIdentity;
  /** When it began to belong to it, in fixed-width UTC, and by whom. */
  readonly since: string;
  readonly by: string;
  /** Whether the mirror is being emptied: until that is done, it is nobody's. */
  readonly resetting: boolean;
}

/**
 * Whether two identities are the same backend: the same name where both have one, else the same address. A backend that has
 * lost its name is another one; one that has none yet may take one.
 * @param known the one that was noted
 */
export function isSameBackend(known: BackendIdentity, now: BackendIdentity): boolean {
  if (known.kind !== now.kind) return false;
  return known.id === undefined ? known.address === now.address : known.id === now.id;
}

/** A backend for people, such as `http https://flexwhere.example/provisioning (prod-eu)`. */
export function backendText({ kind, address, id }: BackendIdentity): string {
  return `${kind} ${address}${id === undefined ? '' : ` (${id})`}`;
}
