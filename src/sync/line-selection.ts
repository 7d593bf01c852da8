import type { LineKind, LineState, LineSelection } from '../model/line.js';
import type { Subject } from '../model/subject.js';
import { invalidValue } from '../protocol/scim-error.js';

/** The words that `kind` takes. */
export const LINE_KINDS: readonly LineKind[] = [
  ...(['create', 'link', 'update', 'deactivate', 'reactivate', 'delete'] as const),
  ...(['conflict', 'held', 'add', 'remove'] as const),
];
/** The words that `state` takes. */
export const LINE_STATES: readonly LineState[] = ['planned', 'sent', 'applied', 'skipped', 'failed'];
/** The words that `subject` takes. */
export const SUBJECTS: readonly Subject[] = ['account', 'group', 'membership'];

/** What a person says about the lines that are wanted; several words are separated by commas. */
export interface SelectionText {
  readonly subject?: string | undefined;
  readonly kind?: string | undefined;
  readonly state?: string | undefined;
}

/** @throws ScimError 400 `invalidValue` that names what cannot be selected */
export function lineSelection({ subject, kind, state }: SelectionText): LineSelection {
  return {
    ...(subject === undefined ? {} : { subject: wordOf('subject', subject, SUBJECTS) }),
    ...(kind === undefined ? {} : { kinds: wordsOf('kind', kind, LINE_KINDS) }),
    ...(state === undefined ? {} : { states: wordsOf('state', state, LINE_STATES) }),
  };
}

const wordsOf = <Word extends string>(name: string, text: string, words: readonly Word[]): readonly Word[] =>
  text.split(',').map((part) => wordOf(name, part.trim(), words));

function wordOf<Word extends string>(name: string, text: string, words: readonly Word[]): Word {
  const word = words.find((one) => one === text);
  if (word === undefined) throw invalidValue(`${name} takes ${words.join(', ')}.`);
  return word;
}
