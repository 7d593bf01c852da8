import { FilterProblem } from './problem.js';
import type { Token } from './scan.js';
import type { TokenStream } from './token-stream.js';
import type { ComparisonOperator, FilterValue } from './tree.js';

const OPERATORS: ReadonlyMap<string, ComparisonOperator | 'pr'> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const).map((operator) => [operator, operator]),
);
const CONSTANTS: ReadonlyMap<string, FilterValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** Takes an operator in any case. @throws FilterProblem when there is none */
export function readOperator(tokens: TokenStream): ComparisonOperator | 'pr' {
  const token = tokens.take();
  const operator = token.kind === 'word' ? OPERATORS.get(token.text.toLowerCase()) : undefined;
  if (operator) return operator;
  throw new FilterProblem('syntax', token.start, 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr)');
}

/** Takes a value (RFC 7644 §3.4.2.2: a JSON string, number, true, false or null). @throws FilterProblem when there is none */
export function readValue(tokens: TokenStream): { value: FilterValue; at: number } {
  const token = tokens.take();
  const value = valueOf(token);
  if (value !== undefined) return { value, at: token.start };
  throw new FilterProblem('syntax', token.start, 'a value (a string in double quotes, a number, true, false or null)');
}

function valueOf(token: Token): FilterValue | undefined {
  if (token.kind === 'string') return token.value;
  if (token.kind !== 'word') return undefined;
  return NUMBER.test(token.text) ? finite(token) : CONSTANTS.get(token.text.toLowerCase());
}

function finite({ text, start }: { text: string; start: number }): number {
  const value = Number(text);
  if (!Number.isFinite(value)) throw new FilterProblem('syntax', start, 'a number that a double can hold');
  return value;
}
