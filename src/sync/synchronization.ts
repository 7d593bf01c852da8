import type { AuditEntry } from '../model/audit.js';
import type { BackendIdentity, MirrorOwner } from '../model/mirror.js';
import type { Hold, HoldTarget } from '../model/hold.js';
import type { TrackedLine, LineSelection } from '../model/line.js';
import type { Plan } from '../model/plan.js';
import type { PolicyInForce } from '../model/policy.js';
import type { GroupPosition, LineGroup, PlanReview } from '../model/reviewing/plan-review.js';
import type { Run, RunCounts } from '../model/run.js';
import type { Difference, PlanComparison } from './comparison/compare.js';
import type { HistoryEntry } from './history/history.js';
import type { KnownPlan } from './history/stale.js';
import type { NamedHold } from './filters.js';
import type { HoldCause, LinesOfPlan } from './holding.js';
import type { PolicyChange } from './policy.js';

/** A run with how far it is. */
export interface RunStatus extends Run {
  readonly counts: RunCounts;
  /** Whether its lease has expired, so that another process may resume it. */
  readonly interrupted: boolean;
  /** When the lines of its plan were deleted: a dateTime. It can no longer be undone. */
  readonly shrunk?: string;
}

/** A run that this process has begun to work on. */
export interface StartedRun {
  readonly run: Run;
  /** Resolves when the run is finished, paused or canceled. It never rejects for a line; for an internal error it does. */
  readonly ended: Promise<RunStatus>;
}

/** To which backend the mirror of a tenant belongs, and which one is set now. */
export interface MirrorStatus {
  /** Undefined as long as no plan was made since backends are noted. */
  readonly owner: MirrorOwner | undefined;
  /** The backend that is set now; without its name where it does not answer. */
  readonly current: BackendIdentity;
  readonly reachable: boolean;
  /** Whether the backend can list what it has, so that it can be compared with the mirror. */
  readonly listing: boolean;
  /** Whether plans can be made and applied. */
  readonly belongs: boolean;
  /** How many accounts and groups the backend has acknowledged. */
  readonly accounts: number;
  readonly groups: number;
}

/** How somebody who makes or applies a plan came in. */
export interface Entered {
  /** With the ADMIN_TOKEN, which many may have. */
  readonly sharedToken?: boolean;
}

/** Who applies a plan, and what that person has confirmed. */
interface ApplyOptions extends Entered {
  readonly by: string;
  /** How many people lose access by the plan, as the person who applies it says: the accounts that it deactivates and deletes. */
  readonly confirm?: number;
  /** The digest of the plan that this person has reviewed. */
  readonly digest?: string;
  /** Told after each batch. */
  readonly onProgress?: (counts: RunCounts) => void;
}

/** Two plans that were compared, once: what differs, and the lines that do. */
interface ComparedPlans {
  readonly comparison: PlanComparison;
  /** Lines that differ in one way, in the order of their numbers; those that are gone are of the other plan. */
  readonly lines: (
    difference: Difference,
    page: { readonly after: number; readonly limit: number },
  ) => Promise<readonly TrackedLine[]>;
}

/** Lines of a plan that a person has read: those that a filter selects (see lineFilter), or all. */
type LinesRead = Pick<LinesOfPlan, 'digest' | 'filter'>;

/**
 * Which holds are to be released: all, those that keep undone what a run had applied (named by that run or by the one that undid
 * it), those of what a plan shows as held, or those that a filter selects (see holdFilter).
 */
export type ReleaseSelection =
  { readonly all: true } | { readonly runId: string } | { readonly planId: string } | { readonly filter: string };

/** A plan that was made; `started` where the tenant's policy approves it without a review and it is being applied. */
interface MadePlan {
  readonly plan: Plan;
  readonly started?: StartedRun;
}

/**
 * The review-and-apply workflow between the staging directory and the FlexWhere backend.
 * Everything throws ScimError 404 for an unknown tenant, plan, run or resource, and 400 `invalidValue` for what cannot be.
 * Planning, applying, resuming and undoing throw AnotherBackend where the mirror belongs to another backend.
 */
export interface Synchronization {
  /** Makes a plan and freezes it. @throws BackendUnavailable if the backend cannot be asked what it has. */
  plan(tenantId: string, by: string, entered?: Entered): Promise<MadePlan>;
  /** The latest first. @param before the id of a plan: those older than it */
  plans(tenantId: string, options?: { before?: string; limit?: number }): Promise<readonly KnownPlan[]>;
  getPlan(tenantId: string, planId: string): Promise<KnownPlan>;
  /** What a plan comes to. @throws ScimError 409 while it is being made */
  review(tenantId: string, planId: string): Promise<PlanReview>;
  /** Why the guard of the policy in force wants the plan confirmed, as parts of a sentence; empty where it does not. */
  guard(tenantId: string, planId: string): Promise<readonly string[]>;
  /** Whether somebody other than its maker has to apply a plan: so says the policy now, or said when the plan was made. */
  secondPerson(tenantId: string, planId: string): Promise<boolean>;
  /** Lines that make the same change, the largest groups first, behind `after`. @throws ScimError 409 while it is being made */
  groups(
    tenantId: string,
    planId: string,
    options?: { after?: GroupPosition; limit?: number },
  ): Promise<readonly LineGroup[]>;
  /**
   * Some lines in the order of their numbers: of each group of lines some, or of those that are selected any.
   * @param options.seed the same seed selects the same lines
   */
  sample(
    tenantId: string,
    planId: string,
    options: LineSelection & { count: number; seed: number },
  ): Promise<readonly TrackedLine[]>;
  /** What a plan has that another one does not have. @throws ScimError 409 while one of them is being made */
  compare(tenantId: string, planId: string, otherId: string): Promise<ComparedPlans>;
  /** Lines in the order of their numbers, behind `after`. */
  lines(
    tenantId: string,
    planId: string,
    options?: LineSelection & { after?: number; limit?: number },
  ): Promise<readonly TrackedLine[]>;
  /** The whole plan as a text in pieces: JSON (one document) or CSV (a header, a row a line). */
  exportPlan(tenantId: string, planId: string, format: 'json' | 'csv'): AsyncIterable<string>;
  /** Discards an open plan. @throws ScimError 409 if it is being applied or was */
  discard(tenantId: string, planId: string, by: string): Promise<void>;
  /** Confirms a link, line by line. @throws ScimError 409 if the line needs no confirmation or the plan is not open */
  confirmLink(tenantId: string, planId: string, number: number, by: string): Promise<void>;
  /** Confirms the links of a plan that a filter selects. @returns how many; @throws ScimError 409, 400 `invalidValue` */
  confirmLinks(tenantId: string, planId: string, lines: LinesRead, by: string): Promise<number>;
  /** @param target a user or group by id, or a user by userName, is looked up with `findTarget` first */
  hold(tenantId: string, target: HoldTarget, cause: HoldCause): Promise<Hold>;
  /**
   * Holds what lines of a plan are about. @returns how many
   * @throws ScimError 409 if the plan has another digest, 400 `invalidValue` for a filter that lines do not have
   */
  holdLines(tenantId: string, planId: string, lines: LinesRead, cause: HoldCause): Promise<number>;
  release(tenantId: string, target: HoldTarget, by: string): Promise<void>;
  /** Releases many holds in units of bounded size. @returns how many; @throws ScimError 400 `invalidValue` */
  releaseMany(tenantId: string, selection: ReleaseSelection, by: string): Promise<number>;
  holds(tenantId: string, options?: { after?: HoldTarget; limit?: number }): Promise<readonly NamedHold[]>;
  /** The account or group that a person names by id or by userName; staged or only mirrored. */
  findTarget(tenantId: string, named: string): Promise<HoldTarget>;
  /**
   * Starts to apply exactly the plan's lines.
   * @throws ConfirmationNeeded if the plan goes beyond the guard and `confirm` does not name how many people lose access
   * @throws SecondPersonNeeded if it goes beyond the guard, and the policy does not let its maker apply it
   * @throws RunActive if the tenant has a run that is running or paused
   * @throws ScimError 409 if the plan is not open, stale or not what its digest says
   */
  apply(tenantId: string, planId: string, options: ApplyOptions): Promise<StartedRun>;
  /** The tenant's active run, or the latest one; undefined where there never was one. */
  status(tenantId: string, runId?: string): Promise<RunStatus | undefined>;
  /** The latest first, each with how many of its lines had which outcome. */
  runs(tenantId: string, options?: { before?: string; limit?: number }): Promise<readonly RunStatus[]>;
  /** Asks the active run to pause; what was sent is settled first. @throws ScimError 409 if no run is running */
  pause(tenantId: string, by: string): Promise<Run>;
  /** Continues a run that is paused or whose process has crashed. @throws RunActive if a process works on it */
  resume(tenantId: string, options: Omit<ApplyOptions, 'confirm'>): Promise<StartedRun>;
  /** Ends the active run: what was sent is settled, the rest is skipped. @throws ScimError 409 if no run is active */
  cancel(tenantId: string, options: Omit<ApplyOptions, 'confirm'>): Promise<StartedRun>;
  /**
   * Ends the active run of a tenant that is about to be erased, as `cancel` does, and waits for that.
   * @returns the run, if there was one
   */
  stopRun(tenantId: string): Promise<string | undefined>;
  /** Makes the inverse plan of a finished or canceled run, to be reviewed and applied like any other. */
  undo(tenantId: string, runId: string, by: string, entered?: Entered): Promise<Plan>;
  mirror(tenantId: string): Promise<MirrorStatus>;
  /**
   * Compares the mirror with what the backend has, and makes a plan that repairs what differs.
   * @throws ScimError 409 if the backend cannot list what it has; RunActive; BackendUnavailable
   */
  verifyMirror(tenantId: string, by: string, entered?: Entered): Promise<Plan>;
  /** Lets the mirror belong to the backend that is set now: the same one has moved. @throws RunActive; BackendUnavailable */
  adoptMirror(tenantId: string, by: string): Promise<MirrorStatus>;
  /** Empties the mirror for the backend that is set now, and discards open plans. @throws RunActive; BackendUnavailable */
  resetMirror(tenantId: string, by: string): Promise<MirrorStatus>;
  policy(tenantId: string): Promise<PolicyInForce>;
  /** Changes what is given and leaves the rest. @throws ScimError 400 `invalidValue` that names the setting */
  setPolicy(tenantId: string, change: PolicyChange, by: string): Promise<PolicyInForce>;
  /** The audit trail, the oldest first, behind `after`. */
  audit(tenantId: string, options?: { after?: string; limit?: number }): Promise<readonly AuditEntry[]>;
  /** The audit trail, the latest first. @param options.before the id of an entry: those before it */
  latestAudit(tenantId: string, options?: { before?: string; limit?: number }): Promise<readonly AuditEntry[]>;
  /** The plan made last of those whose lines are gone: what histories no longer know, they knew of it and of earlier ones. */
  latestShrunk(tenantId: string): Promise<Plan | undefined>;
  /**
   * What a user's account or a group went through, the latest first.
   * @param named as for `findTarget`; also the id of what is gone
   */
  history(
    tenantId: string,
    named: string,
    options?: { before?: string; limit?: number },
  ): Promise<readonly HistoryEntry[]>;
  /** Resumes, in this process, the runs whose leases have run out by now; a server does so again and again. */
  resumeInterrupted(): Promise<readonly StartedRun[]>;
}

/** A plan goes beyond the guard, so that a person has to name how many people lose access. */
export class ConfirmationNeeded extends Error {
  /** @param affected how many accounts the plan deactivates and deletes */
  constructor(
    readonly affected: number,
    message: string,
  ) {
    super(message);
    this.name = 'ConfirmationNeeded';
  }
}

/** A plan goes beyond the guard, and its maker must not apply it: naming the number does not help. */
export class SecondPersonNeeded extends ConfirmationNeeded {
  constructor(affected: number, message: string) {
    super(affected, message);
    this.name = 'SecondPersonNeeded';
  }
}

/** The mirror of the tenant belongs to another backend than the one that is set now. */
export class AnotherBackend extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'AnotherBackend';
  }
}

/** The tenant has a run already. */
export class RunActive extends Error {
  constructor(
    readonly runId: string,
    message: string,
  ) {
    super(message);
    this.name = 'RunActive';
  }
}
