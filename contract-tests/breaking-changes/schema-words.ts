import { isArray, type Json } from '../../tools/entra-client/json.js';
import type { Effect } from './change.js';

/** The effect of a change of one word of a schema. */
interface WordChange {
  readonly effect: Effect;
  readonly what: string;
}

/** Compares the values of one word; undefined is a schema that does not say it. */
export type WordRule = (released: Json | undefined, current: Json | undefined, word: string) => readonly WordChange[];

const text = (value: Json | undefined): string => (value === undefined ? 'unsaid' : JSON.stringify(value));

const changed = (effect: Effect, word: string, released: Json | undefined, current: Json | undefined): WordChange[] => [
  { effect, what: `${word} was ${text(released)} and is ${text(current)}` },
];

/** A word that restricts values, and of which it cannot be told whether one value allows more than another. */
const restriction: WordRule = (released, current, word) => {
  if (JSON.stringify(released) === JSON.stringify(current)) return [];
  if (released === undefined) return changed('narrower', word, released, current);
  return changed(current === undefined ? 'wider' : 'other', word, released, current);
};

const limit =
  (narrower: (released: number, current: number) => boolean): WordRule =>
  (released, current, word) => {
    if (typeof released !== 'number' || typeof current !== 'number') return restriction(released, current, word);
    if (released === current) return [];
    return changed(narrower(released, current) ? 'narrower' : 'wider', word, released, current);
  };

const upper = limit((released, current) => current < released);
const lower = limit((released, current) => current > released);

/** A word that restricts values when it is true. */
const ban: WordRule = (released, current, word) =>
  (released === true) === (current === true)
    ? []
    : changed(current === true ? 'narrower' : 'wider', word, released, current);

const permission: WordRule = (released, current, word) =>
  (released === true) === (current === true)
    ? []
    : changed(current === true ? 'wider' : 'narrower', word, released, current);

const type: WordRule = (released, current, word) => {
  if (released === 'integer' && current === 'number') return changed('wider', word, released, current);
  if (released === 'number' && current === 'integer') return changed('narrower', word, released, current);
  return restriction(released, current, word);
};

const choices: WordRule = (released, current, word) => {
  if (!isArray(released) || !isArray(current)) return restriction(released, current, word);
  const gone = released.filter((value) => !current.includes(value));
  const come = current.filter((value) => !released.includes(value));
  return [
    ...gone.map((value): WordChange => ({ effect: 'narrower', what: `${word} has ${text(value)} no longer` })),
    ...come.map((value): WordChange => ({ effect: 'wider', what: `${word} has ${text(value)} besides` })),
  ];
};

/** Names that must be there: one more allows less. */
const obligations: WordRule = (released, current) => {
  const before = isArray(released) ? released : [];
  const now = isArray(current) ? current : [];
  const come = now.filter((name) => !before.includes(name));
  const gone = before.filter((name) => !now.includes(name));
  return [
    ...come.map((name): WordChange => ({ effect: 'narrower', what: `${text(name)} is required now` })),
    ...gone.map((name): WordChange => ({ effect: 'wider', what: `${text(name)} is required no longer` })),
  ];
};

/** The words that restrict a value by themselves, each with how its values compare. */
export const WORD_RULES: Readonly<Record<string, WordRule>> = {
  type,
  nullable: permission,
  enum: choices,
  required: obligations,
  minLength: lower,
  minimum: lower,
  minItems: lower,
  minProperties: lower,
  maxLength: upper,
  maximum: upper,
  maxItems: upper,
  maxProperties: upper,
  exclusiveMinimum: ban,
  exclusiveMaximum: ban,
  uniqueItems: ban,
  pattern: restriction,
  format: restriction,
  multipleOf: restriction,
  not: restriction,
  readOnly: restriction,
  writeOnly: restriction,
};
