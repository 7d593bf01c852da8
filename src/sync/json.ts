import type { AuditEntry } from '../model/audit.js';
import type { BackendIdentity } from '../model/mirror.js';
import type { Hold } from '../model/hold.js';
import type { TrackedLine } from '../model/line.js';
import type { Plan, PlanCounts, PlanMatching, ResourceCounts } from '../model/plan.js';
import type { SyncPolicy } from '../model/policy.js';
import type { PolicyInForce } from '../model/policy.js';
import type { Run, RunCounts, RunRequest } from '../model/run.js';
import type { Subject } from '../model/subject.js';
import type { JsonObject, JsonValue } from '../protocol/json.js';
import type { NamedHold } from './filters.js';
import type { HistoryEntry } from './history/history.js';
import type { KnownPlan } from './history/stale.js';
import type { MirrorStatus, RunStatus } from './synchronization.js';

/** What a plan comes to. */
type CountsJson = {
  counts: Plain<ResourceCounts>;
  groups: Plain<ResourceCounts>;
  memberships: Plain<PlanCounts['memberships']>;
};

/** A plan as the admin API and the command line show it. */
export type PlanJson = CountsJson & {
  planId: string;
  state: Plan['state'];
  created: string;
  by: string;
  policyRevision: number;
  mirrored: number;
  affected: number;
  digest: string;
  undoes: string | null;
  repairs: boolean;
  stale: boolean;
  shrunk?: string;
  backend?: BackendJson;
  matching?: Plain<PlanMatching>;
};

/** What `sync plan` and `sync undo` print for programs. */
export type PlannedJson = { planId: string; digest: string } & CountsJson & {
    matching?: Plain<PlanMatching>;
    runId?: string;
  };

/** A plan as JSON. */
export function planJson(plan: KnownPlan): PlanJson {
  const { id, state, created, by, policyRevision, mirrored, digest, counts, undoes = null } = plan;
  const affected = affectedBy(plan);
  const against = plan.backend === undefined ? {} : { backend: backendJson(plan.backend) };
  return {
    ...{ planId: id, state, created, by, policyRevision, mirrored, affected, digest, ...countsJson(counts), undoes },
    ...{
      stale: plan.overtakenBy !== undefined,
      repairs: plan.repairs === true,
      ...against,
      ...matchingJson(plan),
      ...shrunkJson(plan),
    },
  };
}

/** @param runId the run, where the policy approved the plan and it is being applied */
export function plannedJson(plan: Plan, runId?: string): PlannedJson {
  const { id, digest, counts } = plan;
  return {
    planId: id,
    digest,
    ...countsJson(counts),
    ...matchingJson(plan),
    ...(runId === undefined ? {} : { runId }),
  };
}

const shrunkJson = ({ shrunk }: { readonly shrunk?: string }): { shrunk?: string } =>
  shrunk === undefined ? {} : { shrunk };

const matchingJson = ({ matching }: Plan): { matching?: Plain<PlanMatching> } =>
  matching === undefined ? {} : { matching: { ...matching } };

/** How many accounts a plan deactivates and deletes: the number that a confirmation names. */
export const affectedBy = ({ counts: { accounts } }: Plan): number => accounts.deactivate + accounts.delete;

const countsJson = ({ accounts, groups, memberships: { add, remove, ...left } }: PlanCounts): CountsJson => ({
  counts: countsInOrder(accounts),
  groups: countsInOrder(groups),
  memberships: { add, remove, ...left },
});

const countsInOrder = (counts: ResourceCounts): Plain<ResourceCounts> => ({
  create: counts.create,
  link: counts.link,
  update: counts.update,
  deactivate: counts.deactivate,
  reactivate: counts.reactivate,
  delete: counts.delete,
  conflict: counts.conflict,
  held: counts.held,
  unchanged: counts.unchanged,
});

/** A backend as the admin API and the command line show it. */
export type BackendJson = { kind: BackendIdentity['kind']; address: string; backendId: string | null };

/** A backend as JSON. */
export function backendJson({ kind, address, id }: BackendIdentity): BackendJson {
  return { kind, address, backendId: id ?? null };
}

/** To which backend a mirror belongs, as the admin API and the command line show it. */
export type MirrorJson = {
  belongsTo?: BackendJson;
  since: string | null;
  by: string | null;
  resetting: boolean;
  current: BackendJson;
  reachable: boolean;
  listing: boolean;
  belongs: boolean;
  accounts: number;
  groups: number;
};

/** To which backend a mirror belongs, as JSON. */
export function mirrorJson({
  owner,
  current,
  reachable,
  listing,
  belongs,
  accounts,
  groups,
}: MirrorStatus): MirrorJson {
  return {
    ...(owner === undefined ? {} : { belongsTo: backendJson(owner.backend) }),
    since: owner?.since ?? null,
    by: owner?.by ?? null,
    resetting: owner?.resetting ?? false,
    current: backendJson(current),
    ...{ reachable, listing, belongs, accounts, groups },
  };
}

/** An entry of the audit trail as the admin API and the command line show it. */
export type AuditJson = {
  entryId: string;
  at: string;
  by: string;
  action: string;
  planId: string | null;
  runId: string | null;
  resourceId: string | null;
  detail: JsonObject;
};

/** An entry of the audit trail as JSON. */
export function auditJson({ id, at, by, action, planId, runId, resourceId, detail }: AuditEntry): AuditJson {
  return {
    entryId: id,
    at,
    by,
    action,
    planId: planId ?? null,
    runId: runId ?? null,
    resourceId: resourceId ?? null,
    detail,
  };
}

/** An entry of a history as the admin API and the command line show it. */
export type HistoryJson = AuditJson & { line?: LineJson };

/** An entry of a history as JSON. */
export function historyJson({ line, ...entry }: HistoryEntry): HistoryJson {
  return { ...auditJson(entry), ...(line === undefined ? {} : { line: lineJson(line) }) };
}

/** A hold as the admin API and the command line show it. */
export type HoldJson = {
  subject: Subject;
  resourceId: string;
  memberId: string | null;
  by: string;
  at: string;
  reason: string;
  until: string | null;
  endsWithVersion: number | null;
  undoneRun: string | null;
  ended?: boolean;
  name?: string;
  memberName?: string;
};

/** A hold as JSON, with names where they are known. */
export function holdJson({
  subject,
  resourceId,
  memberId,
  by,
  at,
  reason,
  ...rest
}: Hold & Partial<NamedHold>): HoldJson {
  return {
    subject,
    resourceId,
    memberId: memberId ?? null,
    by,
    at,
    reason,
    until: rest.until ?? null,
    endsWithVersion: rest.untilVersionMoves ?? null,
    undoneRun: rest.undoneRun ?? null,
    ...(rest.ended === undefined ? {} : { ended: rest.ended }),
    ...(rest.name === undefined ? {} : { name: rest.name }),
    ...(rest.memberName === undefined ? {} : { memberName: rest.memberName }),
  };
}

/** A line as the admin API and the command line show it: what does not concern it is absent. */
export type LineJson = Plain<Omit<TrackedLine, 'needsConfirmation'>> & { readonly needsConfirmation: boolean };

/** A line as JSON. */
export function lineJson({ needsConfirmation, ...line }: TrackedLine): LineJson {
  return { ...line, needsConfirmation: needsConfirmation === true };
}

/** A model type as the JSON object that it is: an interface by itself does not count as one. */
export type Plain<T> = T extends JsonValue
  ? T
  : T extends readonly (infer Element)[]
    ? readonly Plain<Element>[]
    : { readonly [Name in keyof T]: Plain<T[Name]> };

/** A policy as the admin API and the command line show it. */
export type PolicyJson = { revision: number } & Plain<SyncPolicy>;

/** A policy with its revision as JSON. */
export const policyJson = ({ revision, policy }: PolicyInForce): PolicyJson => ({ revision, ...policy });

// Type aliases, since an interface does not count as a JSON object.

/** A run as the admin API and the command line show it; which process works on it is not shown. */
export type RunJson = {
  runId: string;
  planId: string;
  state: Run['state'];
  started: string;
  by: string;
  finished: string | null;
  asked: RunRequest['to'] | null;
  detail: string | null;
};

/** A run with how far it is. */
export type RunStatusJson = RunJson & { interrupted: boolean; counts: Plain<RunCounts>; shrunk?: string };

/** A run as JSON. */
export function runJson({ id, planId, state, started, by, finished, asked, detail }: Run): RunJson {
  return {
    runId: id,
    planId,
    state,
    started,
    by,
    finished: finished ?? null,
    asked: asked?.to ?? null,
    detail: detail ?? null,
  };
}

/** A run with its progress as JSON. */
export function runStatusJson(status: RunStatus): RunStatusJson {
  const { left, applied, skipped, failed } = status.counts;
  const { interrupted } = status;
  return { ...runJson(status), interrupted, counts: { left, applied, skipped, failed }, ...shrunkJson(status) };
}
