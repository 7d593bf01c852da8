import { FilterProblem } from './problem.js';
import { scanString } from './scan-string.js';

/** A piece of a filter or path, with the place where it begins and the place behind it, in UTF-16 code units from 0. */
export type Token =
  /** An attribute path, an operator, a keyword or a number: what it is depends on where it stands. */
  | { readonly kind: 'word'; readonly text: string; readonly start: number; readonly end: number }
  | { readonly kind: 'string'; readonly value: string; readonly start: number; readonly end: number }
  | { readonly kind: '(' | ')' | '[' | ']'; readonly start: number; readonly end: number }
  | { readonly kind: 'end'; readonly start: number; readonly end: number };

/** Letters and digits, and what attribute names, numbers and URNs have besides them. */
const WORD = /[\w$\-.:+/#%~@!*,;=&?]*/y;

/** Cuts the text of a filter or path into tokens, in one pass. @throws FilterProblem where a character fits nowhere */
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
