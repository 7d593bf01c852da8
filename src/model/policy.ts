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
  /** Whether a plan that only creates and updates is applied without a review. */
  readonly autoApprove: boolean;
}

/** The policy that is in force, and the revision of it that plans go by. */
export interface PolicyInForce {
  readonly revision: number;
  readonly policy: SyncPolicy;
}

/** A plan that deactivates and deletes more accounts than this needs a confirmation that names their number. */
export interface Guard {
  readonly number: number;
  /** Of the accounts that the backend has, from 0 to 1; looked at from three lines on. */
  readonly share: number;
}
