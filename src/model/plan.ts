import type { BackendIdentity } from './mirror.js';
import type { ResourceLineKind } from './line.js';
import type { MatchBy } from './match.js';

/** How many lines a plan has of each kind, and how many resources need none. */
export type ResourceCounts = Readonly<Record<ResourceLineKind | 'unchanged', number>>;

/** How many lines a plan has, by subject and kind. */
export interface PlanCounts {
  readonly accounts: ResourceCounts;
  readonly groups: ResourceCounts;
  readonly memberships: MembershipCounts;
}

/** How many lines of memberships a plan has; `held` and `waiting` are absent where there are none. */
export interface MembershipCounts {
  readonly add: number;
  readonly remove: number;
  readonly held?: number;
  /** Staged memberships without a line: the backend has not both the group and the member, also after this plan. */
  readonly waiting?: number;
}

const NO_RESOURCES: ResourceCounts = {
  create: 0,
  link: 0,
  update: 0,
  deactivate: 0,
  reactivate: 0,
  delete: 0,
  conflict: 0,
  held: 0,
  unchanged: 0,
};

/** The counts of a plan without lines. */
export const NO_COUNTS: PlanCounts = {
  accounts: NO_RESOURCES,
  groups: NO_RESOURCES,
  memberships: { add: 0, remove: 0 },
};

/** What the backend was asked while a plan was made, to find accounts and groups that it has already. */
export interface PlanMatching {
  /** What it was sent about each; `nothing`: it was not asked. */
  readonly sent: MatchBy | 'nothing';
  /** How many accounts and groups it was asked about. */
  readonly asked: number;
  /** How many it was never told about and was not asked about, since the policy does not allow what it could compare. */
  readonly notAsked: number;
}

/** `making` while its lines are written; then frozen. */
export type PlanState = 'making' | 'open' | 'applying' | 'applied' | 'discarded';

/** A plan without its lines: the exact difference between staging directory and mirror when it was made. */
export interface Plan {
  readonly id: string;
  readonly state: PlanState;
  /** A dateTime in fixed-width UTC. */
  readonly created: string;
  readonly by: string;
  /** Whoever made it came with the ADMIN_TOKEN, which many may have: `by` is what somebody says of themselves. */
  readonly sharedToken?: true;
  /** The policy and its guard said, when it was made, that somebody other than its maker has to apply it. */
  readonly secondPerson?: true;
  readonly policyRevision: number;
  /** How many runs the tenant had when the plan was made; another number by now makes the plan stale. */
  readonly runsBefore: number;
  /** Accounts that the backend had when the plan was made. */
  readonly mirrored: number;
  /** SHA-256 of the lines, in hexadecimal; empty while it is being made. */
  readonly digest: string;
  readonly counts: PlanCounts;
  /** What the backend was asked for it; absent where there was nothing to ask, and for plans made before that was noted. */
  readonly matching?: PlanMatching;
  /** Until when its process is believed to make it: a dateTime, while it is being made. */
  readonly makingUntil?: string;
  /** The run that this plan undoes. */
  readonly undoes?: string;
  /** The backend that it was made against; plans made before that was noted have none. */
  readonly backend?: BackendIdentity;
  /** When its lines were deleted, since it had ended long ago: a dateTime. Its counts and the audit trail are kept. */
  readonly shrunk?: string;
  /** It brings the backend to what the mirror has, instead of to what is staged. */
  readonly repairs?: true;
}
