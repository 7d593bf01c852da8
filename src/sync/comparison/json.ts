import type { Plain } from '../json.js';
import type { PlanComparison } from './compare.js';

/** What a plan has that another one does not, as the admin API and the command line show it. */
export type PlanComparisonJson = { planId: string; with: string } & Plain<PlanComparison>;

/**
 * A comparison as JSON.
 * @param otherId the plan that it is compared with
 */
export function comparisonJson(planId: string, otherId: string, comparison: PlanComparison): PlanComparisonJson {
  const { same, changed, gone } = comparison;
  return { planId, with: otherId, same, new: comparison.new, changed, gone };
}
