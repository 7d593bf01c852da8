import { LINE_KINDS, type ChangeSelection, type LineState, type LineSelection } from '../model/line.js';
import { WARNINGS, type ChangeType, type Warning } from '../model/reviewing/plan-review.js';
import type { Subject } from '../model/subject.js';
import { invalidValue } from '../protocol/scim-error.js';

/** The words that `state` takes. */
export const LINE_STATES: readonly LineState[] = ['planned', 'sent', 'applied', 'skipped', 'failed'];
/** The words that `subject` takes. */
export const SUBJECTS: readonly Subject[] = ['account', 'group', 'membership'];

/** The words that `change` takes. */
export const CHANGE_TYPES: readonly ChangeType[] = ['set', 'changed', 'blanked'];
/** The word that `warning` takes for all of them. */
export const ANY_WARNING = 'any';

/** What a person says about the lines that are wanted; several words are separated by commas. */
export interface SelectionText {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
  readonly attribute?: string | undefined;
  readonly change?: string | undefined;
  readonly warning?: string | undefined;
  readonly group?: string | undefined;
  readonly search?: string | undefined;
}

/** @throws ScimError 400 `invalidValue` that names what cannot be selected */
export function lineSelection({
  subject,
  kind,
  state,
  warning,
  group,
  search,
  ...change
}: SelectionText): LineSelection {
  return {
    ...(subject === undefined ? {} : { subject: wordOf('subject', subject, SUBJECTS) }),
    ...(kind === undefined ? {} : { kinds: wordsOf('kind', kind, LINE_KINDS) }),
    ...(state === undefined ? {} : { states: wordsOf('state', state, LINE_STATES) }),
    ...changeSelection(change),
    ...(warning === undefined ? {} : { warnings: warningsIn(warning) }),
    ...(group === undefined ? {} : { group }),
    ...(search === undefined ? {} : { search: searched(search) }),
  };
}

function changeSelection({ attribute, change }: SelectionText): { readonly change?: ChangeSelection } {
  if (attribute === undefined && change === undefined) return {};
  const types = change === undefined ? {} : { types: wordsOf('change', change, CHANGE_TYPES) };
  return { change: { ...(attribute === undefined ? {} : { attribute }), ...types } };
}

const warningsIn = (text: string): readonly Warning[] =>
  text.trim() === ANY_WARNING ? WARNINGS : wordsOf('warning', text, WARNINGS);

function searched(text: string): string {
  if (text.trim() === '') throw invalidValue('search takes a part of a name, or the id of a user or group.');
  return text;
}

const wordsOf = <Word extends string>(name: string, text: string, words: readonly Word[]): readonly Word[] =>
  text.split(',').map((part) => wordOf(name, part.trim(), words));

function wordOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw invalidValue(`${name} takes ${words.join(', ')}.`);
  return word;
}
