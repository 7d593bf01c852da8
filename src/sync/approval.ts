import type { PlanCounts, SyncPolicy } from '../storage/sync-model.js';

/**
 * Whether a policy approves a plan without a review: where it has lines, and all of them create or update. What is held
 * stays held, and keeps nothing else from being applied.
 */
export function isApprovedBy({ autoApprove }: SyncPolicy, { accounts, groups, memberships }: PlanCounts): boolean {
  const lines = [accounts, groups];
  const harmless = lines.reduce((sum, { create, update }) => sum + create + update, memberships.add);
  const others = lines.reduce(
    (sum, { link, deactivate, reactivate, delete: deleted, conflict }) =>
      sum + link + deactivate + reactivate + deleted + conflict,
    memberships.remove,
  );
  return autoApprove && harmless > 0 && others === 0;
}
