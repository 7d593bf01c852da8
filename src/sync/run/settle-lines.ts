import type { AuditEntry } from '../../model/audit.js';
import { targetKey, type Hold } from '../../model/hold.js';
import type { TrackedLine, LineOutcome } from '../../model/line.js';
import type { SyncMembership, MirrorItem } from '../../model/mirror.js';
import { SUBJECT_OF } from '../../model/subject.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { SyncWriter, SyncReader } from '../../storage/sync-store.js';
import type { AuditAction } from '../audit-actions.js';
import type { Work } from './work.js';

/** What has become of a line. */
export interface Settled {
  readonly line: TrackedLine;
  readonly outcome: LineOutcome;
  /** The backend's id for it, where it told one. */
  readonly accountId?: string;
}

/** Notes what has become of lines: in the plan, in the mirror, in the audit trail; what was undone is held. */
export async function settleLines(sync: SyncWriter, work: Work, settled: readonly Settled[]): Promise<void> {
  if (settled.length === 0) return;
  await sync.lines.settle(
    work.plan.id,
    settled.map(({ outcome }) => outcome),
  );
  const applied = settled.filter(({ outcome }) => outcome.state === 'applied');
  for (const type of ['User', 'Group'] as const) await mirrorResources(sync, work, type, applied);
  await mirrorMemberships(sync, applied);
  if (work.plan.undoes !== undefined) await holdUndone(sync, work, work.plan.undoes, applied);
  await sync.audit.append(settled.map((one) => auditEntry(work, one)));
}

async function mirrorResources(
  sync: SyncWriter,
  work: Work,
  type: ResourceTypeName,
  applied: readonly Settled[],
): Promise<void> {
  const ofType = applied.filter(({ line }) => line.subject === SUBJECT_OF[type]);
  if (ofType.length === 0) return;
  const items = await mirrorItems(sync, work, type, ofType);
  await takeOver(sync, type, ofType);
  await sync.mirror.remove(
    type,
    ofType.filter(({ line }) => line.after === undefined).map(({ line }) => line.resourceId),
  );
  await sync.mirror.put(type, items);
}

/** Accounts of leavers that have the SCIM id of somebody hired again by now: with their memberships, for later plans to see. */
async function takeOver(sync: SyncWriter, type: ResourceTypeName, applied: readonly Settled[]): Promise<void> {
  for (const { line } of applied) {
    if (line.formerId === undefined) continue;
    await sync.mirrorMemberships.hand(line.formerId, line.resourceId);
    await sync.mirror.remove(type, [line.formerId]);
  }
}

async function mirrorMemberships(sync: SyncWriter, applied: readonly Settled[]): Promise<void> {
  const ofKind = (kind: 'add' | 'remove'): readonly SyncMembership[] =>
    applied.flatMap(({ line: { kind: own, resourceId, memberId } }) =>
      own === kind && memberId !== undefined ? [{ groupId: resourceId, memberId }] : [],
    );
  await sync.mirrorMemberships.remove(ofKind('remove'));
  await sync.mirrorMemberships.add(ofKind('add'));
}

/**
 * So that the next plan does not do again what was undone, until Entra changes it. What was put back as it was before an undo
 * needs no hold any more. Somebody may have held a resource while its line was in progress: that hold stays, with who and why.
 */
async function holdUndone(sync: SyncWriter, work: Work, undoneRun: string, applied: readonly Settled[]): Promise<void> {
  const before = await holdsOf(sync, applied);
  const [put, ended]: [Hold[], Hold[]] = [[], []];
  for (const { line } of applied) {
    const hold = before.get(targetKey(line));
    if (hold?.undoingRun === undoneRun && isAsHeld(hold, line)) ended.push(hold);
    else if (hold === undefined || hold.undoneRun !== undefined) put.push(holdOf(line, work, undoneRun));
  }
  await sync.holds.remove(ended);
  await sync.holds.put(put);
}

function holdOf(line: TrackedLine, { run, by, running }: Work, undoneRun: string): Hold {
  return {
    subject: line.subject,
    resourceId: line.resourceId,
    ...(line.memberId === undefined ? {} : { memberId: line.memberId }),
    by,
    at: running.now().toISOString(),
    reason: `undone in run ${run.id}`,
    untilVersionMoves: line.stagedVersion,
    ...(line.stagedDigest === undefined ? {} : { stagedDigest: line.stagedDigest }),
    undoneRun,
    undoingRun: run.id,
  };
}

/** Whether Entra had not changed the target of a hold when a line was planned. */
function isAsHeld(hold: Hold, { stagedVersion, stagedDigest }: TrackedLine): boolean {
  if (hold.untilVersionMoves === stagedVersion) return true;
  return stagedDigest !== undefined && stagedDigest === hold.stagedDigest;
}

async function holdsOf(sync: SyncWriter, applied: readonly Settled[]): Promise<ReadonlyMap<string, Hold>> {
  const byTarget = new Map<string, Hold>();
  for (const subject of ['account', 'group', 'membership'] as const) {
    const ids = applied.filter(({ line }) => line.subject === subject).map(({ line }) => line.resourceId);
    for (const hold of await sync.holds.of(subject, [...new Set(ids)])) byTarget.set(targetKey(hold), hold);
  }
  return byTarget;
}

function auditEntry({ running, run, plan, by }: Work, { line, outcome, accountId }: Settled): AuditEntry {
  const detail: JsonObject = {
    number: line.number,
    subject: line.subject,
    kind: line.kind,
    name: line.name,
    ...(line.memberId === undefined ? {} : { memberId: line.memberId }),
    ...(line.memberName === undefined ? {} : { memberName: line.memberName }),
    ...(accountId === undefined ? {} : { accountId }),
    ...(outcome.detail === undefined ? {} : { detail: outcome.detail }),
  };
  const action: AuditAction = `line.${outcome.state}`;
  return {
    id: running.newId(),
    at: running.now().toISOString(),
    by,
    action,
    planId: plan.id,
    runId: run.id,
    resourceId: line.resourceId,
    detail,
  };
}

/** What the mirror is to have of lines that were applied and are not gone. */
async function mirrorItems(
  reader: SyncReader,
  { plan, running }: Work,
  type: ResourceTypeName,
  applied: readonly Settled[],
): Promise<readonly MirrorItem[]> {
  const ids = applied.map(({ line }) => line.resourceId);
  const staged = await reader.staged.byIds(type, ids);
  const mirrored = await reader.mirror.byIds(type, ids);
  return applied.flatMap(({ line, accountId }): readonly MirrorItem[] => {
    const { resourceId, after: content, policyRevision } = line;
    if (content === undefined) return [];
    const before = mirrored.get(resourceId);
    return [
      {
        resourceId,
        accountId: accountId ?? line.accountId ?? before?.accountId,
        // What was undone or repaired is not what the staged version says: no version may look like it.
        stagedVersion: plan.undoes === undefined && plan.repairs === undefined ? line.stagedVersion : 0,
        policyRevision,
        content,
        // It may have been deleted while the line was in progress, when there was nothing yet to note that on.
        missingSince: staged.has(resourceId) ? undefined : (before?.missingSince ?? running.now().toISOString()),
      },
    ];
  });
}
