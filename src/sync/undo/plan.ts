import type { TrackedLine } from '../../model/line.js';
import { targetKey, targetsOf, type Hold } from '../../model/hold.js';
import { membershipKey } from '../../model/mirror.js';
import type { Plan } from '../../model/plan.js';
import type { Run } from '../../model/run.js';
import type { DraftLine } from '../plan/decide.js';
import { digestOf, holdSentence, isHeld, NOT_STAGED } from '../plan/holds.js';
import type { LineWriter } from '../plan/lines.js';
import { linesIn } from '../plan/lines.js';
import { writePlan } from '../plan/make.js';
import { WantedNames } from '../plan/names.js';
import type { Draft, Planning, PlanRequest } from '../plan/planning.js';
import { checkUndoable } from '../retention/shrunk.js';
import { inverseOf, type Current } from './inverse.js';

/**
 * Makes the plan that undoes what a run applied, as far as possible, and freezes it.
 * @throws RunActive while the tenant has a run
 */
export function makeUndoPlan(planning: Planning, request: PlanRequest, run: Run): Promise<Plan> {
  return writePlan(planning, request, (draft, writer) => writeInverse(draft, writer, run), {
    undoes: run.id,
  });
}

async function writeInverse(draft: Draft, writer: LineWriter, run: Run) {
  const names = new WantedNames(draft);
  for (const subject of ['account', 'group', 'membership'] as const) {
    for await (const lines of linesIn(draft.reader, run.planId, { subject, states: ['applied'] })) {
      const inverted = await inverses(draft, run, lines);
      await writer.add(inverted);
      if (subject === 'account') await names.add(inverted);
    }
    await writer.flush();
    if (subject === 'account') await names.resolve();
  }
  // Its lines may have begun to go while they were read.
  checkUndoable(await draft.reader.plans.find(run.planId));
  return { accounts: 0, groups: 0, waiting: 0 };
}

async function inverses(draft: Draft, run: Run, lines: readonly TrackedLine[]): Promise<readonly DraftLine[]> {
  const currentOf = await readCurrent(draft, lines);
  const inverted = await heldByPersons(
    draft,
    lines.map((line) => inverseOf(line, run.id, currentOf(line))),
  );
  const gone = await deletedHere(draft, inverted);
  // What goes with an account or group needs no line of its own.
  return inverted.filter(({ resourceId, memberId }) => memberId === undefined || !(gone(resourceId) || gone(memberId)));
}

/** Lines of what a person holds become `held`, as in any other plan; what an undo holds, another undo may change. */
async function heldByPersons({ reader, now }: Draft, lines: readonly DraftLine[]): Promise<readonly DraftLine[]> {
  const ids = [...new Set(lines.flatMap(({ resourceId, memberId }) => [resourceId, ...(memberId ? [memberId] : [])]))];
  const holds = [
    ...(await reader.holds.of('account', ids)),
    ...(await reader.holds.of('group', ids)),
    ...(await reader.holds.of('membership', ids)),
  ].filter(({ undoneRun }) => undoneRun === undefined);
  if (holds.length === 0) return lines;
  const staged = new Map([...(await reader.staged.byIds('User', ids)), ...(await reader.staged.byIds('Group', ids))]);
  const byTarget = new Map(holds.map((hold) => [targetKey(hold), hold]));
  return lines.map((line) => {
    const hold = targetsOf(line)
      .map((target) => byTarget.get(targetKey(target)))
      .find((one) => one !== undefined && inForce(one, line));
    return hold === undefined || line.kind === 'conflict'
      ? line
      : { ...line, kind: 'held', would: line.kind, sentence: holdSentence(hold) };
  });

  function inForce(hold: Hold, line: DraftLine): boolean {
    const own = hold.subject === 'membership' ? { version: line.stagedVersion } : staged.get(hold.resourceId);
    return isHeld(hold, own ?? NOT_STAGED, now);
  }
}

async function deletedHere({ reader, planId }: Draft, lines: readonly DraftLine[]): Promise<(id: string) => boolean> {
  const ids = lines.flatMap(({ resourceId, memberId }) => (memberId === undefined ? [] : [resourceId, memberId]));
  if (ids.length === 0) return () => false;
  const [accounts, groups] = await Promise.all([
    reader.lines.of(planId, 'account', [...new Set(ids)]),
    reader.lines.of(planId, 'group', [...new Set(ids)]),
  ]);
  return (id) => (accounts.get(id) ?? groups.get(id))?.kind === 'delete';
}

async function readCurrent(
  { reader, inForce }: Draft,
  lines: readonly TrackedLine[],
): Promise<(line: TrackedLine) => Current> {
  const ids = [...new Set(lines.map(({ resourceId }) => resourceId))];
  const memberships = lines.flatMap(({ resourceId, memberId }) =>
    memberId === undefined ? [] : [{ groupId: resourceId, memberId }],
  );
  const [users, groups, accounts, mirroredGroups, members, stagedMembers] = await Promise.all([
    reader.staged.byIds('User', ids),
    reader.staged.byIds('Group', ids),
    reader.mirror.byIds('User', ids),
    reader.mirror.byIds('Group', ids),
    reader.mirrorMemberships.among(memberships),
    reader.staged.memberships(memberships),
  ]);
  const isMember = new Set(members.map(membershipKey));
  const versions = new Map(stagedMembers.map((one) => [membershipKey(one), one.version]));
  return ({ resourceId, memberId }) => {
    const mirror = accounts.get(resourceId) ?? mirroredGroups.get(resourceId);
    const staged = users.get(resourceId) ?? groups.get(resourceId);
    const key = membershipKey({ groupId: resourceId, memberId: memberId ?? '' });
    return {
      content: mirror?.content,
      accountId: mirror?.accountId,
      isMember: isMember.has(key),
      version: memberId === undefined ? (staged?.version ?? 0) : (versions.get(key) ?? 0),
      stagedDigest: memberId === undefined && groups.has(resourceId) && staged ? digestOf(staged.document) : undefined,
      policyRevision: inForce.revision,
      keepsAccounts: inForce.policy.deleteGraceDays > 0,
    };
  };
}
