import type { Hold } from '../../model/hold.js';
import type { PlanLine } from '../../model/line.js';
import type { DraftLine } from './decide.js';
import { holdSentence, isHeld, isHeldWhole, type StagedState } from './holds.js';
import { WAVES } from './waves.js';

/** A group or a member of one, as a plan leaves it. */
export interface Participant {
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly staged: StagedState;
  readonly mirrored: boolean;
  /** Its own line in the plan. */
  readonly line: Pick<PlanLine, 'kind'> | undefined;
  readonly hold: Hold | undefined;
}

/** All that is known of a membership that the staging directory and the mirror do not share. */
export interface MembershipDifference {
  readonly kind: 'add' | 'remove';
  /** The version of the staged membership; 0 for one to be removed, which is not staged. */
  readonly version: number;
  readonly group: Participant;
  readonly member: Participant;
  readonly hold: Hold | undefined;
  readonly policyRevision: number;
  /** Now, in fixed-width UTC. */
  readonly now: string;
}

/**
 * The line of a membership, or undefined if the backend has not both of them after this plan: then there is nothing to
 * add, and what was there goes with the account or group. Pure.
 */
export function decideMembership(difference: MembershipDifference): DraftLine | undefined {
  const { group, member, kind } = difference;
  if (![group, member].every(stays)) return undefined;
  const draft: DraftLine = {
    subject: 'membership',
    kind,
    resourceId: group.id,
    memberId: member.id,
    name: group.name,
    memberName: member.name,
    stagedVersion: difference.version,
    policyRevision: difference.policyRevision,
    changes: [],
    dependsOn: [group, member].filter(comesNew).map(({ id }) => id),
    wave: WAVES.memberships,
  };
  const hold = holdOf(difference);
  return hold === undefined ? draft : { ...draft, kind: 'held', would: kind, sentence: holdSentence(hold) };
}

function stays(participant: Participant): boolean {
  return comesNew(participant) || (participant.mirrored && participant.line?.kind !== 'delete');
}

const comesNew = ({ line }: Participant): boolean => line?.kind === 'create' || line?.kind === 'link';

function holdOf({ hold, version, group, member, now }: MembershipDifference): Hold | undefined {
  if (hold !== undefined && isHeld(hold, { version }, now)) return hold;
  return [group, member].find((one) => one.hold !== undefined && isHeldWhole(one.hold, one.staged, now))?.hold;
}
