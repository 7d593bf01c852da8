import type { Subject } from './subject.js';

/** What is to be held: a user's account, a group, or one membership. */
export interface HoldTarget {
  readonly subject: Subject;
  /** The user's or group's id; of a membership, the group's. */
  readonly resourceId: string;
  /** Of a membership only. */
  readonly memberId?: string;
}

/** A resource whose lines are not applied until it is released. */
export interface Hold extends HoldTarget {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** Ends by itself when the staged resource (of a membership, the group) has another version, or another existence (0: not staged). */
  readonly untilVersionMoves?: number;
  /** The run that was undone, where that is why. */
  readonly undoneRun?: string;
}

/** A hold target as a key of maps; of an object that has more besides, such as a line or a hold, the target alone counts. */
export const targetKey = ({ subject, resourceId, memberId = '' }: HoldTarget): string =>
  `${subject} ${resourceId} ${memberId}`;
