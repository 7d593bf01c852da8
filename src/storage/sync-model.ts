import type { JsonObject, JsonValue } from '../protocol/json.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

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

/** A plan that deactivates and deletes more accounts than this needs a confirmation that names their number. */
export interface Guard {
  readonly number: number;
  /** Of the accounts that the backend has, from 0 to 1; looked at from three lines on. */
  readonly share: number;
}

/** What the backend is told of a user or a group. */
export interface SyncContent {
  /** userName of a user, displayName of a group. */
  readonly name: string;
  /** Always true for groups. */
  readonly active: boolean;
  /** By the backend's names; what is absent has no value. */
  readonly attributes: JsonObject;
}

/** A staged resource as planning reads it. */
export interface StagedItem {
  readonly id: string;
  readonly version: number;
  readonly active: boolean;
  /** JSON text of the resource, see StoredResource. */
  readonly document: string;
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

export interface SyncMembership {
  readonly groupId: string;
  readonly memberId: string;
}

export type Subject = 'account' | 'group' | 'membership';

/** What is to be held: a user's account, a group, or one membership. */
export interface HoldTarget {
  readonly subject: Subject;
  /** The user's or group's id; of a membership, the group's. */
  readonly resourceId: string;
  /** Of a membership only. */
  readonly memberId?: string;
}

/** A resource whose lines are not applied until it is released. */
export interface Hold extends HoldTarget {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** Ends by itself when the staged resource (of a membership, the group) has another version, or another existence (0: not staged). */
  readonly untilVersionMoves?: number;
  /** The run that was undone, where that is why. */
  readonly undoneRun?: string;
}

/** Account and group lines; `add` and `remove` are those of memberships. */
export type LineKind = ResourceLineKind | 'add' | 'remove';
export type ResourceLineKind =
  'create' | 'link' | 'update' | 'deactivate' | 'reactivate' | 'delete' | 'conflict' | 'held';

/** One attribute that differs: userName, displayName, active, or by the backend's name. */
export interface AttributeChange {
  readonly attribute: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** What a backend said when it was asked whether it has a resource already. */
export interface Match {
  readonly accountId: string;
  /** `scimId`: it has stored our id for it; `name`: it has the same userName. */
  readonly by: 'scimId' | 'name';
  /** The SCIM id that the backend has for the account, where it has any. */
  readonly scimId?: string;
  /** For the person who confirms the link; they never decide. */
  readonly hints?: { readonly externalId?: string; readonly email?: string; readonly displayName?: string };
}

/** One line of a frozen plan. */
export interface PlanLine {
  /** From 1, in the order of planning. */
  readonly number: number;
  readonly subject: Subject;
  readonly kind: LineKind;
  /** The user's or group's id; of a membership, the group's. */
  readonly resourceId: string;
  readonly memberId?: string;
  /** For people: userName or displayName; of a membership, the group's. */
  readonly name: string;
  readonly memberName?: string;
  /** The version that the line was made from; 0 where the resource is not staged. Of a membership, the group's. */
  readonly stagedVersion: number;
  readonly policyRevision: number;
  /** The backend's id, where it is known. */
  readonly accountId?: string;
  /** What the backend has, as far as we know; absent for what it does not have. */
  readonly before?: SyncContent;
  /** What the backend is to have; absent where it is to have nothing. */
  readonly after?: SyncContent;
  readonly changes: readonly AttributeChange[];
  /** Why it is a conflict and how to resolve it; why it is held; what cannot be undone. */
  readonly sentence?: string;
  /** What a held or conflicting line would be otherwise. */
  readonly would?: LineKind;
  /** When the grace period of a deleted user ends, and its account is deleted. */
  readonly heldUntil?: string;
  /** Resource ids whose lines have to be applied before this one. */
  readonly dependsOn: readonly string[];
  /** Lines are delivered in the order of their waves; see planWave. */
  readonly wave: number;
  /** Lines with the same one are delivered in one batch that is taken as a whole or not at all. */
  readonly atomicGroup?: string;
  /** What the backend answered that the line goes by. */
  readonly matches?: readonly Match[];
  /** Whether a person has to confirm this line before it is applied: a link by name. */
  readonly needsConfirmation?: true;
}

export type LineState = 'planned' | 'sent' | 'applied' | 'skipped' | 'failed';

/** A line with what has become of it. */
export interface TrackedLine extends PlanLine {
  readonly state: LineState;
  /** Who confirmed it, where it needs that. */
  readonly confirmedBy?: string;
  /** Why it was skipped or failed. */
  readonly detail?: string;
}

/** How many lines a plan has of each kind, and how many resources need none. */
export type ResourceCounts = Readonly<Record<ResourceLineKind | 'unchanged', number>>;

export interface PlanCounts {
  readonly accounts: ResourceCounts;
  readonly groups: ResourceCounts;
  readonly memberships: { readonly add: number; readonly remove: number };
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

/** `making` while its lines are written; then frozen. */
export type PlanState = 'making' | 'open' | 'applying' | 'applied' | 'discarded';

export interface Plan {
  readonly id: string;
  readonly state: PlanState;
  readonly created: string;
  readonly by: string;
  readonly policyRevision: number;
  /** How many runs the tenant had when the plan was made; another number by now makes the plan stale. */
  readonly runsBefore: number;
  /** Accounts that the backend had when the plan was made. */
  readonly mirrored: number;
  /** SHA-256 of the lines, in hexadecimal; empty while it is being made. */
  readonly digest: string;
  readonly counts: PlanCounts;
  /** The run that this plan undoes. */
  readonly undoes?: string;
}

/** `running` also when its process has crashed: then its lease runs out. */
export type RunState = 'running' | 'paused' | 'cancelled' | 'finished';

export interface Run {
  readonly id: string;
  readonly planId: string;
  readonly state: RunState;
  readonly started: string;
  readonly by: string;
  readonly finished?: string;
  /** Why it paused by itself. */
  readonly detail?: string;
  /** Which process works on it, and until when it is believed to without another sign of life. */
  readonly owner?: string;
  readonly leaseUntil?: string;
  /** What a person wants of a run that a process works on; that process settles what was sent, does it, and clears this. */
  readonly asked?: RunRequest;
}

export interface RunRequest {
  readonly to: 'pause' | 'cancel';
  readonly by: string;
}

/** How many lines of a run have come to what. */
export interface RunCounts {
  /** Lines still to be delivered, those sent without an answer included. */
  readonly left: number;
  readonly applied: number;
  readonly skipped: number;
  readonly failed: number;
}

/** An entry of the audit trail. Nothing in it is ever changed. */
export interface AuditEntry {
  /** UUIDv7: the order of the ids is the order in time. */
  readonly id: string;
  readonly at: string;
  readonly by: string;
  /** Such as `plan.made`, `account.held`, `line.confirmed`, `run.started`, `line.applied`. */
  readonly action: string;
  readonly planId?: string;
  readonly runId?: string;
  readonly resourceId?: string;
  readonly detail: JsonObject;
}

/** The subject of a resource's lines. */
export const SUBJECT_OF: Readonly<Record<ResourceTypeName, Exclude<Subject, 'membership'>>> = {
  User: 'account',
  Group: 'group',
};
