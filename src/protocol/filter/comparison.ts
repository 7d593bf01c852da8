import { attributeName, findSubAttribute } from '../attribute-lookup.js';
import type { Attribute } from '../schemas/attribute.js';
import { isSecret, simpleForm } from '../search-form.js';
import { FilterProblem } from './problem.js';
import type { Token, TokenStream } from './tokens.js';
import type { AttributeReference, ComparisonOperator, FilterNode, FilterValue } from './tree.js';

const SUBSTRING_OPERATORS: ReadonlySet<ComparisonOperator> = new Set(['co', 'sw', 'ew']);
const ORDER_OPERATORS: ReadonlySet<ComparisonOperator> = new Set(['gt', 'ge', 'lt', 'le']);

/** What a comparison says, and where: `at` is the place of the value in the text. */
export interface Comparison {
  readonly operator: ComparisonOperator;
  readonly value: FilterValue;
  readonly at: number;
}

/**
 * The node of a comparison (RFC 7644 §3.4.2.2). A complex attribute stands for its `value`; comparing with null asks
 * whether there is a value.
 * @throws FilterProblem if the attribute cannot be compared so
 */
export function compareNode(target: AttributeReference, comparison: Comparison): FilterNode {
  const { operator, value, at } = comparison;
  checkReadable(target, at);
  if (value === null) return compareWithNull(presentNode(target, at), comparison);
  const compared = withValue(target, at);
  const attribute = compared.subAttribute ?? compared.attribute;
  const name = attributeName(compared);
  checkOperator(attribute, comparison, name);
  const found = searchValue(attribute, comparison, name);
  return Object.freeze({
    kind: 'compare',
    target: compared,
    operator,
    value: name === 'meta.version' && typeof found === 'string' ? withoutDerivedPart(found) : found,
  });
}

/** The node of `pr`. @throws FilterProblem if the attribute is never returned */
export function presentNode(target: AttributeReference, at: number): FilterNode {
  checkReadable(target, at);
  return Object.freeze({ kind: 'present', target });
}

/** The node of a comparison with an unknown attribute: an absent value (RFC 7644 §3.4.2.1). */
export function compareUnknownNode(comparison: Comparison): FilterNode {
  const absent: FilterNode = Object.freeze({ kind: 'unknown', matches: false });
  if (comparison.value === null) return compareWithNull(absent, comparison);
  return comparison.operator === 'ne' ? Object.freeze({ kind: 'unknown', matches: true }) : absent;
}

function compareWithNull(present: FilterNode, { operator, at }: Comparison): FilterNode {
  if (operator === 'ne') return present;
  if (operator === 'eq') return Object.freeze({ kind: 'not', operand: present });
  throw new FilterProblem('meaning', at, `null can be compared with eq and ne only, not with ${operator}`);
}

/** A filter must reveal nothing about a password (RFC 7643 §2.2 on `returned`). */
function checkReadable({ attribute, subAttribute }: AttributeReference, at: number): void {
  const secret = [attribute, subAttribute].find((named) => named && isSecret(named));
  if (secret) throw new FilterProblem('meaning', at, `${secret.name} is never returned and cannot be filtered by`);
}

function withValue(target: AttributeReference, at: number): AttributeReference {
  if (target.subAttribute || target.attribute.type !== 'complex') return target;
  const subAttribute = findSubAttribute(target.attribute, 'value');
  if (subAttribute) return Object.freeze({ ...target, subAttribute });
  throw new FilterProblem(
    'meaning',
    at,
    `${target.attribute.name} has parts; compare one of them, such as ${example(target)}`,
  );
}

function example({ attribute }: AttributeReference): string {
  return [attribute.name, attribute.subAttributes?.[0]?.name ?? 'value'].join('.');
}

function checkOperator({ type }: Attribute, { operator, at }: Comparison, name: string): void {
  const text = type === 'string' || type === 'reference' || type === 'binary';
  const ordered = type !== 'boolean' && type !== 'binary';
  if (SUBSTRING_OPERATORS.has(operator) ? text : !ORDER_OPERATORS.has(operator) || ordered) return;
  throw new FilterProblem('meaning', at, `${operator} cannot compare ${name}, which is of type ${type}`);
}

function searchValue(attribute: Attribute, { value, at }: Comparison, name: string): FilterValue {
  const found = simpleForm(attribute, value);
  if (found !== undefined) return found;
  throw new FilterProblem(
    'meaning',
    at,
    `${name} is of type ${attribute.type}; the value must be ${EXPECTED[attribute.type]}`,
  );
}

/** A tag says more than the version where parts of the resource come from others (version.ts); the version is what is stored. */
function withoutDerivedPart(tag: string): string {
  return tag.replace(/^(W\/"\d+)\.[\w-]+"$/, '$1"');
}

const EXPECTED = {
  string: 'a string in double quotes',
  reference: 'a string in double quotes',
  binary: 'a string in double quotes',
  boolean: 'true or false',
  integer: 'a number',
  decimal: 'a number',
  dateTime: 'a dateTime such as "2011-05-13T04:42:34Z"',
  complex: 'one of its parts',
} as const;

const OPERATORS: ReadonlyMap<string, ComparisonOperator | 'pr'> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const).map((operator) => [operator, operator]),
);
const CONSTANTS: ReadonlyMap<string, FilterValue> = new Map([
  ['true', true],
  ['false', false],
  ['null', null],
]);
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** Takes an operator in any case. @throws FilterProblem if there is none */
export function readOperator(tokens: TokenStream): ComparisonOperator | 'pr' {
  const token = tokens.take();
  const operator = token.kind === 'word' ? OPERATORS.get(token.text.toLowerCase()) : undefined;
  if (operator) return operator;
  throw new FilterProblem('syntax', token.start, 'an operator (eq, ne, co, sw, ew, gt, ge, lt, le or pr)');
}

/** Takes a value (RFC 7644 §3.4.2.2: a JSON string, number, true, false or null). @throws FilterProblem if there is none */
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
