import type { LineGroup, PlanReview } from '../../model/reviewing/plan-review.js';
import type { Plain } from '../json.js';
import { verdictOf } from './verdict.js';

/** What a plan comes to, as the admin API and the command line show it. */
export type PlanReviewJson = { verdict: string } & Plain<PlanReview>;

/**
 * What a plan comes to as JSON.
 * @param largest the largest group of lines that make the same change
 */
export function reviewJson(review: PlanReview, largest: LineGroup | undefined): PlanReviewJson {
  const { lines, dangerous, warnings, attributes, groupLosses, groups, alone } = review;
  return { verdict: verdictOf(review, largest), lines, dangerous, warnings, attributes, groupLosses, groups, alone };
}

/** A group of lines as the admin API and the command line show it: what does not concern it is absent. */
export type LineGroupJson = Plain<LineGroup>;

/** A group of lines as JSON. */
export const lineGroupJson = (group: LineGroup): LineGroupJson => ({ ...group });
