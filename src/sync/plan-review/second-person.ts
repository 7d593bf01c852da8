import { identityOf, shortName } from '../../model/access/person.js';
import type { Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { PlanReview } from '../../model/reviewing/plan-review.js';
import { foldString } from '../../protocol/search-form.js';
import { affectedBy } from '../json.js';
import { SecondPersonNeeded } from '../synchronization.js';
import { guardReasons } from './guard.js';

/** Who makes or applies a plan. */
export interface Actor {
  /** As the audit trail names them. */
  readonly by: string;
  /** Whether they came with the ADMIN_TOKEN, which many may have: the name is then what somebody says of themselves. */
  readonly sharedToken?: boolean;
}

/**
 * Whether somebody other than its maker has to apply a plan: because the policy says so now, or said so when the plan was made,
 * so that nobody frees a plan of their own by changing the policy.
 */
export const needsSecondPerson = (plan: Plan, review: PlanReview, policy: SyncPolicy): boolean =>
  plan.secondPerson === true || (policy.secondPerson && guardReasons(plan, review, policy.guard).length > 0);

/**
 * Whether somebody counts as the maker of a plan: by the ids of Entra, or the name without regard to case and spaces; and all who come with the
 * ADMIN_TOKEN are one person, whatever they call themselves.
 */
export const isMaker = (plan: Pick<Plan, 'by' | 'sharedToken'>, { by, sharedToken }: Actor): boolean =>
  plainName(plan.by) === plainName(by) || (plan.sharedToken === true && sharedToken === true);

/** White space, and characters that nobody sees. */
const INVISIBLE = /[\p{White_Space}\p{Cf}\p{Cc}]/gu;

const plainName = (name: string): string => foldString(identityOf(name).normalize('NFKC').replaceAll(INVISIBLE, ''));

/**
 * Holds a plan to the policy's second person.
 * @returns whether it took a second person
 * @throws SecondPersonNeeded for whoever made the plan
 */
export function checkSecondPerson(plan: Plan, review: PlanReview, policy: SyncPolicy, actor: Actor): boolean {
  if (!needsSecondPerson(plan, review, policy)) return false;
  if (!isMaker(plan, actor)) return true;
  const reasons = guardReasons(plan, review, policy.guard);
  const what = reasons.length === 0 ? 'went beyond the guard when it was made' : reasons.join(', ');
  throw new SecondPersonNeeded(affectedBy(plan), `The plan ${what}. ${whoHasTo(plan, actor)}`);
}

function whoHasTo(plan: Plan, actor: Actor): string {
  const wanted = 'and the policy has a second person apply such a plan:';
  if (plainName(plan.by) === plainName(actor.by)) {
    return `${shortName(plan.by)} made it, ${wanted} ask somebody else to review and apply it.`;
  }
  return (
    `It was made with the ADMIN_TOKEN, in the name of ${plan.by}, ${wanted} whoever comes with the ADMIN_TOKEN counts as the same ` +
    'person. Ask somebody who has an admin token of their own to review and apply it.'
  );
}
