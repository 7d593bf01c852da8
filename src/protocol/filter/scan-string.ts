import { FilterProblem } from './problem.js';
import type { Token } from './scan.js';

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
const LONE_SURROGATE = /\p{Surrogate}/u;

/** Scans a JSON string (RFC 8259 §7) whose opening quote is at `start`. NUL and lone surrogates are no text. */
export function scanString(text: string, start: number): Token {
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
  if (LONE_SURROGATE.test(value)) throw new FilterProblem('syntax', start, 'a string without lone surrogates');
}

function checkFollower(text: string, end: number): void {
  const follower = text.charAt(end);
  if (follower !== '' && !' \t)]'.includes(follower)) throw new FilterProblem('syntax', end, 'a space');
}
