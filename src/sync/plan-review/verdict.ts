import type { AttributeChange, LineKind } from '../../model/line.js';
import type { LineGroup, PlanReview, Warning } from '../../model/reviewing/plan-review.js';
import type { Subject } from '../../model/subject.js';
import type { JsonValue } from '../../protocol/json.js';

/** Characters of a value that are shown of a long one. */
const SHOWN = 40;

/** Attributes that are named of a change of many. */
const NAMED = 3;

/** What the lines with a warning are called. */
export const WARNING_LABELS: Readonly<Record<Warning, string>> = {
  accountDeleted: 'accounts deleted',
  accountDeactivated: 'accounts deactivated',
  groupDeleted: 'groups deleted',
  groupLoses: 'members removed from groups that lose many',
  valueBlanked: 'accounts and groups with a blanked value',
  userNameChanged: 'userNames changed',
  conflict: 'conflicts',
  linkUnconfirmed: 'links to confirm',
  failedBefore: 'refused by the backend last time',
  undoneBefore: 'back after an undo',
};

/** A plan in a sentence or two: how large it is, whether most of it is one change, and how much needs a person's eyes. */
export function verdictOf(review: PlanReview, largest: LineGroup | undefined): string {
  const { lines, dangerous } = review;
  if (lines === 0) return 'The plan has no lines: nothing differs.';
  return [`${counted(lines, 'line')}.`, ...mostly(lines, largest), eyesOf(dangerous)].join(' ');
}

/** From this share of the lines on, one change is worth a sentence. */
const MOSTLY = 0.5;

function mostly(lines: number, largest: LineGroup | undefined): readonly string[] {
  if (largest === undefined || largest.lines < lines * MOSTLY) return [];
  const all = largest.lines === lines ? 'All' : thousands(largest.lines);
  return [`${all} are one change: ${groupText(largest)}.`];
}

function eyesOf(dangerous: number): string {
  if (dangerous === 0) return 'None needs your eyes.';
  return `${thousands(dangerous)} ${dangerous === 1 ? 'needs' : 'need'} your eyes.`;
}

const SUBJECTS: Readonly<Record<Subject, string>> = { account: 'account', group: 'group', membership: 'membership' };

const DONE: Readonly<Record<LineKind, string>> = {
  create: 'created',
  link: 'linked with what the backend has',
  update: 'updated',
  deactivate: 'deactivated',
  reactivate: 'reactivated',
  delete: 'deleted',
  conflict: 'in conflict',
  held: 'held',
  add: 'added to',
  remove: 'removed from',
};

/** What lines have in common that make the same change, such as `department "Sales" → "Commercial"`. */
export function groupText({ subject, kind, would, group, changes }: LineGroup): string {
  if (group !== undefined)
    return `members ${kind === 'held' ? 'held' : DONE[kind]} ${kind === 'held' ? 'in ' : ''}"${group}"`;
  const done = would === undefined ? DONE[kind] : `${DONE[kind]}, would be ${DONE[would]}`;
  const plain = `${SUBJECTS[subject]}s ${done}`;
  if (changes.length === 0) return plain;
  const shown = changes.slice(0, NAMED).map(changeText);
  const more = changes.length > NAMED ? [`${changes.length - NAMED} more`] : [];
  return `${kind === 'update' ? '' : `${plain}, `}${[...shown, ...more].join(', ')}`;
}

const changeText = ({ attribute, before, after }: AttributeChange): string =>
  `${attribute} ${valueText(before)} → ${valueText(after)}`;

function valueText(value: JsonValue): string {
  if (value === null) return '–';
  const text = JSON.stringify(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text;
}

const counted = (count: number, noun: string): string => `${thousands(count)} ${noun}${count === 1 ? '' : 's'}`;

const thousands = (count: number): string => count.toLocaleString('en-US');
