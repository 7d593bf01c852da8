import { scan, type Token } from '../filter/tokens.js';
import type { FilterNode } from '../filter/tree.js';
import type { JsonObject, JsonValue } from '../json.js';
import type { Change } from './change.js';

type Comparison = Extract<FilterNode, { kind: 'compare' }>;

/**
 * The element that a path's filter describes, for values that are not there yet: `[type eq "work" and primary eq true]`
 * describes `{"type": "work", "primary": true}`. Undefined for a filter that says more than what is equal.
 */
export function createdElement({ attribute, filter }: Pick<Change, 'attribute' | 'filter'>): JsonObject | undefined {
  if (filter === undefined) return {};
  const terms = attribute.type === 'complex' ? equalities(filter.condition) : undefined;
  if (terms === undefined) return undefined;
  const sent = valuesAsSent(filter.path);
  return Object.fromEntries(
    terms.map(({ target, value }, index): [string, JsonValue] => [
      target.attribute.name,
      typeof value === 'string' ? (sent[index] ?? value) : value,
    ]),
  );
}

function equalities(node: FilterNode): readonly Comparison[] | undefined {
  if (node.kind === 'compare') return node.operator === 'eq' ? [node] : undefined;
  if (node.kind !== 'and') return undefined;
  const terms = node.operands.map(equalities);
  return terms.every((term) => term !== undefined) ? terms.flat() : undefined;
}

/** The strings in the filter as they were sent, by the number of their comparison; the tree has them folded. */
function valuesAsSent(path: string): readonly (string | undefined)[] {
  const tokens = scan(path);
  const bracket = tokens.findIndex(({ kind }) => kind === '[');
  const words = tokens.slice(bracket).filter(isOperand);
  // What is left is `attribute eq value and attribute eq value …`.
  return words
    .filter((_, index) => index % 4 === 2)
    .map((token) => (token.kind === 'string' ? token.value : undefined));
}

function isOperand(token: Token): token is Extract<Token, { kind: 'word' | 'string' }> {
  return token.kind === 'word' || token.kind === 'string';
}
