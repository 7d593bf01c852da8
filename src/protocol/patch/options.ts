import type { MeaningRule } from '../entra-meaning.js';
import type { FilterLimits } from '../filter/tree.js';

/** How a PATCH is to be understood. */
export interface PatchOptions {
  /** What the filters in paths may cost. */
  readonly limits?: FilterLimits;
  /** How many operations a request may have. */
  readonly operations?: number;
  /** The rules for Entra that are not to hold; none unless given. */
  readonly without?: ReadonlySet<MeaningRule>;
  /** Told of each rule for Entra that makes a difference, perhaps more than once. */
  readonly onRule?: (rule: MeaningRule) => void;
}

/** Whether a rule for Entra holds; called where it makes a difference, so that the caller of the PATCH learns of it. */
export function holds(rule: MeaningRule, options: PatchOptions): boolean {
  if (options.without?.has(rule) === true) return false;
  options.onRule?.(rule);
  return true;
}
