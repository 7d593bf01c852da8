import { member, type JsonObject, type JsonValue } from '../json.js';
import type { WorkBudget } from './change.js';

/** What it costs to copy a member, or to put its name into an index. */
const COST_OF_COPYING = 4;

/**
 * A resource while the operations of one request change it. Objects that the request has made are changed in place, and
 * names are looked up in an index: otherwise each of a thousand operations would copy and search a thousand members.
 */
export class Draft {
  /** Copies made for this request, which nobody else has. */
  readonly #own = new WeakSet<JsonObject>();
  /** The names of an object by their lower case. */
  readonly #spellings = new WeakMap<JsonObject, Map<string, string>>();

  constructor(readonly budget: WorkBudget) {}

  /** The object with that member set, or without it where the value is undefined: itself, or a copy the first time. */
  set(object: JsonObject, name: string, value: JsonValue | undefined): JsonObject {
    if (member(object, name) === value) return object;
    const own = this.#ownOf(object);
    const spellings = this.#spellings.get(own);
    if (value === undefined) {
      Reflect.deleteProperty(own, name);
      spellings?.delete(name.toLowerCase());
    } else {
      Object.defineProperty(own, name, { value, writable: true, enumerable: true, configurable: true });
      spellings?.set(name.toLowerCase(), name);
    }
    return own;
  }

  /** The name as the object has it already, in whatever case. */
  spelled(object: JsonObject, name: string): string {
    return Object.hasOwn(object, name) ? name : (this.#spellingsOf(object).get(name.toLowerCase()) ?? name);
  }

  #ownOf(object: JsonObject): JsonObject {
    if (this.#own.has(object)) return object;
    const copy = { ...object };
    this.budget.spend(COST_OF_COPYING * Object.keys(copy).length);
    this.#own.add(copy);
    return copy;
  }

  #spellingsOf(object: JsonObject): ReadonlyMap<string, string> {
    const known = this.#spellings.get(object);
    if (known !== undefined) return known;
    const names = Object.keys(object);
    this.budget.spend(COST_OF_COPYING * names.length);
    // The first of two spellings counts.
    const made = new Map(names.reverse().map((name) => [name.toLowerCase(), name]));
    this.#spellings.set(object, made);
    return made;
  }
}
