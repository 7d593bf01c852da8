import { createHash } from 'node:crypto';
import type { Hold } from '../../model/hold.js';

/** What is staged of a hold's target. */
export interface StagedState {
  /** Of a membership, the version of the group that it came with; 0 if it is not staged. */
  readonly version: number;
  /** JSON of a user or a group that is staged. */
  readonly document?: string;
}

/** The state of a target that is not staged. */
export const NOT_STAGED: StagedState = { version: 0 };

/**
 * Whether a hold is still in force.
 * @param staged what is staged of its target by now
 * @param now a dateTime in fixed-width UTC
 */
export function isHeld({ until, untilVersionMoves, stagedDigest }: Hold, staged: StagedState, now: string): boolean {
  if (until !== undefined && until <= now) return false;
  if (untilVersionMoves === undefined || untilVersionMoves === staged.version) return true;
  return stagedDigest !== undefined && staged.document !== undefined && digestOf(staged.document) === stagedDigest;
}

/** Whether a hold on an account or group holds its memberships too: a person's does; what was undone of them has holds of its own. */
export function isHeldWhole(hold: Hold, staged: StagedState, now: string): boolean {
  return hold.undoneRun === undefined && isHeld(hold, staged, now);
}

/** The digest of a staged document by which a hold knows it again, whoever the group's members are. */
export const digestOf = (document: string): string => createHash('sha256').update(document).digest('hex');

/** Who holds it, why, and until when. */
export function holdSentence({ by, at, reason, until, untilVersionMoves }: Hold): string {
  const end =
    until !== undefined ? `, until ${until}` : untilVersionMoves !== undefined ? ', until Entra changes it' : '';
  return `Held by ${by} since ${at}${end}: ${reason}. Release it to have it applied by a later plan.`;
}
