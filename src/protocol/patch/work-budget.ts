import { canonicalText } from '../equality.js';
import { matchesFilter } from '../filter/evaluate-filter.js';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import type { Attribute } from '../schemas/attribute.js';
import { tooMany } from '../scim-error.js';
import { elementSearchForm } from '../search-form.js';
import type { ValueFilter } from './change.js';

/** Comparisons of one element with one term of a filter, or what takes as long: about 100 ns each. */
const BUDGET = 1_000_000;

/** What it costs to make the text or the search form of an element: so much, and one more for so many characters. */
const ELEMENT_COST = 10;
const CHARACTERS_A_UNIT = 10;

/** What the operations of one PATCH request may cost together, so that no request holds up the others. */
export class WorkBudget {
  #left = BUDGET;
  readonly #texts = new WeakMap<JsonValue & object, string>();
  readonly #keys = new WeakMap<JsonValue & object, string>();
  readonly #forms = new WeakMap<JsonValue & object, JsonObject>();

  /**
   * Pays for a piece of work.
   * @throws ScimError 400 `tooMany` when the request has used up its budget
   */
  spend(units: number): void {
    this.#left -= units;
    if (this.#left >= 0) return;
    throw tooMany('The operations look at too many values; send them in several requests, or with simpler filters.');
  }

  /** Whether the filter chooses an element. @throws ScimError 400 `tooMany` */
  chooses({ condition, terms }: ValueFilter, element: JsonValue, attribute: Attribute): boolean {
    this.spend(terms);
    return matchesFilter(condition, this.#formOf(element, attribute));
  }

  #formOf(element: JsonValue, attribute: Attribute): JsonObject {
    return this.#remembered(this.#forms, element, () => elementSearchForm(element, attribute));
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

function textLength(element: JsonValue): number {
  const values = isJsonObject(element) ? Object.values(element) : [element];
  return values.reduce<number>((length, value) => length + (typeof value === 'string' ? value.length : 0), 0);
}
