import type { Guard, Plan } from '../../storage/sync-model.js';
import { ConfirmationNeeded } from '../synchronisation.js';

/** From so many lines on, the share of all accounts counts: in a small company a few are a large share. */
const SHARE_FROM = 3;

/**
 * Holds a plan to what may be deactivated and deleted without a person who names the number.
 * @param confirm the number that a person has named; a wrong one is refused, whether or not it was needed
 * @throws ConfirmationNeeded
 */
export function checkGuard(plan: Plan, guard: Guard, confirm: number | undefined): void {
  const { deactivate, delete: deleted } = plan.counts.accounts;
  const affected = deactivate + deleted;
  if (confirm === affected || (confirm === undefined && !isTooMuch(plan, guard, affected))) return;
  const what = `The plan deactivates ${deactivate} and deletes ${deleted} of ${plan.mirrored} accounts`;
  throw new ConfirmationNeeded(affected, `${what}; confirm the number ${affected} to apply it.`);
}

function isTooMuch({ mirrored }: Plan, { number, share }: Guard, affected: number): boolean {
  return affected > number || (affected >= SHARE_FROM && affected > share * mirrored);
}
