import type { AttributeChange, TrackedLine } from '../../model/line.js';
import type { Match } from '../../model/match.js';
import type { JsonValue } from '../../protocol/json.js';
import { KIND_STYLES, STATE_STYLES, type Paint } from '../paint.js';
import { printable } from '../terminal.js';

/** Shown in place of an absent value. */
const NONE = '–';

/** A line of a plan as text: what changes for whom, each attribute with its old and new value, and why. */
export function lineText(line: TrackedLine, paint: Paint): string {
  const number = String(line.number).padStart(6);
  const kind = paint(KIND_STYLES[line.kind], line.kind.padEnd(10));
  const head = `${number}  ${kind}  ${line.subject}  ${paint('bold', whoseLine(line))}${stateOf(line, paint)}`;
  return [head, ...details(line, paint).map((text) => `        ${text}`)].join('\n');
}

/** A short name of a line, for messages about it. */
export const lineName = (line: TrackedLine): string => `line ${line.number}, ${line.kind} ${whoseLine(line)}`;

function whoseLine({ subject, kind, name, memberName, memberId }: TrackedLine): string {
  if (subject !== 'membership') return printable(name);
  const member = printable(memberName ?? memberId ?? '');
  return `${member} ${kind === 'remove' ? 'from' : 'in'} ${printable(name)}`;
}

function stateOf({ state, detail }: TrackedLine, paint: Paint): string {
  if (state === 'planned') return '';
  const why = detail === undefined ? '' : `: ${printable(detail)}`;
  return `  ${paint(STATE_STYLES[state], `[${state}${why}]`)}`;
}

function details(line: TrackedLine, paint: Paint): readonly string[] {
  return [
    ...(line.sentence === undefined ? [] : [printable(line.sentence)]),
    ...(line.would === undefined ? [] : [`would be: ${line.would}`]),
    ...(line.heldUntil === undefined ? [] : [`until: ${line.heldUntil}`]),
    ...line.changes.map((change) => changeText(change, line.before !== undefined, paint)),
    ...(line.matches ?? []).map(matchText),
    ...confirmation(line),
  ];
}

/** @param hadBefore whether the backend already has the account or group, so that there is an old value to show */
function changeText({ attribute, before, after }: AttributeChange, hadBefore: boolean, paint: Paint): string {
  const old = hadBefore ? `${paint('red', valueText(before))} → ` : '';
  return `${printable(attribute)}: ${old}${paint('green', valueText(after))}`;
}

const valueText = (value: JsonValue): string => (value === null ? NONE : printable(JSON.stringify(value)));

const REASONS: Readonly<Record<Match['by'], string>> = { scimId: 'same SCIM id', name: 'same name' };

/** An existing account or group of the backend, with hints that help a person decide whether it is the same. */
function matchText({ accountId, by, hints = {} }: Match): string {
  const more = Object.entries(hints).map(([name, hint]) => `, ${name} ${printable(JSON.stringify(hint))}`);
  return `the backend's ${printable(accountId)} (${REASONS[by]})${more.join('')}`;
}

function confirmation({ needsConfirmation, confirmedBy }: TrackedLine): readonly string[] {
  if (confirmedBy !== undefined) return [`confirmed by ${printable(confirmedBy)}`];
  return needsConfirmation === true ? ['needs confirmation: flexwhere-scim sync link'] : [];
}
