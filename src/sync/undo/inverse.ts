import { differences, type TrackedLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import { canonicalText } from '../../protocol/equality.js';
import type { DraftLine } from '../plan/decide.js';
import { WAVES } from '../plan/waves.js';

/** What the mirror and the staging directory have by now of what a line was about. */
export interface Current {
  /** Of an account or group: what the backend has; undefined if it has nothing. */
  readonly content: SyncContent | undefined;
  readonly accountId: string | undefined;
  /** Of a membership: whether the backend has it. */
  readonly isMember: boolean;
  /** Version of the staged user, group or membership; 0 if it is not staged. */
  readonly version: number;
  /** Of a group that is staged. */
  readonly stagedDigest: string | undefined;
  readonly policyRevision: number;
  /** Whether the policy keeps accounts, deactivated, for a while before it deletes them. */
  readonly keepsAccounts: boolean;
}

/** The line that undoes an applied one, or the conflict that says why nothing can. Pure. */
export function inverseOf(line: TrackedLine, runId: string, current: Current): DraftLine {
  if (line.subject === 'membership') return inverseMembership(line, runId, current);
  const why = whyNot(line, runId, current);
  if (why !== undefined) return conflict(line, current, why);
  const before = line.after;
  const after = line.before ?? keptContent(line, current);
  return {
    ...common(line, current),
    kind: after === undefined ? 'delete' : kindOf(before, after),
    ...(before === undefined ? {} : { before }),
    ...(after === undefined ? {} : { after }),
    changes: differences(line.subject, before, after),
    wave: waveOf(line, after),
    ...(after === line.before ? {} : { sentence: KEPT }),
  };
}

const KEPT = 'The policy keeps accounts for a grace period, so it is deactivated rather than deleted.';

/** What remains of an account that a run created, where the policy does not delete at once. */
function keptContent({ subject, after }: TrackedLine, { keepsAccounts }: Current): SyncContent | undefined {
  return subject === 'account' && keepsAccounts && after?.active === true ? { ...after, active: false } : undefined;
}

function inverseMembership(line: TrackedLine, runId: string, current: Current): DraftLine {
  const added = line.kind === 'add';
  if (current.isMember !== added) return conflict(line, current, changedSince(runId));
  return { ...common(line, current), kind: added ? 'remove' : 'add', changes: [], wave: WAVES.memberships };
}

function whyNot(line: TrackedLine, runId: string, { content }: Current): string | undefined {
  if (line.kind === 'delete') {
    return 'What was deleted cannot be brought back: what the backend removed with it is gone. The next plan creates it again if it is still staged.';
  }
  if (line.kind === 'link') {
    return 'A link cannot be undone: what the account had before is unknown. Correct the account in the backend.';
  }
  return sameContent(content, line.after) ? undefined : changedSince(runId);
}

const changedSince = (runId: string): string =>
  `It has changed since the run ${runId}, by a later run. Undo that one first.`;

function conflict(line: TrackedLine, current: Current, sentence: string): DraftLine {
  const content = current.content === undefined ? {} : { before: current.content };
  const wave = line.subject === 'account' ? WAVES.accounts : WAVES.groups;
  return { ...common(line, current), ...content, kind: 'conflict', would: line.kind, changes: [], wave, sentence };
}

function common(line: TrackedLine, { version, stagedDigest, accountId, policyRevision }: Current) {
  return {
    subject: line.subject,
    resourceId: line.resourceId,
    ...(line.memberId === undefined ? {} : { memberId: line.memberId }),
    name: line.before?.name ?? line.name,
    ...(line.memberName === undefined ? {} : { memberName: line.memberName }),
    stagedVersion: version,
    ...(stagedDigest === undefined ? {} : { stagedDigest }),
    policyRevision,
    ...(accountId === undefined ? {} : { accountId }),
    dependsOn: [],
  } satisfies Partial<DraftLine>;
}

function kindOf(before: SyncContent | undefined, after: SyncContent): 'update' | 'deactivate' | 'reactivate' {
  if (before?.active === after.active) return 'update';
  return after.active ? 'reactivate' : 'deactivate';
}

function waveOf({ subject }: TrackedLine, after: SyncContent | undefined): number {
  if (subject === 'account') return WAVES.accounts;
  return after === undefined ? WAVES.groupDeletes : WAVES.groups;
}

function sameContent(a: SyncContent | undefined, b: SyncContent | undefined): boolean {
  if (a === undefined || b === undefined) return a === b;
  return canonicalText({ ...a }) === canonicalText({ ...b });
}
