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
  /** When it ends by itself, as a dateTime in fixed-width UTC. */
  readonly until?: string;
  /**
   * Ends by itself when the staged resource or membership has another version than this (0: not staged). Of a group, only if
   * its document differs from `stagedDigest` as well: changes of its members move its version too.
   */
  readonly untilVersionMoves?: number;
  /** SHA-256 of the staged document, in hexadecimal. */
  readonly stagedDigest?: string;
  /** The run that was undone, where that is why. */
  readonly undoneRun?: string;
  /** The run that undid it and put this hold. */
  readonly undoingRun?: string;
}

/** What holds a line when a person holds it: the target of the line; of a membership, its group and its member as well. */
export function targetsOf({ subject, resourceId, memberId }: HoldTarget): readonly HoldTarget[] {
  if (memberId === undefined) return [{ subject, resourceId }];
  return [
    { subject, resourceId, memberId },
    { subject: 'group', resourceId },
    { subject: 'account', resourceId: memberId },
    { subject: 'group', resourceId: memberId },
  ];
}

/** A hold target as a key of maps; of an object that has more besides, such as a line or a hold, the target alone counts. */
export const targetKey = ({ subject, resourceId, memberId = '' }: HoldTarget): string =>
  `${subject} ${resourceId} ${memberId}`;
