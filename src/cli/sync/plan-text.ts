import { LINE_KINDS, type ResourceLineKind } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import type { Tenant } from '../../model/tenant.js';
import { affectedBy } from '../../sync/json.js';
import { matchingSentence } from '../../sync/matching/sentence.js';
import { KIND_STYLES, type Paint } from '../paint.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';
import { commandText } from './options.js';

/** A plan as text: its title and a table with the number of lines of each kind. */
export function planText(plan: Plan, { paint, aligned }: { paint: Paint; aligned: boolean }): string {
  const rows = [...LINE_KINDS, 'unchanged' as const].map((kind) => ({ kind, counts: countsOf(plan, kind) }));
  const cells = rows
    .filter(({ counts }) => counts.some((count) => count !== 0 && count !== ''))
    .map(({ kind, counts }) => [
      kind === 'unchanged' ? kind : paint(KIND_STYLES[kind], kind),
      ...counts.map((count) => (aligned ? String(count).padStart(11) : String(count))),
    ]);
  const headings = ['', 'ACCOUNTS', 'GROUPS', 'MEMBERSHIPS'].map((text, column) =>
    aligned && column > 0 ? text.padStart(11) : text,
  );
  const lines = table(cells, headings, {
    aligned,
    none: 'There are no lines, and nothing that is the same on both sides.',
  });
  const matching = matchingSentence(plan);
  return [title(plan), lines, ...(matching === undefined ? [] : [matching])].join('\n\n');
}

function title({ id, by, created, state, undoes, repairs }: Plan): string {
  const undo = undoes === undefined ? '' : ` to undo the run ${undoes}`;
  const purpose = repairs === true ? ' to repair what the backend has' : undo;
  return `Plan ${id}${purpose}, made by ${printable(by)} at ${created}: ${state}.`;
}

type Cell = number | '';

function countsOf({ counts }: Plan, kind: ResourceLineKind | 'add' | 'remove' | 'unchanged'): readonly Cell[] {
  if (kind === 'add' || kind === 'remove') return ['', '', counts.memberships[kind]];
  return [counts.accounts[kind], counts.groups[kind], kind === 'held' ? (counts.memberships.held ?? '') : ''];
}

/** What to do next with a plan that was just made, with the commands to run. */
export function nextSteps(plan: Plan, tenant: Tenant, policy: SyncPolicy): string {
  const option = ['--plan', plan.id];
  const { accounts, groups } = plan.counts;
  const affected = affectedBy(plan);
  const steps = [
    `  Review it:   ${commandText('show', tenant, ...option)}`,
    ...(accounts.conflict + groups.conflict === 0
      ? []
      : [`  Conflicts:   ${commandText('show', tenant, ...option, '--kind', 'conflict')}`]),
    ...(accounts.link + groups.link === 0 ? [] : [`  Links:       ${commandText('link', tenant, ...option)}`]),
    `  Apply it:    ${commandText('apply', tenant, ...option)}`,
    `  Discard it:  ${commandText('discard', tenant, ...option)}`,
  ];
  const waiting = waitingText(plan);
  if (deliverable(plan) === 0) {
    const text = isHeldOrConflict(plan)
      ? [NOTHING_TO_APPLY, ...steps.slice(0, -2)]
      : [nothingToDo(plan, policy.groups)];
    return [...text, ...waiting].join('\n');
  }
  const warning = affected === 0 ? [] : [`It deactivates and deletes ${accountsOf(affected)}.`];
  return [...warning, ...waiting, 'Nothing has been changed in the backend yet. Next:', ...steps].join('\n');
}

/** Memberships without a line, which would be overlooked otherwise. */
function waitingText({ counts: { memberships } }: Plan): readonly string[] {
  const { waiting = 0 } = memberships;
  if (waiting === 0) return [];
  const what = waiting === 1 ? '1 membership waits' : `${waiting} memberships wait`;
  return [`${what}: the backend has not both the group and the member, also after this plan.`];
}

const accountsOf = (count: number): string => (count === 1 ? '1 account' : `${count} accounts`);

/** How many lines of a plan could be delivered: all but conflicts and held ones. */
export function deliverable({ counts: { accounts, groups, memberships } }: Plan): number {
  const kinds = LINE_KINDS.filter(
    (kind) => kind !== 'add' && kind !== 'remove' && kind !== 'conflict' && kind !== 'held',
  );
  const resources = kinds.map((kind) => accounts[kind] + groups[kind]);
  return resources.reduce((sum, count) => sum + count, memberships.add + memberships.remove);
}

/** Says no more than the plan knows: disabled users have no account, and an undo does not look at what is staged. */
function nothingToDo({ undoes, mirrored, counts: { accounts, memberships } }: Plan, groups: boolean): string {
  if (undoes !== undefined) return `There is nothing to do: the run ${undoes} applied nothing.`;
  if (memberships.waiting !== undefined) return 'There is nothing to apply.';
  const without = accounts.unchanged - mirrored;
  if (without <= 0 && groups) return 'There is nothing to do: the backend already has everything that is staged.';
  const users = without === 1 ? '; 1 disabled user has none' : `; ${without} disabled users have none`;
  const rest = [without <= 0 ? '' : users, groups ? '' : '; the policy passes on no groups'].join('');
  return `There is nothing to do: the backend already has every account that it is to have${rest}.`;
}

const NOTHING_TO_APPLY = 'There is nothing to apply: every difference is held or in conflict.';

const isHeldOrConflict = ({ counts: { accounts, groups, memberships } }: Plan): boolean =>
  accounts.conflict + accounts.held + groups.conflict + groups.held + (memberships.held ?? 0) > 0;
