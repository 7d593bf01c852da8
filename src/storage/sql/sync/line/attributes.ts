import type { JsonObject, JsonValue } from '../../../../protocol/json.js';

/**
 * Names that a backend has for attributes by the default policy, each with the letter that stands for it in what is stored of a
 * line. A letter never changes its meaning.
 */
const LETTERS: readonly (readonly [letter: string, name: string])[] = [
  ['x', 'externalId'],
  ['d', 'displayName'],
  ['g', 'givenName'],
  ['f', 'familyName'],
  ['e', 'email'],
  ['w', 'workPhone'],
  ['m', 'mobilePhone'],
  ['j', 'jobTitle'],
  ['l', 'preferredLanguage'],
  ['n', 'employeeNumber'],
  ['p', 'department'],
  ['s', 'managerScimId'],
];
const LETTER_OF = new Map(LETTERS.map(([letter, name]) => [name, letter]));
const NAME_OF = new Map(LETTERS);

/** In front of names that could be taken for a letter. */
const ESCAPE = '.';

/** In front of what stands for a value; a value that begins so gets a second one. */
const SIGN = '~';

/** What values are often made of: the name of the account, and what it is called. */
interface Known {
  readonly name: string;
  readonly attributes: JsonObject;
}

/** Values that are often the same as others of an account, by what stands for them. A sign never changes its meaning. */
const SIGNS: readonly (readonly [sign: string, valueOf: (known: Known) => string | undefined])[] = [
  ['~n', ({ name }) => name],
  ['~p', ({ name }) => (name.includes('@') ? name.slice(0, name.indexOf('@')) : undefined)],
  ['~d', ({ attributes }) => fullName(textIn(attributes, 'givenName'), textIn(attributes, 'familyName'))],
];

/** What others are made of stays as it is. */
const PARTS = ['givenName', 'familyName'];

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;
const UUID_SIGN = '~u';

/** Attributes in few characters, in the same order. @param name of the account or group that they are of, where that is known as well */
export function encodedAttributes(attributes: JsonObject, name?: string): JsonObject {
  const signs = name === undefined ? undefined : signsOf({ name, attributes });
  return Object.fromEntries(
    Object.entries(attributes).map(([key, value]) => [
      encodedName(key),
      encodedValue(value, PARTS.includes(key) ? undefined : signs),
    ]),
  );
}

/** The same attributes again. */
export function decodedAttributes(attributes: JsonObject, name?: string): JsonObject {
  const plain = Object.entries(attributes).map(([key, value]): [string, JsonValue] => [decodedName(key), value]);
  const known = name === undefined ? undefined : { name, attributes: Object.fromEntries(plain) };
  return Object.fromEntries(plain.map(([key, value]) => [key, decodedValue(value, known)]));
}

/** An id in few characters, where it is a UUID. */
export const encodedId = (id: string): string => encodedText(id, undefined);

/** The same id again. */
export const decodedId = (id: string): string => decodedText(id, undefined);

/** What stands for a value, by the value; the first sign of two counts. */
function signsOf(known: Known): ReadonlyMap<string, string> {
  const signs = SIGNS.flatMap(([sign, valueOf]) => {
    const value = valueOf(known);
    return value === undefined ? [] : [[value, sign] as const];
  });
  return new Map(signs.reverse());
}

const encodedValue = (value: JsonValue, signs: ReadonlyMap<string, string> | undefined): JsonValue =>
  typeof value === 'string' ? encodedText(value, signs) : value;

function encodedText(value: string, signs: ReadonlyMap<string, string> | undefined): string {
  const sign = signs?.get(value);
  if (sign !== undefined) return sign;
  if (value.startsWith(SIGN)) return SIGN + value;
  return UUID.test(value) ? UUID_SIGN + Buffer.from(value.replaceAll('-', ''), 'hex').toString('base64url') : value;
}

const decodedValue = (value: JsonValue, known: Known | undefined): JsonValue =>
  typeof value === 'string' ? decodedText(value, known) : value;

function decodedText(value: string, known: Known | undefined): string {
  if (!value.startsWith(SIGN)) return value;
  if (value.startsWith(SIGN + SIGN)) return value.slice(SIGN.length);
  if (value.startsWith(UUID_SIGN)) return uuidOf(value.slice(UUID_SIGN.length));
  return (known && SIGNS.find(([sign]) => sign === value)?.[1](known)) ?? value;
}

function uuidOf(text: string): string {
  const hex = Buffer.from(text, 'base64url').toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}

function encodedName(name: string): string {
  const isTaken = name.length === 1 || name.startsWith(ESCAPE);
  return LETTER_OF.get(name) ?? (isTaken ? ESCAPE + name : name);
}

function decodedName(name: string): string {
  return NAME_OF.get(name) ?? (name.startsWith(ESCAPE) ? name.slice(ESCAPE.length) : name);
}

/** A name of one part alone says nothing shorter. */
const fullName = (given: string | undefined, family: string | undefined): string | undefined =>
  given === undefined || family === undefined ? undefined : `${given} ${family}`;

/** A text as it is stored and as it was: one that begins with the sign is neither here. */
function textIn(attributes: JsonObject, name: string): string | undefined {
  const value = Object.hasOwn(attributes, name) ? attributes[name] : undefined;
  return typeof value === 'string' && !value.startsWith(SIGN) && !UUID.test(value) ? value : undefined;
}
