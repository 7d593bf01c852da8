import type { Hold } from '../../model/hold.js';

/**
 * Whether a hold is still in force.
 * @param version of the staged resource (of a membership, of its group) by now; 0 if it is not staged
 */
export function isHeld({ untilVersionMoves }: Hold, version: number): boolean {
  return untilVersionMoves === undefined || untilVersionMoves === version;
}

/** Who holds it, and why. */
export function holdSentence({ by, at, reason }: Hold): string {
  return `Held by ${by} since ${at}: ${reason}. Release it to have it applied by a later plan.`;
}
