import type { TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { Run } from '../../model/run.js';
import type { DraftLine } from '../plan/decide.js';
import type { LineWriter } from '../plan/lines.js';
import { linesIn } from '../plan/lines.js';
import { writePlan } from '../plan/make.js';
import { WantedNames } from '../plan/names.js';
import type { Draft, Planning, PlanRequest } from '../plan/planning.js';
import { inverseOf, type Current } from './inverse.js';

/**
 * Makes the plan that undoes what a run applied, as far as possible, and freezes it.
 * @throws RunActive while the tenant has a run
 */
export function makeUndoPlan(planning: Planning, request: PlanRequest, run: Run): Promise<Plan> {
  return writePlan(planning, request, (draft, writer) => writeInverse(draft, writer, run), run.id);
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
  return { accounts: 0, groups: 0 };
}

async function inverses(draft: Draft, run: Run, lines: readonly TrackedLine[]): Promise<readonly DraftLine[]> {
  const currentOf = await readCurrent(draft, lines);
  const inverted = lines.map((line) => inverseOf(line, run.id, currentOf(line)));
  const gone = await deletedHere(draft, inverted);
  // What goes with an account or group needs no line of its own.
  return inverted.filter(({ resourceId, memberId }) => memberId === undefined || !(gone(resourceId) || gone(memberId)));
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
  const [users, groups, accounts, mirroredGroups, members] = await Promise.all([
    reader.staged.byIds('User', ids),
    reader.staged.byIds('Group', ids),
    reader.mirror.byIds('User', ids),
    reader.mirror.byIds('Group', ids),
    reader.mirrorMemberships.among(memberships),
  ]);
  const isMember = new Set(members.map(({ groupId, memberId }) => `${groupId} ${memberId}`));
  return ({ resourceId, memberId }) => {
    const mirror = accounts.get(resourceId) ?? mirroredGroups.get(resourceId);
    return {
      content: mirror?.content,
      accountId: mirror?.accountId,
      isMember: isMember.has(`${resourceId} ${memberId ?? ''}`),
      version: (users.get(resourceId) ?? groups.get(resourceId))?.version ?? 0,
      policyRevision: inForce.revision,
    };
  };
}
