import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { HoldTarget, LineState, Subject, SyncMembership } from '../../sync-model.js';
import type { LineSelection, SyncReader, WavePosition } from '../../sync-store.js';
import { readAudit } from './audit.js';
import { countLines, readLines, readLinesOf, readLinesToDeliver } from './line-reads.js';
import { readDifferences, readMemberships, readMembershipsAmong } from './membership-differences.js';
import { countMirror, readMirror, readMirrorByIds, readMirrorByNames } from './mirror-reads.js';
import { readPlan, readPlans } from './plan-reads.js';
import { readHolds, readHoldsOf, readPolicy } from './review-reads.js';
import { countAllRuns, readActiveRun, readRun, readRuns } from './run-reads.js';
import { readStaged, readStagedByIds } from './staged-reads.js';
import type { TenantReads } from './tenant-reads.js';

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
