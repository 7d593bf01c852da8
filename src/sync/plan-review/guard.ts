import type { Plan } from '../../model/plan.js';
import type { Guard } from '../../model/policy.js';
import type { PlanReview } from '../../model/reviewing/plan-review.js';
import { ConfirmationNeeded } from '../synchronization.js';

/** From so many accounts on, a share counts: in a small company a few are a large share. */
const SHARE_FROM = 3;

/** How many groups that lose members are named. */
const NAMED = 3;

/**
 * Holds a plan to what may be applied without a person who names how many people lose access.
 * @param how `confirm` is the number that a person has named; a wrong one is refused, whether or not it was needed
 * @throws ConfirmationNeeded
 */
export function checkGuard(
  plan: Plan,
  review: PlanReview,
  { guard, confirm }: { readonly guard: Guard; readonly confirm?: number },
): void {
  const { deactivate, delete: deleted } = plan.counts.accounts;
  const affected = deactivate + deleted;
  const reasons = guardReasons(plan, review, guard);
  if (confirm === affected || (confirm === undefined && reasons.length === 0)) return;
  const accounts = `deactivates ${deactivate} and deletes ${deleted} of ${plan.mirrored} accounts`;
  const others = reasons.filter((reason) => reason !== accounts);
  const what = ['The plan ', [accounts, ...others].join(', ')].join('');
  throw new ConfirmationNeeded(affected, `${what}; confirm the number ${affected} to apply it.`);
}

/** Why a plan needs to be confirmed, as parts of a sentence that begins with the plan; empty where it does not. */
export function guardReasons(plan: Plan, review: PlanReview, guard: Guard): readonly string[] {
  return [
    ...accountReasons(plan, guard),
    ...blankedReasons(review, guard),
    ...deletedGroups(plan, guard),
    ...groupLosses(review, guard),
  ];
}

function accountReasons({ counts, mirrored }: Plan, { number, share }: Guard): readonly string[] {
  const { deactivate, delete: deleted } = counts.accounts;
  const affected = deactivate + deleted;
  const tooMuch = affected > number || (affected >= SHARE_FROM && affected > share * mirrored);
  return tooMuch ? [`deactivates ${deactivate} and deletes ${deleted} of ${mirrored} accounts`] : [];
}

function blankedReasons({ attributes }: PlanReview, { blankedValues, blankedShare }: Guard): readonly string[] {
  const sum = attributes.reduce((total, { blanked }) => total + blanked, 0);
  if (sum >= blankedValues) return [`blanks ${sum} values`];
  return attributes
    .filter(({ blanked, accountsWith }) => blanked >= SHARE_FROM && blanked > blankedShare * accountsWith)
    .map(({ attribute, blanked, accountsWith }) => `blanks ${attribute} of ${blanked} of ${accountsWith} accounts`);
}

function deletedGroups({ counts: { groups } }: Plan, guard: Guard): readonly string[] {
  if (groups.delete < guard.deletedGroups) return [];
  return [`deletes ${groups.delete} ${groups.delete === 1 ? 'group' : 'groups'}`];
}

function groupLosses(review: PlanReview, { groupLossShare }: Guard): readonly string[] {
  return review.groupLosses
    .filter(({ removed, members }) => removed > groupLossShare * members)
    .slice(0, NAMED)
    .map(({ name, removed, members }) => `removes ${removed} of ${members} members of "${name}"`);
}
