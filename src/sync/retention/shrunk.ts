import type { Plan } from '../../model/plan.js';
import { ScimError } from '../../protocol/scim-error.js';

/** Whether, and when, a plan was shrunk. */
type Shrinkable = Pick<Plan, 'shrunk'>;

/** What is asked for was in lines that are gone. */
export class PlanShrunk extends ScimError {
  constructor(detail: string) {
    super(409, detail);
  }
}

/** That the lines of a plan are gone, and what is left; undefined while it has them. */
export function shrunkSentence({ shrunk }: Shrinkable): string | undefined {
  if (shrunk === undefined) return undefined;
  return (
    `Shrunk on ${dayOf(shrunk)}: the lines of this plan were deleted some time after it had ended. Its counts and the audit ` +
    'trail are kept.'
  );
}

/** @throws PlanShrunk if the lines of the plan are gone */
export function checkWhole(plan: Shrinkable): void {
  const sentence = shrunkSentence(plan);
  if (sentence !== undefined) throw new PlanShrunk(sentence);
}

/** @param plan that of a run to be undone; @throws PlanShrunk if its lines are gone, so that nobody knows what it changed */
export function checkUndoable(plan: Shrinkable | undefined): void {
  if (plan?.shrunk === undefined) return;
  throw new PlanShrunk(
    `The run can no longer be undone: the lines of its plan were deleted on ${dayOf(plan.shrunk)}, and what the backend had ` +
      'before is known no more. Correct it in Entra, then make a new plan.',
  );
}

/** What a history no longer knows. @param latest the plan made last of those that were shrunk; undefined where there is none */
export function forgottenSentence(latest: Pick<Plan, 'created'> | undefined): string | undefined {
  if (latest === undefined) return undefined;
  return (
    `Lines of plans that had ended long before were deleted, the latest of a plan of ${dayOf(latest.created)}. Of those plans, ` +
    'what was applied, skipped or refused is still listed; which values changed, and what was planned and never applied, is known no more.'
  );
}

/** The day of a dateTime, in UTC. */
const dayOf = (at: string): string => at.slice(0, 10);
