import type { Plan, PlanCounts, ResourceCounts } from '../../storage/sync-model.js';
import type { Plain } from './plain.js';

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
};

/** What `sync plan` and `sync undo` print for programs. */
export type PlannedJson = { planId: string; digest: string } & CountsJson & { runId?: string };

export function planJson(plan: Plan): PlanJson {
  const { id, state, created, by, policyRevision, mirrored, digest, counts, undoes = null } = plan;
  const affected = affectedBy(plan);
  return { planId: id, state, created, by, policyRevision, mirrored, affected, digest, ...countsJson(counts), undoes };
}

/** @param runId the run, where the policy approved the plan and it is being applied */
export function plannedJson({ id, digest, counts }: Plan, runId?: string): PlannedJson {
  return { planId: id, digest, ...countsJson(counts), ...(runId === undefined ? {} : { runId }) };
}

/** How many accounts a plan deactivates and deletes: the number that a confirmation names. */
export const affectedBy = ({ counts: { accounts } }: Plan): number => accounts.deactivate + accounts.delete;

const countsJson = ({ accounts, groups, memberships: { add, remove } }: PlanCounts): CountsJson => ({
  counts: countsInOrder(accounts),
  groups: countsInOrder(groups),
  memberships: { add, remove },
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
