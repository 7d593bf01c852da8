import { hasLongRun, MOST_MARKS } from '../text.js';
import { FilterProblem } from './problem.js';

/** A piece of a filter or path, with the place where it begins and the place behind it, in UTF-16 code units from 0. */
export type Token =
  /** An attribute path, an operator, a keyword or a number: which of them depends on its position. */
  | { readonly kind: 'word'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'string'; readonly value: string; readonly start: number; readonly end: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly start: number; readonly end: number }
  | { readonly kind: 'end'; readonly start: number; readonly end: number };

/** Letters and digits, and what attribute names, numbers and URNs have besides them. */
const WORD = /[\w$\-.:+/#%~@!*,;=&?]*/y;

/**
 * Cuts the text of a filter or path into tokens, in one pass. @throws FilterProblem for a character that is not allowed at its
 * place
 */
export function scan(text: string): readonly Token[] {
  const tokens: Token[] = [];
  let at = skipSpace(text, 0);
  while (at < text.length) {
    const token = scanToken(text, at);
    tokens.push(token);
    at = skipSpace(text, token.end);
  }
  tokens.push({ kind: 'end', start: text.length, end: text.length });
  return tokens;
}

function scanToken(text: string, start: number): Token {
  const character = text.charAt(start);
  switch (character) {
    case '(':
    case ')':
    case '[':
    case ']':
      return { kind: character, start, end: start + 1 };
    case '"':
      return scanString(text, start);
    default:
      return scanWord(text, start);
  }
}

function scanWord(text: string, start: number): Token {
  WORD.lastIndex = start;
  const end = start + (WORD.exec(text)?.[0].length ?? 0);
  if (end === start) throw new FilterProblem('syntax', start, 'an attribute, an operator, a value or a parenthesis');
  if (text.charAt(end) === '"') throw new FilterProblem('syntax', end, 'a space');
  return { kind: 'word', text: text.slice(start, end), start, end };
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text.charAt(at) === ' ' || text.charAt(at) === '\t') at++;
  return at;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
const FOUR_HEX_DIGITS = /^[\da-f]{4}$/i;

/** Scans a JSON string (RFC 8259 §7) whose opening quote is at `start`. Strings that cannot be stored are refused, see text.ts. */
function scanString(text: string, start: number): Token {
  let value = '';
  let at = start + 1;
  for (;;) {
    const plain = endOfPlainText(text, at);
    value += text.slice(at, plain);
    if (text.charAt(plain) !== '\\') {
      at = plain + 1;
      break;
    }
    const escape = readEscape(text, plain);
    value += escape.value;
    at = escape.end;
  }
  checkText(value, start);
  checkFollower(text, at);
  return { kind: 'string', value, start, end: at };
}

/** The place of the next backslash or closing quote. */
function endOfPlainText(text: string, start: number): number {
  let at = start;
  while (at < text.length && text.charAt(at) !== '"' && text.charAt(at) !== '\\') {
    if (text.charCodeAt(at) < 0x20) throw new FilterProblem('syntax', at, 'an escape instead of a control character');
    at++;
  }
  if (at >= text.length) throw new FilterProblem('syntax', at, 'the closing quote of the string');
  return at;
}

function readEscape(text: string, backslash: number): { value: string; end: number } {
  const letter = text.charAt(backslash + 1);
  const value = ESCAPES.get(letter);
  if (value !== undefined) return { value, end: backslash + 2 };
  const digits = text.slice(backslash + 2, backslash + 6);
  if (letter !== 'u' || !FOUR_HEX_DIGITS.test(digits)) {
    throw new FilterProblem('syntax', backslash, 'an escape that JSON has (a backslash is written \\\\)');
  }
  return { value: String.fromCharCode(parseInt(digits, 16)), end: backslash + 6 };
}

function checkText(value: string, start: number): void {
  if (value.includes('\0')) throw new FilterProblem('syntax', start, 'a string without NUL');
  if (!value.isWellFormed()) throw new FilterProblem('syntax', start, 'a string without lone surrogates');
  if (hasLongRun(value)) {
    throw new FilterProblem('syntax', start, `a string with at most ${MOST_MARKS} combining marks in a row`);
  }
}

function checkFollower(text: string, end: number): void {
  const follower = text.charAt(end);
  if (follower !== '' && !' \t)]'.includes(follower)) throw new FilterProblem('syntax', end, 'a space');
}

type Word = Extract<Token, { kind: 'word' }>;

/** The tokens of a text, read from left to right. */
export class TokenStream {
  readonly #tokens: readonly Token[];
  #next = 0;

  /** @throws FilterProblem where a character of the text fits nowhere */
  constructor(text: string) {
    this.#tokens = scan(text);
  }

  peek(): Token {
    const token = this.#tokens[Math.min(this.#next, this.#tokens.length - 1)];
    if (!token) throw new Error('A text has at least the token of its end');
    return token;
  }

  take(): Token {
    const token = this.peek();
    this.#next++;
    return token;
  }

  /** Takes the next token when it is that keyword, in any case. */
  acceptKeyword(keyword: string): boolean {
    const token = this.peek();
    if (token.kind !== 'word' || token.text.toLowerCase() !== keyword) return false;
    this.#next++;
    return true;
  }

  /** @throws FilterProblem if the next token is of another kind; `what` says what is expected */
  expect(kind: Token['kind'], what: string): Token {
    if (this.peek().kind !== kind) throw new FilterProblem('syntax', this.peek().start, what);
    return this.take();
  }

  expectWord(what: string): Word {
    const token = this.take();
    if (token.kind !== 'word') throw new FilterProblem('syntax', token.start, what);
    return token;
  }

  /** Takes a word that begins with a dot and stands at that place, without a space in between. */
  acceptSuffix(at: number): Word | undefined {
    const token = this.peek();
    if (token.kind !== 'word' || token.start !== at || !token.text.startsWith('.')) return undefined;
    this.#next++;
    return token;
  }
}
