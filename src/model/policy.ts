import type { MatchBy } from './match.js';

/** How the staged resources of one tenant are passed on to the FlexWhere backend. */
export interface SyncPolicy {
  /** What a user that Entra disabled means for the account: deactivated, deleted, or left as it is. */
  readonly deactivation: 'deactivate' | 'delete' | 'ignore';
  /** How many days an account is kept, deactivated, after its user was deleted; 0 deletes it with the next plan. */
  readonly deleteGraceDays: number;
  /** The attributes that are passed on besides userName and active: SCIM path to the name that the backend has for it. */
  readonly attributes: Readonly<Record<string, string>>;
  /** Whether groups and memberships are passed on. */
  readonly groups: boolean;
  readonly guard: Guard;
  /**
   * What may be sent while a plan is made, before anybody has reviewed it, to find accounts and groups that the backend has
   * already: keyed hashes of names, names with external ids and email addresses, or nothing.
   */
  readonly matching: MatchBy | 'off';
  /** Whether a plan that only creates and updates is applied without a review. */
  readonly autoApprove: boolean;
  /** Whether a plan that goes beyond the guard is applied only by somebody other than who made it. */
  readonly secondPerson: boolean;
}

/** The policy that is in force, and the revision of it that plans go by. */
export interface PolicyInForce {
  readonly revision: number;
  readonly policy: SyncPolicy;
}

/** A plan that goes beyond any of these needs a confirmation that names how many people lose access. All shares are from 0 to 1. */
export interface Guard {
  /** More accounts than this are deactivated and deleted. */
  readonly number: number;
  /** More than this share of the accounts in the backend is deactivated and deleted; checked from three accounts on. */
  readonly share: number;
  /** At least this many values are blanked. */
  readonly blankedValues: number;
  /** More than this share of the accounts that have a value of an attribute loses it; checked from three accounts on. */
  readonly blankedShare: number;
  /** At least this many groups are deleted. */
  readonly deletedGroups: number;
  /** A group of ten members or more loses more than this share of them. */
  readonly groupLossShare: number;
}
