import { parseJson } from '../../json.js';
import type { Replacements } from './replacements.js';
import { isHarmless, isKnownName, knownUrn } from './vocabulary.js';

/** A run of blanks, a bracket, a parenthesis or comma, a quoted text that may lack its end, or a word. */
const TOKEN = /\s+|[()[\],]|"(?:[^"\\]|\\[\s\S])*(?:"|\\?$)|[^\s()[\],"]+/g;
const COMPARISONS = new Set(['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'lt', 'ge', 'le']);
const KEYWORDS = new Set(['and', 'or', 'not', 'pr', ...COMPARISONS]);
const NUMBER = /^-?\d+(?:\.\d+)?$/;

/** Where a value stands: the names of the attributes around it, from the outside in, in lower case. */
export type Place = readonly string[];

const ID_NAMES = new Set(['id', 'members', 'manager', 'groups', '$ref']);

/** Whether a value names a resource there. */
export const isIdPlace = (place: Place): boolean => place.some((name) => ID_NAMES.has(name));

/** Replaces a value by where it stands. */
export function replaceText(value: string, place: Place, replacements: Replacements): string {
  if (isHarmless(value, place)) return value;
  if (isIdPlace(place)) return replacements.id(value);
  return replacements.text(value, place.includes('x509certificates'));
}

/** The names of attributes in a path, in lower case, such as emails and value for `emails[type eq "work"].value`. */
export function placeOf(path: string): Place {
  const bracket = path.indexOf('[');
  const before = bracket < 0 ? path : path.slice(0, bracket);
  const after = bracket < 0 ? '' : path.slice(path.lastIndexOf(']') + 1);
  return `${before.slice(before.lastIndexOf(':') + 1)}${after}`
    .toLowerCase()
    .split('.')
    .filter((part) => part !== '');
}

/**
 * Replaces what a filter (RFC 7644 §3.4.2.2), the path of a PATCH operation or a list of attributes says of anybody. It reads
 * what no server could as well, and leaves nothing of it but punctuation.
 */
export function replaceExpression(expression: string, outer: Place, replacements: Replacements): string {
  return new Expression(outer, replacements).replaced(expression);
}

class Expression {
  readonly #replacements: Replacements;
  /** What encloses the attribute that was named last, and that attribute. */
  #outer: Place;
  #place: Place = [];
  #compared = false;

  constructor(outer: Place, replacements: Replacements) {
    this.#outer = outer;
    this.#replacements = replacements;
  }

  replaced(expression: string): string {
    return expression.replaceAll(TOKEN, (token) => this.#token(token));
  }

  #token(token: string): string {
    if (token.trim() === '') return token;
    if (token === '[') this.#outer = [...this.#outer, ...this.#place];
    if (token === ']') this.#outer = [];
    if (/^[()[\],]$/.test(token)) return token;
    const compared = this.#compared;
    this.#compared = false;
    if (token.startsWith('"')) return this.#quoted(token);
    return compared ? this.#literal(token) : this.#word(token);
  }

  #quoted(token: string): string {
    const text = parseJson(token);
    if (typeof text === 'string') return JSON.stringify(this.#value(text));
    const closed = token.length > 1 && token.endsWith('"');
    // what made it unreadable has to stay so: an escape that JSON has not, or the missing end
    return closed ? `"\\q${this.#value(token.slice(1, -1))}"` : `"${this.#value(token.slice(1))}`;
  }

  #literal(word: string): string {
    if (/^(?:true|false|null)$/i.test(word)) return word;
    return NUMBER.test(word) ? String(this.#replacements.number(Number(word))) : this.#value(word);
  }

  #value(text: string): string {
    return replaceText(text, [...this.#outer, ...this.#place], this.#replacements);
  }

  #word(word: string): string {
    const lower = word.toLowerCase();
    this.#compared = COMPARISONS.has(lower);
    if (KEYWORDS.has(lower)) return word;
    this.#place = placeOf(word);
    return replaceName(word, this.#replacements);
  }
}

/** Replaces the name of an attribute, with the URN before it and the sub-attribute behind it. */
export function replaceName(name: string, replacements: Replacements): string {
  const urn = urnBefore(name);
  const rest = name.slice(urn.length).split('.');
  const parts = rest.map((part) => replacePart(part, replacements));
  return (urn === '' || knownUrn(urn) === urn ? urn : replacements.urn(urn)) + parts.join('.');
}

function replacePart(part: string, replacements: Replacements): string {
  const name = part.startsWith(':') ? part.slice(1) : part;
  if (name === '' || isKnownName(name)) return part;
  return (part.startsWith(':') ? ':' : '') + replacements.name(name);
}

function urnBefore(name: string): string {
  const known = knownUrn(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (!lower.startsWith('urn:')) return '';
  const end = Math.max(lower.lastIndexOf(':user:'), lower.lastIndexOf(':group:'));
  if (end >= 0) return name.slice(0, name.indexOf(':', end + 1));
  return lower.endsWith(':user') || lower.endsWith(':group') ? name : name.slice(0, Math.max(3, name.lastIndexOf(':')));
}

/** Replaces the URN of a schema, or the name of an attribute in place of one. */
export function replaceUrn(urn: string, replacements: Replacements): string {
  return knownUrn(urn) === urn || urn === '' ? urn : replacements.urn(urn);
}
