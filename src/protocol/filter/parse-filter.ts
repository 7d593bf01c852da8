import type { ResourceType } from '../schemas/attribute.js';
import { invalidFilter } from '../scim-error.js';
import { namesOf, namesWithin, unknownNames, type NamedAttribute, type Names } from './attribute-names.js';
import {
  compareNode,
  compareUnknownNode,
  presentNode,
  type Comparison,
  readOperator,
  readValue,
} from './comparison.js';
import { FilterProblem } from './problem.js';
import { TokenStream } from './tokens.js';
import { DEFAULT_FILTER_LIMITS, type FilterLimits, type FilterNode } from './tree.js';

/**
 * Parses a filter (RFC 7644 §3.4.2.2) into a frozen tree whose names are found in the schemas of the resource type.
 * @throws ScimError 400 `invalidFilter` that names the place and what is expected there, or the limit that it exceeds
 */
export function parseFilter(
  text: string,
  resourceType: ResourceType,
  limits: FilterLimits = DEFAULT_FILTER_LIMITS,
): FilterNode {
  try {
    return new FilterReader(text, resourceType, limits).filter();
  } catch (error) {
    throw error instanceof FilterProblem ? invalidFilter(error.describe('filter', text)) : error;
  }
}

/** An attribute as it is named in a filter or path: `attribute`, `attribute[condition]` or `attribute[condition].sub`. */
export interface Selection {
  readonly named: NamedAttribute;
  /** Where it begins in the text. */
  readonly at: number;
  readonly condition?: FilterNode;
  /** The name behind the condition. */
  readonly suffix?: NamedAttribute;
}

/** Reads a filter or a path by recursive descent; how deep it goes is bounded by the limits. */
export class FilterReader {
  readonly #tokens: TokenStream;
  readonly #limits: FilterLimits;
  readonly #names: Names;
  #depth = 0;
  #terms = 0;

  /** @throws FilterProblem if the text is too long, or has a character that is not allowed at its place */
  constructor(text: string, resourceType: ResourceType, limits: FilterLimits) {
    if (text.length > limits.length) {
      throw new FilterProblem('limit', 0, `it has ${text.length} characters; ${limits.length} is the limit`);
    }
    this.#tokens = new TokenStream(text);
    this.#limits = limits;
    this.#names = namesOf(resourceType);
  }

  /** The whole text as a filter. */
  filter(): FilterNode {
    const node = this.#disjunction(this.#names);
    this.#tokens.expect('end', '"and", "or" or the end');
    return node;
  }

  /** The whole text as a path. */
  path(): Selection {
    const selection = this.#selection(this.#names, elementNamesInPath);
    this.#tokens.expect('end', 'the end of the path');
    return selection;
  }

  #disjunction(names: Names): FilterNode {
    const operands = [this.#conjunction(names)];
    while (this.#tokens.acceptKeyword('or')) operands.push(this.#conjunction(names));
    return combine('or', operands);
  }

  #conjunction(names: Names): FilterNode {
    const operands = [this.#factor(names)];
    while (this.#tokens.acceptKeyword('and')) operands.push(this.#factor(names));
    return combine('and', operands);
  }

  #factor(names: Names): FilterNode {
    if (this.#tokens.acceptKeyword('not')) return Object.freeze({ kind: 'not', operand: this.#group(names) });
    return this.#tokens.peek().kind === '(' ? this.#group(names) : this.#term(names);
  }

  #group(names: Names): FilterNode {
    const open = this.#tokens.expect('(', '"("');
    const node = this.#deeper(open.start, () => this.#disjunction(names));
    this.#tokens.expect(')', '"and", "or" or ")"');
    return node;
  }

  #term(names: Names): FilterNode {
    const { named, at, condition, suffix } = this.#selection(names);
    checkDepth(named, 2, at);
    if (suffix) checkDepth(suffix, 1, at);
    if (!condition) return this.#test(named, at);
    if (!suffix) return valuePath(named, condition);
    return valuePath(named, combine('and', [condition, this.#test(suffix, at)]));
  }

  /** The operator and value behind the name of an attribute. */
  #test(named: NamedAttribute, at: number): FilterNode {
    this.#count(at);
    const operator = readOperator(this.#tokens);
    if (operator === 'pr') return presence(named, at);
    return comparison(named, { operator, ...readValue(this.#tokens) });
  }

  #selection(names: Names, within = elementNames): Selection {
    const word = this.#tokens.expectWord('the name of an attribute');
    const named = names(word.text, word.start);
    const bracket = this.#tokens.peek();
    if (bracket.kind !== '[' || bracket.start !== word.end) return { named, at: word.start };
    if (names !== this.#names)
      throw new FilterProblem('syntax', bracket.start, 'an operator (value paths do not nest)');
    const parts = within(named, word.start);
    const condition = this.#bracketed(parts);
    return { named, at: word.start, condition: condition.node, ...this.#suffix(parts, condition.end) };
  }

  #bracketed(names: Names): { node: FilterNode; end: number } {
    const open = this.#tokens.take();
    const node = this.#deeper(open.start, () => this.#disjunction(names));
    return { node, end: this.#tokens.expect(']', '"and", "or" or "]"').end };
  }

  #suffix(names: Names, at: number): { suffix?: NamedAttribute } {
    const word = this.#tokens.acceptSuffix(at);
    return word ? { suffix: names(word.text.slice(1), at + 1) } : {};
  }

  #deeper(at: number, read: () => FilterNode): FilterNode {
    if (++this.#depth > this.#limits.depth) {
      throw new FilterProblem(
        'limit',
        at,
        `it nests parentheses and brackets deeper than ${this.#limits.depth} levels`,
      );
    }
    const node = read();
    this.#depth--;
    return node;
  }

  #count(at: number): void {
    if (++this.#terms > this.#limits.terms) {
      throw new FilterProblem('limit', at, `it has more than ${this.#limits.terms} comparisons`);
    }
  }
}

/** What names a part of a sub-attribute is no attribute path (RFC 7644 §3.4.2.2, figure 1), and not an unknown attribute. */
function checkDepth(named: NamedAttribute, most: number, at: number): void {
  if (named.kind !== 'unknown' || named.segments.length <= most) return;
  const [sub = '', part = ''] = named.segments.slice(most - 1);
  throw new FilterProblem(
    'meaning',
    at,
    `${abridged(sub)} can have no part ${abridged(part)}: attributes nest one level deep`,
  );
}

function abridged(name: string): string {
  return name.length > 64 ? `${name.slice(0, 64)}…` : name;
}

function combine(kind: 'and' | 'or', operands: readonly FilterNode[]): FilterNode {
  const [first] = operands;
  return first && operands.length === 1 ? first : Object.freeze({ kind, operands: Object.freeze(operands) });
}

function presence(named: NamedAttribute, at: number): FilterNode {
  return named.kind === 'attribute'
    ? presentNode(named.target, at)
    : Object.freeze({ kind: 'unknown', matches: false });
}

function comparison(named: NamedAttribute, compared: Comparison): FilterNode {
  return named.kind === 'attribute' ? compareNode(named.target, compared) : compareUnknownNode(compared);
}

function valuePath(named: NamedAttribute, condition: FilterNode): FilterNode {
  return named.kind === 'attribute'
    ? Object.freeze({ kind: 'valuePath', target: named.target, condition })
    : Object.freeze({ kind: 'unknown', matches: false });
}

/**
 * In a path, a condition on a simple attribute is one on its own `value`; RFC 7644 has none there, but clients do (see
 * filter-on-single-value in entra/rule.ts).
 */
function elementNamesInPath(named: NamedAttribute, at: number): Names {
  if (named.kind !== 'attribute') return unknownNames;
  const { attribute, subAttribute } = named.target;
  const simple = subAttribute ?? attribute;
  if (attribute.multiValued || simple.multiValued || simple.type === 'complex') return elementNames(named, at);
  return namesWithin(simple);
}

/** Only an attribute that has elements or parts can have a condition on them. */
function elementNames(named: NamedAttribute, at: number): Names {
  if (named.kind !== 'attribute') return unknownNames;
  const { attribute, subAttribute } = named.target;
  if (subAttribute || !(attribute.multiValued || attribute.type === 'complex')) {
    throw new FilterProblem('syntax', at, 'in front of "[" a multi-valued or complex attribute');
  }
  return namesWithin(attribute);
}
