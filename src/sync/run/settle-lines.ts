import type { AuditEntry } from '../../model/audit.js';
import { targetKey } from '../../model/hold.js';
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
  await sync.mirror.remove(
    type,
    ofType.filter(({ line }) => line.after === undefined).map(({ line }) => line.resourceId),
  );
  await sync.mirror.put(type, await mirrorItems(sync, work, type, ofType));
}

async function mirrorMemberships(sync: SyncWriter, applied: readonly Settled[]): Promise<void> {
  const ofKind = (kind: 'add' | 'remove'): readonly SyncMembership[] =>
    applied.flatMap(({ line: { kind: own, resourceId, memberId } }) =>
      own === kind && memberId !== undefined ? [{ groupId: resourceId, memberId }] : [],
    );
  await sync.mirrorMemberships.remove(ofKind('remove'));
  await sync.mirrorMemberships.add(ofKind('add'));
}

/** So that the next plan does not do again what was undone, until the staged resource moves. */
async function holdUndone(sync: SyncWriter, work: Work, undoneRun: string, applied: readonly Settled[]): Promise<void> {
  const { run, by, running } = work;
  const heldByPersons = await personsHolds(sync, applied);
  for (const { line } of applied) {
    if (heldByPersons.has(targetKey(line))) continue;
    await sync.holds.put({
      subject: line.subject,
      resourceId: line.resourceId,
      ...(line.memberId === undefined ? {} : { memberId: line.memberId }),
      by,
      at: running.now().toISOString(),
      reason: `undone in run ${run.id}`,
      untilVersionMoves: line.stagedVersion,
      undoneRun,
    });
  }
}

/** Somebody may have put a resource on hold while its line was in progress: that hold stays, with who and why. */
async function personsHolds(sync: SyncWriter, applied: readonly Settled[]): Promise<ReadonlySet<string>> {
  const keys = new Set<string>();
  for (const subject of ['account', 'group', 'membership'] as const) {
    const ids = applied.filter(({ line }) => line.subject === subject).map(({ line }) => line.resourceId);
    const holds = ids.length === 0 ? [] : await sync.holds.of(subject, [...new Set(ids)]);
    for (const hold of holds) if (hold.undoneRun === undefined) keys.add(targetKey(hold));
  }
  return keys;
}

function auditEntry({ running, run, plan, by }: Work, { line, outcome, accountId }: Settled): AuditEntry {
  const detail: JsonObject = {
    number: line.number,
    subject: line.subject,
    kind: line.kind,
    name: line.name,
    ...(line.memberId === undefined ? {} : { memberId: line.memberId }),
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
        // What was undone is not what the staged version says: no version may look like it.
        stagedVersion: plan.undoes === undefined ? line.stagedVersion : 0,
        policyRevision,
        content,
        // It may have been deleted while the line was in progress, when there was nothing yet to note that on.
        missingSince: staged.has(resourceId) ? undefined : (before?.missingSince ?? running.now().toISOString()),
      },
    ];
  });
}
