import { canonicalText } from '../protocol/equality.js';
import type { JsonValue } from '../protocol/json.js';
import type { Match } from './match.js';
import type { SyncContent } from './mirror.js';
import type { ChangeType, Warning } from './reviewing/plan-review.js';
import type { Subject } from './subject.js';

/** Account and group lines; `add` and `remove` are those of memberships. */
export type LineKind = ResourceLineKind | 'add' | 'remove';

/** What a line does to an account or a group; `conflict` and `held` lines are not delivered. */
export type ResourceLineKind =
  'create' | 'link' | 'update' | 'deactivate' | 'reactivate' | 'delete' | 'conflict' | 'held';

/** All kinds; fingerprints depend on their order (comparison/fingerprint.ts). */
export const LINE_KINDS: readonly LineKind[] = [
  ...(['create', 'link', 'update', 'deactivate', 'reactivate', 'delete'] as const),
  ...(['conflict', 'held', 'add', 'remove'] as const),
];

/** One attribute that differs: userName, displayName, active, or by the backend's name. */
export interface AttributeChange {
  readonly attribute: string;
  readonly before: JsonValue;
  readonly after: JsonValue;
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
  /** The version that the line was made from (of a membership, see StagedMembership); 0 for what is not staged. */
  readonly stagedVersion: number;
  /** Of a group, in a plan that undoes: the digest of the staged document, which members of the group do not change. */
  readonly stagedDigest?: string;
  readonly policyRevision: number;
  /** The backend's id, where it is known. */
  readonly accountId?: string;
  /** Of a link of somebody hired again: the SCIM id that the account has had so far, of a user who was deleted. */
  readonly formerId?: string;
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
  /** The answer of the backend that the line relies on. */
  readonly matches?: readonly Match[];
  /** Whether a person has to confirm this line before it is applied: a link by name. */
  readonly needsConfirmation?: true;
}

/** `sent` is a line whose answer has not come yet; `applied`, `skipped` and `failed` lines stay so. */
export type LineState = 'planned' | 'sent' | 'applied' | 'skipped' | 'failed';

/** A line with its state. */
export interface TrackedLine extends PlanLine {
  readonly state: LineState;
  /** Who confirmed it, where it needs that. */
  readonly confirmedBy?: string;
  /** Why it was skipped or failed. */
  readonly detail?: string;
}

/** A line about somebody, and which plan it is of. */
export interface AboutLine {
  readonly planId: string;
  readonly line: TrackedLine;
}

/** Which lines of a plan are wanted; all conditions hold. */
export interface LineSelection {
  readonly subject?: Subject;
  readonly kinds?: readonly LineKind[];
  readonly states?: readonly LineState[];
  /** Lines that change a value of an account or group which the backend has already. */
  readonly change?: ChangeSelection;
  /** Lines with any of these warnings. */
  readonly warnings?: readonly Warning[];
  /** Lines that make the same change: the signature of a group of them. */
  readonly group?: string;
  /** Lines with a userName or displayName that contains this, in any case, or of the user or group with this id. */
  readonly search?: string;
}

/** What a line changes, and how; any attribute, and in any way, where that is absent. */
export interface ChangeSelection {
  readonly attribute?: string;
  readonly types?: readonly ChangeType[];
}

/** Where a page of lines in the order of delivery ends. */
export interface WavePosition {
  readonly wave: number;
  readonly number: number;
}

/** The outcome of a line. */
export interface LineOutcome {
  readonly number: number;
  readonly state: Extract<LineState, 'applied' | 'skipped' | 'failed'>;
  readonly detail?: string;
}

/** What differs, attribute by attribute, in the order of their names; an absent value is null. */
export function differences(
  subject: Subject,
  before: SyncContent | undefined,
  after: SyncContent | undefined,
): readonly AttributeChange[] {
  const [from, to] = [flat(subject, before), flat(subject, after)];
  return [...new Set([...from.keys(), ...to.keys()])]
    .map((attribute) => ({ attribute, before: from.get(attribute) ?? null, after: to.get(attribute) ?? null }))
    .filter((change) => canonicalText(change.before) !== canonicalText(change.after));
}

function flat(subject: Subject, content: SyncContent | undefined): ReadonlyMap<string, JsonValue> {
  if (content === undefined) return new Map();
  return new Map([
    [nameOf(subject), content.name],
    ['active', content.active],
    ...Object.entries(content.attributes).sort(([a], [b]) => (a < b ? -1 : 1)),
  ]);
}

/** What changes call the name of an account or a group. */
export const nameOf = (subject: Subject): string => (subject === 'account' ? 'userName' : 'displayName');
