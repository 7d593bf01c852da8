import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type {
  HoldTarget,
  LineState,
  Subject,
  SyncMembership,
  AuditEntry,
  Hold,
  MirrorItem,
  Plan,
  PlanCounts,
  PlanLine,
  PlanState,
  Run,
  RunRequest,
  RunState,
  SyncPolicy,
} from '../../sync-model.js';
import type { LineSelection, SyncReader, WavePosition, LineOutcome, SyncWriter } from '../../sync-store.js';
import { readAudit, addAudit } from './audit.js';
import {
  countLines,
  readLines,
  readLinesOf,
  readLinesToDeliver,
  addLines,
  confirmLine,
  markSent,
  replaceLines,
  settleLines,
} from './lines.js';
import { readDifferences, readMemberships, readMembershipsAmong, readStaged, readStagedByIds } from './staged.js';
import {
  countMirror,
  readMirror,
  readMirrorByIds,
  readMirrorByNames,
  addMirrorMemberships,
  putMirror,
  removeMirror,
  removeMirrorMemberships,
} from './mirror.js';
import { readPlan, readPlans, addPlan, freezePlan, movePlan } from './plans.js';
import { readHolds, readHoldsOf, readPolicy, putHold, removeHold, setPolicy } from './holds-and-policy.js';
import { countAllRuns, readActiveRun, readRun, readRuns, addRun, askRun, claimRun, moveRun } from './runs.js';
import { TenantReads } from './tenant-reads.js';
import type { Session } from '../connections/database.js';

/** Reads of what concerns one tenant's synchronisation. */
export class KnexSyncReader implements SyncReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  staged(type: ResourceTypeName, after: string | undefined, limit: number) {
    return readStaged(this.#reads, type, after, limit);
  }

  stagedByIds(type: ResourceTypeName, ids: readonly string[]) {
    return readStagedByIds(this.#reads, type, ids);
  }

  membershipsToAdd(after: SyncMembership | undefined, limit: number) {
    return readDifferences(this.#reads, ['memberships', 'mirror_memberships'], after, limit);
  }

  membershipsToRemove(after: SyncMembership | undefined, limit: number) {
    return readDifferences(this.#reads, ['mirror_memberships', 'memberships'], after, limit);
  }

  mirrored(type: ResourceTypeName, after: string | undefined, limit: number) {
    return readMirror(this.#reads, type, after, limit);
  }

  mirroredByIds(type: ResourceTypeName, ids: readonly string[]) {
    return readMirrorByIds(this.#reads, type, ids);
  }

  mirroredByNames(foldedNames: readonly string[]) {
    return readMirrorByNames(this.#reads, foldedNames);
  }

  mirroredMemberships(after: SyncMembership | undefined, limit: number) {
    return readMemberships(this.#reads, 'mirror_memberships', after, limit);
  }

  mirroredAmong(memberships: readonly SyncMembership[]) {
    return readMembershipsAmong(this.#reads, 'mirror_memberships', memberships);
  }

  countMirrored(type: ResourceTypeName) {
    return countMirror(this.#reads, type);
  }

  holdsOf(subject: Subject, resourceIds: readonly string[]) {
    return readHoldsOf(this.#reads, subject, resourceIds);
  }

  holds(after: HoldTarget | undefined, limit: number) {
    return readHolds(this.#reads, after, limit);
  }

  policy() {
    return readPolicy(this.#reads);
  }

  findPlan(planId: string) {
    return readPlan(this.#reads, planId);
  }

  plans(before: string | undefined, limit: number) {
    return readPlans(this.#reads, before, limit);
  }

  lines(planId: string, after: number, limit: number, selection?: LineSelection) {
    return readLines(this.#reads, planId, after, limit, selection);
  }

  linesToDeliver(planId: string, after: WavePosition | undefined, limit: number, states: readonly LineState[]) {
    return readLinesToDeliver(this.#reads, planId, after, limit, states);
  }

  linesOf(planId: string, subject: 'account' | 'group', resourceIds: readonly string[]) {
    return readLinesOf(this.#reads, planId, subject, resourceIds);
  }

  findRun(runId: string) {
    return readRun(this.#reads, runId);
  }

  activeRun() {
    return readActiveRun(this.#reads);
  }

  countRuns() {
    return countAllRuns(this.#reads);
  }

  runs(before: string | undefined, limit: number) {
    return readRuns(this.#reads, before, limit);
  }

  runCounts(planId: string) {
    return countLines(this.#reads, planId);
  }

  audit(after: string | undefined, limit: number) {
    return readAudit(this.#reads, after, limit);
  }
}

/** Reads and writes of what concerns one tenant's synchronisation within one unit of work. */
export class KnexSyncWriter extends KnexSyncReader implements SyncWriter {
  readonly #tenantId: string;
  readonly #session: Session;

  constructor(tenantId: string, session: Session) {
    super(TenantReads.within(tenantId, session));
    this.#tenantId = tenantId;
    this.#session = session;
  }

  setPolicy(policy: SyncPolicy) {
    return setPolicy(this.#session, this.#tenantId, policy);
  }

  putHold(hold: Hold) {
    return putHold(this.#session, this.#tenantId, hold);
  }

  removeHold(target: HoldTarget) {
    return removeHold(this.#session, this.#tenantId, target);
  }

  insertPlan(plan: Plan) {
    return addPlan(this.#session, this.#tenantId, plan);
  }

  insertLines(planId: string, lines: readonly PlanLine[]) {
    return addLines(this.#session, { tenantId: this.#tenantId, planId }, lines);
  }

  replaceLines(planId: string, lines: readonly PlanLine[]) {
    return replaceLines(this.#session, { tenantId: this.#tenantId, planId }, lines);
  }

  freezePlan(planId: string, frozen: { readonly digest: string; readonly counts: PlanCounts }) {
    return freezePlan(this.#session, this.#tenantId, planId, frozen);
  }

  movePlan(planId: string, from: PlanState, to: PlanState) {
    return movePlan(this.#session, this.#tenantId, planId, from, to);
  }

  confirmLine(planId: string, number: number, by: string) {
    return confirmLine(this.#session, { tenantId: this.#tenantId, planId }, number, by);
  }

  insertRun(run: Run) {
    return addRun(this.#session, this.#tenantId, run);
  }

  claimRun(runId: string, owner: string, now: string, leaseUntil: string) {
    return claimRun(this.#session, { tenantId: this.#tenantId, runId }, owner, now, leaseUntil);
  }

  askRun(runId: string, asked: RunRequest) {
    return askRun(this.#session, { tenantId: this.#tenantId, runId }, asked);
  }

  moveRun(
    runId: string,
    from: readonly RunState[],
    to: { readonly state: RunState; readonly finished?: string; readonly detail?: string },
  ) {
    return moveRun(this.#session, { tenantId: this.#tenantId, runId }, from, to);
  }

  markSent(planId: string, numbers: readonly number[]) {
    return markSent(this.#session, { tenantId: this.#tenantId, planId }, numbers);
  }

  settleLines(planId: string, outcomes: readonly LineOutcome[]) {
    return settleLines(this.#session, { tenantId: this.#tenantId, planId }, outcomes);
  }

  putMirror(type: ResourceTypeName, items: readonly MirrorItem[]) {
    return putMirror(this.#session, this.#tenantId, type, items);
  }

  removeMirror(type: ResourceTypeName, resourceIds: readonly string[]) {
    return removeMirror(this.#session, this.#tenantId, type, resourceIds);
  }

  addMirrorMemberships(memberships: readonly SyncMembership[]) {
    return addMirrorMemberships(this.#session, this.#tenantId, memberships);
  }

  removeMirrorMemberships(memberships: readonly SyncMembership[]) {
    return removeMirrorMemberships(this.#session, this.#tenantId, memberships);
  }

  appendAudit(entries: readonly AuditEntry[]) {
    return addAudit(this.#session, this.#tenantId, entries);
  }
}
