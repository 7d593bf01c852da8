import { canonicalText } from '../equality.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';
import { tooMany } from '../scim-error.js';

/** Tests of an element against one term of a filter, about 100 ns each. */
const ELEMENT_TESTS = 2_000_000;

/** Characters of an element that take as long to fold as one test. */
const CHARACTERS_A_TEST = 20;

/** What the operations of one PATCH request may cost together, so that no request holds up the others. */
export class WorkBudget {
  #left = ELEMENT_TESTS;
  readonly #texts = new WeakMap<JsonValue & object, string>();

  /**
   * Pays for looking at each of the elements.
   * @param terms how many comparisons an element is put to
   * @throws ScimError 400 `tooMany` when the request has used up its budget
   */
  spend(elements: readonly JsonValue[], terms: number): void {
    for (const element of elements) this.#pay(terms + this.textOf(element).length / CHARACTERS_A_TEST);
  }

  /** Pays for copying an object with so many members. @throws ScimError 400 `tooMany` */
  spendCopy(object: JsonObject): void {
    this.#pay(Object.keys(object).length);
  }

  #pay(tests: number): void {
    this.#left -= tests;
    if (this.#left >= 0) return;
    throw tooMany('The operations look at too many values; send them in several requests, or with simpler filters.');
  }

  /** The canonical text of an element, made once for all operations. */
  textOf(element: JsonValue): string {
    if (!isJsonObject(element)) return canonicalText(element);
    const known = this.#texts.get(element);
    if (known !== undefined) return known;
    const text = canonicalText(element);
    this.#texts.set(element, text);
    return text;
  }
}
