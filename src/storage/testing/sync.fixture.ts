import type { AuditEntry } from '../../model/audit.js';
import type { PlanLine } from '../../model/line.js';
import type { MirrorItem } from '../../model/mirror.js';
import { NO_COUNTS, type Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { Run } from '../../model/run.js';
import { CREATED } from './resources.fixture.js';

/** A policy that differs from any default in something. */
export const TEST_POLICY: SyncPolicy = {
  deactivation: 'delete',
  deleteGraceDays: 3,
  attributes: { 'name.givenName': 'firstName' },
  groups: false,
  guard: { number: 7, share: 0.25, blankedValues: 3, blankedShare: 0.5, deletedGroups: 2, groupLossShare: 0.75 },
  matching: 'off',
  autoApprove: true,
  secondPerson: false,
};

/** What the backend has of a user or a group: with that name, which is the resource's id as well unless given. */
export function newMirrorItem(name: string, given: Partial<MirrorItem> = {}): MirrorItem {
  return {
    resourceId: name,
    accountId: undefined,
    stagedVersion: 1,
    policyRevision: 0,
    content: { name, active: true, attributes: {} },
    missingSince: undefined,
    ...given,
  };
}

/** A plan that is being made. */
export function newPlan(id: string, given: Partial<Plan> = {}): Plan {
  return {
    id,
    state: 'making',
    created: CREATED,
    by: 'ada',
    policyRevision: 0,
    runsBefore: 0,
    mirrored: 0,
    digest: '',
    counts: NO_COUNTS,
    ...given,
  };
}

/** A line that creates an account. */
export function newLine(number: number, given: Partial<PlanLine> = {}): PlanLine {
  const name = `user${number}`;
  return {
    number,
    subject: 'account',
    kind: 'create',
    resourceId: name,
    name,
    stagedVersion: 1,
    policyRevision: 0,
    after: { name, active: true, attributes: {} },
    changes: [],
    dependsOn: [],
    wave: 0,
    ...given,
  };
}

/** A run that no process has. */
export function newRun(id: string, given: Partial<Run> = {}): Run {
  return { id, planId: 'p', state: 'running', started: CREATED, by: 'ada', ...given };
}

export function newAuditEntry(id: string, given: Partial<AuditEntry> = {}): AuditEntry {
  return { id, at: CREATED, by: 'ada', action: 'plan.made', detail: { lines: 1 }, ...given };
}
