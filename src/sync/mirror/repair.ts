import type { Hold } from '../../model/hold.js';
import { differences, type ResourceLineKind } from '../../model/line.js';
import type { MirrorItem, SyncContent } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import type { ResourceSubject } from '../../model/subject.js';
import type { ListedResource } from '../backend.js';
import type { DraftLine } from '../plan/decide.js';
import { WAVES } from '../plan/waves.js';

/** An account or a group as the mirror has it, and as the backend has it. */
export interface Compared {
  readonly subject: ResourceSubject;
  readonly id: string;
  readonly mirror: MirrorItem | undefined;
  readonly listed: ListedResource | undefined;
  readonly staged: StagedItem | undefined;
  readonly hold: Hold | undefined;
  /** What the backend is to have by what is staged; undefined where it is to have nothing. */
  readonly desired: SyncContent | undefined;
}

/**
 * The line that repairs a difference between mirror and backend, or undefined where there is none. What the backend has lost
 * is created again and what it has otherwise is set right, both as it was acknowledged; what it has under our id while the
 * mirror does not is taken into the mirror, or is a conflict where nothing is staged for it. Pure.
 */
export function repairOf(compared: Compared, policyRevision: number): DraftLine | undefined {
  const { mirror, listed } = compared;
  if (mirror === undefined) return listed && taken(compared, listed, policyRevision);
  const after = mirror.content;
  if (listed === undefined) {
    const sentence = 'The backend no longer has it. It is created again as it was.';
    return { ...line(compared, 'create', undefined, after, policyRevision), sentence };
  }
  const accountId = listed.accountId ?? mirror.accountId;
  const draft = line(compared, kindOf(listed.content, after), listed.content, after, policyRevision);
  const isSame = draft.changes.length === 0 && (mirror.accountId === undefined || accountId === mirror.accountId);
  if (isSame) return undefined;
  const sentence = 'The backend has other values than it was sent.';
  return { ...draft, sentence, ...(accountId === undefined ? {} : { accountId }) };
}

function taken(compared: Compared, { accountId, content }: ListedResource, policyRevision: number): DraftLine {
  const account = accountId === undefined ? {} : { accountId };
  const { desired } = compared;
  if (desired === undefined) {
    const sentence =
      'The backend has it under our SCIM id, and nothing is staged for it any more. Remove it in the backend, or assign it in Entra again.';
    return { ...line(compared, 'conflict', content, undefined, policyRevision), ...account, would: 'delete', sentence };
  }
  // A link names the backend's own id; without one, a create of what it has already is an update.
  const kind = accountId === undefined ? 'create' : 'link';
  const sentence = 'The backend has it under our SCIM id, and the mirror does not.';
  return { ...line(compared, kind, content, desired, policyRevision), ...account, sentence };
}

function kindOf(before: SyncContent, after: SyncContent): 'update' | 'deactivate' | 'reactivate' {
  if (before.active === after.active) return 'update';
  return after.active ? 'reactivate' : 'deactivate';
}

function line(
  { subject, id, staged }: Compared,
  kind: ResourceLineKind,
  before: SyncContent | undefined,
  after: SyncContent | undefined,
  policyRevision: number,
): DraftLine {
  return {
    subject,
    kind,
    resourceId: id,
    name: (after ?? before)?.name ?? '',
    stagedVersion: staged?.version ?? 0,
    policyRevision,
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changes: differences(subject, before, after),
    dependsOn: [],
    wave: subject === 'account' ? WAVES.accounts : WAVES.groups,
  };
}
