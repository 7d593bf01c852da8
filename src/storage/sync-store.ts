import type { Hold, HoldTarget } from '../model/hold.js';
import type {
  AboutLine,
  LineOutcome,
  LineSelection,
  LineState,
  PlanLine,
  TrackedLine,
  WavePosition,
} from '../model/line.js';
import type { MirrorItem, StagedMembership, SyncMembership } from '../model/mirror.js';
import type { Plan, PlanState } from '../model/plan.js';
import type { PolicyInForce, SyncPolicy } from '../model/policy.js';
import type { StagedItem } from '../model/resource.js';
import type { FingerprintPiece } from '../model/reviewing/fingerprint.js';
import type { LineNumbers } from '../model/reviewing/line-numbers.js';
import type { GroupPosition, LineIndex, PlanReview, StoredGroup } from '../model/reviewing/plan-review.js';
import type { Run, RunCounts, RunRequest, RunState } from '../model/run.js';
import type { ResourceSubject, Subject } from '../model/subject.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { AuditReader, AuditWriter, ConfirmedLinkReader, ConfirmedLinkWriter } from './sync-records.js';
import type { MirrorOwnerReader, MirrorOwnerWriter } from './sync-records.js';

/** The staged users and groups, as planning reads them. */
export interface StagedReader {
  /** Staged resources of a type in the order of their ids. */
  page(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly StagedItem[]>;
  /** Those of these ids that are staged, by id. */
  byIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, StagedItem>>;
  /** Staged users that have one of these userNames, by folded userName (foldString). */
  byUserNames(foldedNames: readonly string[]): Promise<ReadonlyMap<string, StagedItem>>;
  /** Those of these memberships that are staged. */
  memberships(memberships: readonly SyncMembership[]): Promise<readonly StagedMembership[]>;
}

/** The mirror: the accounts and groups that the backend has acknowledged. */
export interface MirrorReader {
  /** The mirror of a type in the order of the resource ids. */
  page(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly MirrorItem[]>;
  /** Those of these ids that the mirror has, by resource id. */
  byIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>>;
  /** Mirrored accounts that have one of these userNames, by folded userName (foldString). */
  byNames(foldedNames: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>>;
  /** How many resources of a type the mirror has. */
  count(type: ResourceTypeName): Promise<number>;
}

/** Writes the mirror; only a run does, with what the backend has acknowledged. */
export interface MirrorWriter extends MirrorReader {
  /** Puts resources into the mirror, or replaces what it has of them; a `missingSince` that it has stays where none is given. */
  put(type: ResourceTypeName, items: readonly MirrorItem[]): Promise<void>;
  /** Removes resources from the mirror, with their memberships. */
  remove(type: ResourceTypeName, resourceIds: readonly string[]): Promise<void>;
  /**
   * Removes memberships, then resources, from the mirror, whatever they are.
   * @param most how many rows at most
   * @returns whether there may be more
   */
  clear(most: number): Promise<boolean>;
}

/** The memberships that the backend has acknowledged, and how they differ from those that are staged. */
export interface MirrorMembershipReader {
  /** All mirrored memberships in the order of group and member. */
  page(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]>;
  /** Those of these memberships that the mirror has. */
  among(memberships: readonly SyncMembership[]): Promise<readonly SyncMembership[]>;
  /** Staged memberships in the same order, without those that are in the mirror as well. */
  toAdd(after: SyncMembership | undefined, limit: number): Promise<readonly StagedMembership[]>;
  /** Mirrored memberships in the same order, without those that are staged as well. */
  toRemove(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]>;
  /** How many members the mirror has in each of these groups; a group without any is absent. */
  countsOf(groupIds: readonly string[]): Promise<ReadonlyMap<string, number>>;
}

/** Writes the mirrored memberships; only a run does, with what the backend has acknowledged. */
export interface MirrorMembershipWriter extends MirrorMembershipReader {
  /** Adds memberships; those that the mirror has already stay. */
  add(memberships: readonly SyncMembership[]): Promise<void>;
  /** Removes memberships; those that the mirror does not have are ignored. */
  remove(memberships: readonly SyncMembership[]): Promise<void>;
  /** Gives the memberships of one member to another, whom the mirror does not have yet. */
  hand(fromMemberId: string, toMemberId: string): Promise<void>;
}

/** The resources and memberships whose lines are not applied until they are released. */
export interface HoldReader {
  /** The holds on resources, or on memberships of groups, by resource id (of memberships, the group's). */
  of(subject: Subject, resourceIds: readonly string[]): Promise<readonly Hold[]>;
  /** All holds, in the order of subject, resource and member. */
  page(after: HoldTarget | undefined, limit: number): Promise<readonly Hold[]>;
  /** The holds that keep undone what a run had applied, in the same order. */
  ofUndone(runId: string, after: HoldTarget | undefined, limit: number): Promise<readonly Hold[]>;
}

/** Holds and releases. */
export interface HoldWriter extends HoldReader {
  /** Holds targets, each of them once, or replaces the holds that they have. */
  put(holds: readonly Hold[]): Promise<void>;
  /** Releases targets. @returns the holds that they had */
  remove(targets: readonly HoldTarget[]): Promise<readonly Hold[]>;
}

/** The tenant's policy, if it has one of its own. */
export interface PolicyReader {
  /** The policy with its revision, which rises with each change; undefined for a tenant that has the defaults (revision 0). */
  find(): Promise<PolicyInForce | undefined>;
}

/** Changes the tenant's policy. */
export interface PolicyWriter extends PolicyReader {
  /** Replaces the policy. @returns its new revision */
  set(policy: SyncPolicy): Promise<number>;
}

/** The tenant's plans, without their lines. */
export interface PlanReader {
  find(planId: string): Promise<Plan | undefined>;
  /** The latest first. @param before an id: those older than it */
  latest(before: string | undefined, limit: number): Promise<readonly Plan[]>;
  /** Plans that are being made, the oldest first, whose process has not renewed them until `now`. */
  interrupted(now: string, limit: number): Promise<readonly Plan[]>;
  /** The plan made last of those that were shrunk. */
  latestShrunk(): Promise<Plan | undefined>;
  /**
   * Plans whose lines nobody needs any more, the oldest first: made before a time, and discarded, never finished, overtaken by a
   * run, or applied by a run that had ended by then; and those that were not shrunk to the end.
   * @param before a dateTime in fixed-width UTC
   */
  toShrink(before: string, limit: number): Promise<readonly Plan[]>;
}

/** What is known of a plan when its lines are written. */
export type FrozenPlan = Pick<Plan, 'digest' | 'counts' | 'matching' | 'secondPerson'>;

/** Makes plans, and moves them from state to state. */
export interface PlanWriter extends PlanReader {
  insert(plan: Plan): Promise<void>;
  /** Notes that a plan is still being made, and what is about to be sent to the backend for it; false if it is in another state. */
  keepMaking(planId: string, making: Pick<Plan, 'makingUntil' | 'matching'>): Promise<boolean>;
  /** Freezes a plan: from `making` to `open`. @throws Error if it is in another state */
  freeze(planId: string, frozen: FrozenPlan): Promise<void>;
  /** Moves a plan from one state to another; false if it is not in that one. */
  move(planId: string, from: PlanState, to: PlanState): Promise<boolean>;
  /** Discards all plans that are open or being made. @returns how many */
  discardAll(): Promise<number>;
  /** Notes that the lines of a plan go; false if it is neither applied nor discarded, or that was noted before. */
  shrink(planId: string, at: string): Promise<boolean>;
  /** Deletes so many rows at most of what belongs to a plan that is shrunk. @returns whether there may be more */
  deleteLines(planId: string, rows: number): Promise<boolean>;
}

/** The lines of the tenant's plans. */
export interface LineReader {
  /** In the order of their numbers, those behind `after` (0: from the first). */
  page(planId: string, after: number, limit: number, selection?: LineSelection): Promise<readonly TrackedLine[]>;
  /** The numbers of all lines that are selected. */
  numbers(planId: string, selection: LineSelection): Promise<LineNumbers>;
  /** Those with these numbers, in their order. */
  numbered(planId: string, numbers: readonly number[]): Promise<readonly TrackedLine[]>;
  /** In the order of delivery: wave, then number. Conflicts and held lines are none that could be delivered. */
  toDeliver(
    planId: string,
    after: WavePosition | undefined,
    limit: number,
    states: readonly LineState[],
  ): Promise<readonly TrackedLine[]>;
  /** Lines of accounts or groups by resource id. */
  of(
    planId: string,
    subject: ResourceSubject,
    resourceIds: readonly string[],
  ): Promise<ReadonlyMap<string, TrackedLine>>;
  /** The lines about a user or a group in the plans that are there, those of the latest plan first. @param before the id of a plan */
  about(resourceId: string, before: string | undefined, limit: number): Promise<readonly AboutLine[]>;
  /** Counts of the lines that can be delivered. */
  counts(planId: string): Promise<RunCounts>;
}

/** Writes the lines of a plan that is being made, and then the outcomes of them. */
export interface LineWriter extends LineReader {
  /** Lines that are confirmed already stay so. */
  insert(planId: string, lines: readonly (PlanLine & Pick<TrackedLine, 'confirmedBy'>)[]): Promise<void>;
  /** Replaces lines while the plan is being made: what depends on others is known last. */
  replace(planId: string, lines: readonly PlanLine[]): Promise<void>;
  /** Notes who confirmed a line; false if there is no such line that needs it. */
  confirm(planId: string, number: number, by: string): Promise<boolean>;
  /** Notes that lines are about to be sent: from now on what the backend has of them is not known until an answer comes. */
  markSent(planId: string, numbers: readonly number[]): Promise<void>;
  /** Records the outcomes of lines that had none yet. */
  settle(planId: string, outcomes: readonly LineOutcome[]): Promise<void>;
}

/** What is kept of each plan for those who review it; a plan that an older version made has none until somebody asks. */
export interface ReviewReader {
  find(planId: string): Promise<PlanReview | undefined>;
  /** Lines that make the same change, the largest groups first. */
  groups(planId: string, after: GroupPosition | undefined, limit: number): Promise<readonly StoredGroup[]>;
  /** The lines that the index has under a key, see lineKey. */
  numbers(planId: string, key: string): Promise<LineNumbers>;
  /** The fingerprints of lines in pieces, in the order of their numbers, those behind the piece that begins at `after`. */
  fingerprints(planId: string, after: number, limit: number): Promise<readonly FingerprintPiece[]>;
}

/** Keeps what a plan comes to. */
export interface ReviewWriter extends ReviewReader {
  /** What another process has stored of the same plan meanwhile stays: it is the same. */
  put(planId: string, index: LineIndex): Promise<void>;
}

/** The tenant's runs, of which one at most is running or paused. */
export interface RunReader {
  find(runId: string): Promise<Run | undefined>;
  /** The run that applies a plan or has applied it. */
  ofPlan(planId: string): Promise<Run | undefined>;
  /** The run that is running or paused. */
  active(): Promise<Run | undefined>;
  /** How many runs the tenant has had. */
  count(): Promise<number>;
  /** The latest first. @param before an id: those older than it */
  latest(before: string | undefined, limit: number): Promise<readonly Run[]>;
}

/** Begins runs, gives them to processes, and moves them from state to state. */
export interface RunWriter extends RunReader {
  /** Begins a run, unless the tenant has one that is running or paused: the database's index decides. */
  insert(run: Run): Promise<'done' | 'active'>;
  /**
   * Takes or keeps a run for a process: where nobody has it, its lease has run out at `now`, or it is the process's own.
   * @param now and `leaseUntil` are dateTimes in fixed-width UTC
   * @returns whether the process has it, which holds until this unit of work is done at least
   */
  claim(runId: string, owner: string, now: string, leaseUntil: string): Promise<boolean>;
  /** Notes how many lines of an ended run had which outcome, where an older version has not. */
  keepCounts(runId: string, counts: RunCounts): Promise<void>;
  /** Notes how far a run is that is running. */
  progress(runId: string, counts: RunCounts): Promise<void>;
  /** Notes what a person has asked for of a run that is running; false if it is not. */
  ask(runId: string, asked: RunRequest): Promise<boolean>;
  /**
   * Changes state, detail and finish of a run; gives up the lease where the state is not `running`, and clears what was
   * asked of it.
   * @returns false if the run is in none of the states in `from`
   */
  move(
    runId: string,
    from: readonly RunState[],
    to: Pick<Run, 'state' | 'finished' | 'detail' | 'counts'>,
  ): Promise<boolean>;
}

/** Reads of what concerns one tenant's synchronization. All pages are in key order, behind `after`, `limit` rows at most. */
export interface SyncReader {
  readonly staged: StagedReader;
  readonly mirror: MirrorReader;
  readonly mirrorMemberships: MirrorMembershipReader;
  readonly mirrorOwner: MirrorOwnerReader;
  readonly holds: HoldReader;
  readonly confirmedLinks: ConfirmedLinkReader;
  readonly policy: PolicyReader;
  readonly plans: PlanReader;
  readonly lines: LineReader;
  readonly reviews: ReviewReader;
  readonly runs: RunReader;
  readonly audit: AuditReader;
}

/** Reads and writes within one unit of work. */
export interface SyncWriter extends SyncReader {
  readonly mirror: MirrorWriter;
  readonly mirrorMemberships: MirrorMembershipWriter;
  readonly mirrorOwner: MirrorOwnerWriter;
  readonly holds: HoldWriter;
  readonly confirmedLinks: ConfirmedLinkWriter;
  readonly policy: PolicyWriter;
  readonly plans: PlanWriter;
  readonly lines: LineWriter;
  readonly reviews: ReviewWriter;
  readonly runs: RunWriter;
  readonly audit: AuditWriter;
}

/** The door to what synchronization keeps; a part of Storage. */
export interface SyncStorage {
  /** Reads, each statement by itself. */
  sync(tenantId: string): SyncReader;
  /**
   * Tenants, in the order of their ids, whose run is running while its lease has run out at `now`.
   * @param after an id: those behind it
   */
  tenantsWithInterruptedRun(now: string, after: string, limit: number): Promise<readonly string[]>;
  /** Runs a unit of work, as Storage.write does. @throws ScimError 403 if the tenant no longer exists */
  writeSync<T>(tenantId: string, work: (sync: SyncWriter) => Promise<T>): Promise<T>;
}
