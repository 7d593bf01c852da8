import type {
  AttributeCount,
  Example,
  LineGroup,
  PlanReview,
  WarningCount,
} from '../../model/reviewing/plan-review.js';
import { groupText, verdictOf, WARNING_LABELS } from '../../sync/plan-review/verdict.js';
import type { Paint } from '../paint.js';
import { table } from '../table.js';
import { printable } from '../terminal.js';

/** How a text is to look. */
interface Look {
  readonly paint: Paint;
  readonly aligned: boolean;
}

/**
 * The summary of a plan, as a person reads it: the verdict, what needs attention, changes by attribute, and identical changes as
 * one.
 */
export function reviewText(review: PlanReview, groups: readonly LineGroup[], look: Look): string {
  return [
    look.paint('bold', printable(verdictOf(review, groups[0]))),
    ...section('Needs your eyes', review.warnings.map(warningRow), ['', 'LINES', 'WHO', 'FILTER'], look),
    ...lossText(review),
    ...section('Attributes that change', review.attributes.map(attributeRow), ['', 'SET', 'CHANGED', 'BLANKED'], look),
    ...groupsText(groups, look),
  ].join('\n');
}

/** Lines that make the same change, with their count and three names. */
export const groupsText = (groups: readonly LineGroup[], look: Look): readonly string[] =>
  section('Identical changes', groups.map(groupRow), ['LINES', 'CHANGE', 'WHO', 'GROUP'], look);

function section(
  title: string,
  rows: readonly (readonly string[])[],
  headings: readonly string[],
  { paint, aligned }: Look,
): readonly string[] {
  return rows.length === 0 ? [] : ['', paint('bold', `${title}:`), table(rows, headings, { aligned, none: '' })];
}

const warningRow = ({ warning, lines, examples }: WarningCount): readonly string[] => [
  WARNING_LABELS[warning],
  String(lines),
  whoText(examples, lines),
  `--warning ${warning}`,
];

function attributeRow({ attribute, set, changed, blanked, accountsWith }: AttributeCount): readonly string[] {
  const of = blanked === 0 ? '' : ` of ${accountsWith}`;
  return [printable(attribute), String(set), String(changed), `${blanked}${of}`];
}

const groupRow = (group: LineGroup): readonly string[] => [
  String(group.lines),
  printable(groupText(group)),
  whoText(group.examples, group.lines),
  `--group ${group.signature}`,
];

function whoText(examples: readonly Example[], lines: number): string {
  const names = examples.map(nameOf).join(', ');
  return lines > examples.length ? `${names}, …` : names;
}

function nameOf({ name, memberName, members }: Example): string {
  const size = members === undefined ? '' : ` (${members} ${members === 1 ? 'member' : 'members'})`;
  return printable(memberName ?? name) + size;
}

/** How many groups that lose members are named. */
const LOSSES = 3;

function lossText({ groupLosses }: PlanReview): readonly string[] {
  const named = groupLosses
    .slice(0, LOSSES)
    .map(({ name, members, removed }) => `${printable(name)} loses ${removed} of ${members} members`);
  return named.length === 0 ? [] : ['', `${named.join('; ')}.`];
}
