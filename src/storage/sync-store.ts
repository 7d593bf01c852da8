import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type {
  AuditEntry,
  Hold,
  HoldTarget,
  LineKind,
  LineState,
  MirrorItem,
  Plan,
  PlanCounts,
  PlanLine,
  PlanState,
  Run,
  RunCounts,
  RunRequest,
  RunState,
  StagedItem,
  Subject,
  SyncMembership,
  SyncPolicy,
  TrackedLine,
} from './sync-model.js';

/** Which lines of a plan are wanted; all conditions hold. */
export interface LineSelection {
  readonly subject?: Subject;
  readonly kinds?: readonly LineKind[];
  readonly states?: readonly LineState[];
}

/** Where a page of lines in the order of delivery ends. */
export interface WavePosition {
  readonly wave: number;
  readonly number: number;
}

/** What became of a line. */
export interface LineOutcome {
  readonly number: number;
  readonly state: Extract<LineState, 'applied' | 'skipped' | 'failed'>;
  readonly detail?: string;
}

/** Reads of what concerns one tenant's synchronisation. All pages are in key order, behind `after`, `limit` rows at most. */
export interface SyncReader {
  /** Staged resources of a type in the order of their ids. */
  staged(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly StagedItem[]>;
  stagedByIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, StagedItem>>;
  /** Staged memberships in the order of group and member, without those that are in the mirror as well. */
  membershipsToAdd(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]>;
  /** Mirrored memberships in the same order, without those that are staged as well. */
  membershipsToRemove(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]>;
  /** The mirror of a type in the order of the resource ids. */
  mirrored(type: ResourceTypeName, after: string | undefined, limit: number): Promise<readonly MirrorItem[]>;
  mirroredByIds(type: ResourceTypeName, ids: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>>;
  /** Mirrored accounts that have one of these userNames, by folded userName (foldString). */
  mirroredByNames(foldedNames: readonly string[]): Promise<ReadonlyMap<string, MirrorItem>>;
  /** Those of these memberships that the mirror has. */
  mirroredAmong(memberships: readonly SyncMembership[]): Promise<readonly SyncMembership[]>;
  /** All mirrored memberships, for snapshots. */
  mirroredMemberships(after: SyncMembership | undefined, limit: number): Promise<readonly SyncMembership[]>;
  countMirrored(type: ResourceTypeName): Promise<number>;
  /** The holds on resources, or on memberships of groups, by resource id (of memberships, the group's). */
  holdsOf(subject: Subject, resourceIds: readonly string[]): Promise<readonly Hold[]>;
  /** All holds, in the order of subject, resource and member. */
  holds(after: HoldTarget | undefined, limit: number): Promise<readonly Hold[]>;
  /** The policy with its revision, which rises with each change; undefined for a tenant that has the defaults (revision 0). */
  policy(): Promise<{ readonly revision: number; readonly policy: SyncPolicy } | undefined>;
  findPlan(planId: string): Promise<Plan | undefined>;
  /** The latest first. @param before an id: those older than it */
  plans(before: string | undefined, limit: number): Promise<readonly Plan[]>;
  /** In the order of their numbers, those behind `after` (0: from the first). */
  lines(planId: string, after: number, limit: number, selection?: LineSelection): Promise<readonly TrackedLine[]>;
  /** In the order of delivery: wave, then number. Conflicts and held lines are none that could be delivered. */
  linesToDeliver(
    planId: string,
    after: WavePosition | undefined,
    limit: number,
    states: readonly LineState[],
  ): Promise<readonly TrackedLine[]>;
  /** Lines of accounts or groups by resource id. */
  linesOf(
    planId: string,
    subject: 'account' | 'group',
    resourceIds: readonly string[],
  ): Promise<ReadonlyMap<string, TrackedLine>>;
  findRun(runId: string): Promise<Run | undefined>;
  /** The run that is running or paused. */
  activeRun(): Promise<Run | undefined>;
  countRuns(): Promise<number>;
  /** The latest first. */
  runs(before: string | undefined, limit: number): Promise<readonly Run[]>;
  /** Counts of the lines that can be delivered. */
  runCounts(planId: string): Promise<RunCounts>;
  audit(after: string | undefined, limit: number): Promise<readonly AuditEntry[]>;
}

/** Reads and writes within one unit of work. */
export interface SyncWriter extends SyncReader {
  setPolicy(policy: SyncPolicy): Promise<number>;
  putHold(hold: Hold): Promise<void>;
  removeHold(target: HoldTarget): Promise<boolean>;
  insertPlan(plan: Plan): Promise<void>;
  insertLines(planId: string, lines: readonly PlanLine[]): Promise<void>;
  /** Replaces lines while the plan is being made: what depends on others is known last. */
  replaceLines(planId: string, lines: readonly PlanLine[]): Promise<void>;
  /** Freezes a plan: from `making` to `open`. @throws Error where it is in another state */
  freezePlan(planId: string, frozen: { readonly digest: string; readonly counts: PlanCounts }): Promise<void>;
  /** Moves a plan from one state to another; false where it is not in that one. */
  movePlan(planId: string, from: PlanState, to: PlanState): Promise<boolean>;
  /** Notes who confirmed a line; false where there is no such line that needs it. */
  confirmLine(planId: string, number: number, by: string): Promise<boolean>;
  /** Begins a run, unless the tenant has one that is running or paused: the database's index decides. */
  insertRun(run: Run): Promise<'done' | 'active'>;
  /**
   * Takes or keeps a run for a process: where nobody has it, its lease has run out at `now`, or it is the process's own.
   * @returns whether the process has it, which holds until this unit of work is done at least
   */
  claimRun(runId: string, owner: string, now: string, leaseUntil: string): Promise<boolean>;
  /** Notes what a person wants of a run that is running; false where it is not. */
  askRun(runId: string, asked: RunRequest): Promise<boolean>;
  /**
   * Changes state, detail and finish of a run; gives up the lease where the state is not `running`, and clears what was
   * asked of it.
   */
  moveRun(
    runId: string,
    from: readonly RunState[],
    to: { readonly state: RunState; readonly finished?: string; readonly detail?: string },
  ): Promise<boolean>;
  /** Notes that lines are about to be sent: from now on what the backend has of them is not known until an answer comes. */
  markSent(planId: string, numbers: readonly number[]): Promise<void>;
  /** Notes what became of lines that had come to nothing yet. */
  settleLines(planId: string, outcomes: readonly LineOutcome[]): Promise<void>;
  /** Puts resources into the mirror, or replaces what it has of them; a `missingSince` that it has stays where none is given. */
  putMirror(type: ResourceTypeName, items: readonly MirrorItem[]): Promise<void>;
  /** Removes resources from the mirror, with their memberships. */
  removeMirror(type: ResourceTypeName, resourceIds: readonly string[]): Promise<void>;
  addMirrorMemberships(memberships: readonly SyncMembership[]): Promise<void>;
  removeMirrorMemberships(memberships: readonly SyncMembership[]): Promise<void>;
  appendAudit(entries: readonly AuditEntry[]): Promise<void>;
}

/** The door to what synchronisation keeps; a part of Storage. */
export interface SyncStorage {
  /** Reads, each statement by itself. */
  sync(tenantId: string): SyncReader;
  /** Runs a unit of work, as Storage.write does. @throws ScimError 403 where the tenant no longer exists */
  writeSync<T>(tenantId: string, work: (sync: SyncWriter) => Promise<T>): Promise<T>;
}
