import type { MeaningRule } from '../entra/rule.js';
import { canonicalText } from '../equality.js';
import { matchesFilter } from '../filter/evaluate-filter.js';
import type { FilterNode, FilterLimits } from '../filter/tree.js';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue, member } from '../json.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { mutability, tooMany } from '../scim-error.js';
import { elementSearchForm } from '../search-form.js';
import type { Draft } from './draft.js';
import type { SentPlace } from './place.js';

/** What the operations of one request have in common. */
export interface PatchContext {
  readonly type: ResourceType;
  readonly options: PatchOptions;
  readonly budget: WorkBudget;
  readonly draft: Draft;
}

/** The filter in a path, which chooses values. */
export interface ValueFilter {
  readonly condition: FilterNode;
  /** How many comparisons it has. */
  readonly terms: number;
  /** The path as it was sent. */
  readonly path: string;
  /** Whether it is on the sub-attribute's own value. */
  readonly onPart?: boolean;
}

/** What one operation does to one attribute. */
export interface Change {
  /** `clear` is a `replace` by nothing (RFC 7643 §2.5), which never lacks a target. */
  readonly op: 'add' | 'replace' | 'remove' | 'clear';
  /** With names in the schema's spelling; null for `remove` and `clear`. */
  readonly value: JsonValue;
  readonly attribute: Attribute;
  readonly subAttribute?: Attribute | undefined;
  readonly filter?: ValueFilter | undefined;
  /** The attribute's name as the sender knows it, for errors. */
  readonly where: string;
}

/** The change that an operation makes: a `replace` by nothing clears, an `add` of nothing as well where there is one value. */
export function toChange(
  op: 'add' | 'replace' | 'remove',
  value: JsonValue | undefined,
  target: Omit<Change, 'op' | 'value'>,
): Change {
  const given = value ?? null;
  if (op === 'remove') return { ...target, op, value: null };
  const { type } = target.subAttribute ?? target.attribute;
  // An object says neither true nor false, nor that nothing is meant.
  const nothing = isNothing(given) && !(type === 'boolean' && isJsonObject(given));
  return nothing && (op === 'replace' || isSingle(target))
    ? { ...target, op: 'clear', value: null }
    : { ...target, op, value: given };
}

/** Whether a value says that there is none (RFC 7643 §2.5). */
export function isNothing(value: JsonValue): boolean {
  if (value === null) return true;
  return (isJsonArray(value) || isJsonObject(value)) && Object.keys(value).length === 0;
}

function isSingle({ attribute, subAttribute, filter }: Omit<Change, 'op' | 'value'>): boolean {
  return !(subAttribute ?? attribute).multiValued || (subAttribute === undefined && filter !== undefined);
}

/**
 * Refuses a change that the attribute's characteristics forbid whatever its value is (RFC 7644 §3.5.2).
 * @throws ScimError 400 `mutability`
 */
export function checkMutability({ op, attribute, subAttribute, filter, where }: Change): void {
  for (const changed of [attribute, subAttribute]) {
    if (changed?.mutability === 'readOnly') throw mutability(`"${where}" is read-only; leave it out.`);
  }
  if (op === 'remove' && filter === undefined && (subAttribute ?? attribute).required) {
    throw mutability(`"${where}" is required and cannot be removed; replace it instead.`);
  }
}

/** The object of an attribute's value, empty if it has none. */
export function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}

/** How a PATCH is to be understood. */
export interface PatchOptions {
  /** What the filters in paths may cost. */
  readonly limits?: FilterLimits;
  /** How many operations a request may have. */
  readonly operations?: number;
  /** Where each operation stands in what the client sent, for errors. */
  readonly sent?: readonly SentPlace[];
  /** The rules for Entra that are not to hold; none unless given. */
  readonly without?: ReadonlySet<MeaningRule>;
  /** Told about each rule for Entra that makes a difference, perhaps more than once. */
  readonly onRule?: (rule: MeaningRule) => void;
}

/** Whether a rule for Entra holds; called where it makes a difference, so that the caller of the PATCH learns of it. */
export function holds(rule: MeaningRule, options: PatchOptions): boolean {
  if (options.without?.has(rule) === true) return false;
  options.onRule?.(rule);
  return true;
}

/** Comparisons of one element with one term of a filter, or what takes as long: about 100 ns each. */
const BUDGET = 1_000_000;

/** What it costs to make the text or the search form of an element: so much, and one more for so many characters. */
const ELEMENT_COST = 10;
const CHARACTERS_A_UNIT = 10;

/** How many characters are compared with a term of a filter in the time of one step. */
const COMPARED_A_UNIT = 25;

/** What the operations of one PATCH request may cost together, so that no request holds up the others. */
export class WorkBudget {
  #left = BUDGET;
  readonly #texts = new WeakMap<JsonValue & object, string>();
  readonly #keys = new WeakMap<JsonValue & object, string>();
  readonly #forms = new WeakMap<JsonValue & object, SearchedElement>();

  /**
   * Pays for a piece of work.
   * @throws ScimError 400 `tooMany` when the request has used up its budget
   */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left >= 0) return;
    throw tooMany('The operations compare too many values; send them in several requests, or with simpler filters.');
  }

  /** Whether the filter chooses an element. @throws ScimError 400 `tooMany` */
  chooses({ condition, terms }: ValueFilter, element: JsonValue, attribute: Attribute): boolean {
    const { form, length } = this.#remembered(this.#forms, element, () => {
      const made = elementSearchForm(element, attribute);
      return { form: made, length: textLength(made) };
    });
    this.spend(terms * (1 + length / COMPARED_A_UNIT));
    return matchesFilter(condition, form);
  }

  /** The canonical text of an element. @throws ScimError 400 `tooMany` */
  textOf(element: JsonValue): string {
    return this.#remembered(this.#texts, element, () => canonicalText(element));
  }

  /** A text that an element shares with those of the same `value` and `type` (RFC 7643 §2.4), or with its equals. */
  keyOf(element: JsonValue): string {
    const value = isJsonObject(element) ? member(element, 'value') : undefined;
    if (value === undefined || !isJsonObject(element)) return this.textOf(element);
    return this.#remembered(this.#keys, element, () => JSON.stringify([value, member(element, 'type') ?? null]));
  }

  /** What is made of an element once for all operations, since an element that changes becomes another. */
  #remembered<Made>(made: WeakMap<JsonValue & object, Made>, element: JsonValue, make: () => Made): Made {
    const known = isJsonObject(element) ? made.get(element) : undefined;
    if (known !== undefined) return known;
    this.spend(ELEMENT_COST + textLength(element) / CHARACTERS_A_UNIT);
    const result = make();
    if (isJsonObject(element)) made.set(element, result);
    return result;
  }
}

/** An element in search form, and how many characters that has. */
interface SearchedElement {
  readonly form: JsonObject;
  readonly length: number;
}

/** The characters of the strings in a value; what is no string counts as one. */
function textLength(value: JsonValue): number {
  if (typeof value === 'string') return value.length;
  if (typeof value !== 'object' || value === null) return 1;
  return Object.values(value).reduce<number>((length, part: JsonValue) => length + textLength(part), 0);
}
