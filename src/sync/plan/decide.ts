import type { Hold } from '../../model/hold.js';
import { differences, type AttributeChange, type PlanLine, type ResourceLineKind } from '../../model/line.js';
import type { Match } from '../../model/match.js';
import type { MirrorItem, SyncContent } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import type { ResourceSubject } from '../../model/subject.js';
import { chooseMatch } from '../matching/choose.js';
import type { Desired } from './desired.js';
import { holdSentence, isHeld, NOT_STAGED, type StagedState } from './holds.js';
import { WAVES } from './waves.js';

/** A line before it has its number. */
export type DraftLine = Omit<PlanLine, 'number'>;

/** All that is known of one user or group when its line is decided. */
export interface Resource {
  readonly subject: ResourceSubject;
  readonly id: string;
  readonly staged: StagedItem | undefined;
  readonly mirror: MirrorItem | undefined;
  readonly desired: Desired;
  readonly hold: Hold | undefined;
  /** Now, in fixed-width UTC. */
  readonly now: string;
  /** What the backend answered; asked only for what is staged and not in the mirror. */
  readonly matches: readonly Match[];
  /** The account that comes back, of somebody who was hired again. */
  readonly former?: MirrorItem | undefined;
  readonly policyRevision: number;
}

/** The line of one user or group, or undefined where nothing is to be done about it. Pure. */
export function decide(resource: Resource): DraftLine | undefined {
  const line = wanted(resource);
  if (line === undefined) return undefined;
  return withHold(line, resource.hold, resource.staged ?? NOT_STAGED, resource.now);
}

/** The line, or that it is held, where a hold is in force. @param now a dateTime in fixed-width UTC */
export function withHold(line: DraftLine, hold: Hold | undefined, staged: StagedState, now: string): DraftLine {
  if (hold === undefined || !isHeld(hold, staged, now)) return line;
  return { ...line, kind: 'held', would: line.would ?? line.kind, sentence: holdSentence(hold) };
}

/** What a plan says of a user in Entra's recycle bin. */
const tombstoneSentence = (userName: string): string =>
  `In Entra's recycle bin, under the userName ${userName}, which is not passed on.`;

function wanted(resource: Resource): DraftLine | undefined {
  const { desired, mirror } = resource;
  if (mirror === undefined) return desired.content === undefined ? undefined : created(resource, desired.content);
  if (desired.content === undefined) return line(resource, 'delete', mirror.content, undefined);
  const changes = differences(resource.subject, mirror.content, desired.content);
  if (changes.length > 0) return changed(resource, mirror.content, desired.content, changes);
  if (desired.deleteAfter === undefined) return undefined;
  return {
    ...line(resource, 'held', mirror.content, undefined),
    would: 'delete',
    heldUntil: desired.deleteAfter,
    sentence: `Deleted in Entra. The grace period ends ${desired.deleteAfter}; a plan made after that deletes it.`,
  };
}

function created(resource: Resource, content: SyncContent): DraftLine {
  if (resource.former !== undefined) return rehired(resource, resource.former, content);
  const choice = chooseMatch(resource.id, resource.matches);
  const draft = line(resource, choice.kind, undefined, content);
  const matches = resource.matches.length === 0 ? {} : { matches: resource.matches };
  switch (choice.kind) {
    case 'create':
      return { ...draft, ...matches };
    case 'link':
      return {
        ...draft,
        ...matches,
        accountId: choice.accountId,
        ...(choice.needsConfirmation ? { needsConfirmation: true, sentence: choice.sentence } : {}),
      };
    case 'conflict':
      return { ...draft, ...matches, would: 'create', sentence: choice.sentence };
  }
}

/** The leaver's account, with the new user's SCIM id: after whatever is done to that account's memberships. */
function rehired(resource: Resource, former: MirrorItem, content: SyncContent): DraftLine {
  return {
    ...line({ ...resource, mirror: former }, 'link', former.content, content),
    formerId: former.resourceId,
    sentence: `Hired again: the account of the deleted user with the SCIM id ${former.resourceId} comes back, for this user.`,
    wave: WAVES.rehired,
  };
}

function changed(
  resource: Resource,
  before: SyncContent,
  after: SyncContent,
  changes: readonly AttributeChange[],
): DraftLine {
  const kind = before.active === after.active ? 'update' : after.active ? 'reactivate' : 'deactivate';
  const { deleteAfter } = resource.desired;
  const sentence = `Deleted in Entra. It is deleted here by a plan made after the grace period, which ends ${deleteAfter ?? ''}.`;
  const { tombstone } = resource.desired;
  return {
    ...line(resource, kind, before, after),
    changes,
    ...(tombstone === undefined ? {} : { sentence: tombstoneSentence(tombstone) }),
    ...(deleteAfter === undefined ? {} : { sentence, heldUntil: deleteAfter }),
  };
}

function line(
  { subject, id, staged, mirror, policyRevision }: Resource,
  kind: ResourceLineKind,
  before: SyncContent | undefined,
  after: SyncContent | undefined,
): DraftLine {
  return {
    subject,
    kind,
    resourceId: id,
    name: (after ?? before)?.name ?? '',
    stagedVersion: staged?.version ?? 0,
    policyRevision,
    ...(mirror?.accountId === undefined ? {} : { accountId: mirror.accountId }),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changes: differences(subject, before, after),
    dependsOn: [],
    wave: waveOf(subject, kind),
  };
}

function waveOf(subject: Resource['subject'], kind: ResourceLineKind): number {
  if (subject === 'account') return WAVES.accounts;
  return kind === 'delete' ? WAVES.groupDeletes : WAVES.groups;
}
