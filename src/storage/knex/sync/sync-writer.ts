import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type {
  AuditEntry,
  Hold,
  HoldTarget,
  MirrorItem,
  Plan,
  PlanCounts,
  PlanLine,
  PlanState,
  Run,
  RunRequest,
  RunState,
  SyncMembership,
  SyncPolicy,
} from '../../sync-model.js';
import type { LineOutcome, SyncWriter } from '../../sync-store.js';
import type { Session } from '../database.js';
import { addAudit } from './audit.js';
import { addLines, confirmLine, markSent, replaceLines, settleLines } from './line-writes.js';
import { addMirrorMemberships, putMirror, removeMirror, removeMirrorMemberships } from './mirror-writes.js';
import { addPlan, freezePlan, movePlan } from './plan-writes.js';
import { putHold, removeHold, setPolicy } from './review-writes.js';
import { addRun, askRun, claimRun, moveRun } from './run-writes.js';
import { KnexSyncReader } from './sync-reader.js';
import { TenantReads } from './tenant-reads.js';

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
