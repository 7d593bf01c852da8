import fc from 'fast-check';
import type { Requests } from '../document/requests.js';
import { isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import { LINK } from './links.js';
import { isReference, mustHave, mustName } from './rules-in-words.js';
import { formatted, textOf } from './text.js';

/** More elements than this tell nothing new. */
const MOST_ITEMS = 4;

/** Makes values that the schemas of a document allow. */
export class Values {
  /** @param shown by the names of members, the values that the document's examples have there */
  constructor(
    readonly requests: Requests,
    readonly shown: ReadonlyMap<string, readonly Json[]>,
  ) {}

  /**
   * @param name the member whose value it is; empty for a whole body
   * @throws Error on a schema that values cannot be made for.
   */
  of(schema: Json, name = ''): fc.Arbitrary<Json> {
    const words = this.requests.resolved(schema);
    const plain = this.#plain(words, name);
    return words['nullable'] === true ? fc.oneof({ weight: 4, arbitrary: plain }, fc.constant(null)) : plain;
  }

  #plain(words: JsonObject, name: string): fc.Arbitrary<Json> {
    const { enum: choices, anyOf, oneOf } = words;
    const type = typeof words['type'] === 'string' ? words['type'] : 'anything';
    if (isArray(choices)) return fc.constantFrom(...choices);
    const alternatives = isArray(anyOf) ? anyOf : isArray(oneOf) ? oneOf : undefined;
    if (alternatives !== undefined) return fc.oneof(...alternatives.map((alternative) => this.of(alternative, name)));
    switch (type) {
      case 'object':
        return this.#object(words);
      case 'array':
        return this.#array(words, name);
      case 'string':
        return this.#text(words, name);
      case 'boolean':
        return fc.boolean();
      case 'integer':
        return fc.integer(range(words, 1_000));
      case 'number':
        return fc.double({ ...range(words, 1_000), noNaN: true });
      case 'anything':
        return this.#anything(name);
      default:
        throw new Error(`the contract tests cannot make a value of the type ${type}`);
    }
  }

  #object(words: JsonObject): fc.Arbitrary<Json> {
    const properties = isObject(words['properties']) ? words['properties'] : {};
    const required = [...(isArray(words['required']) ? words['required'] : []), ...mustHave(words)];
    const values = Object.entries(properties).map(([name, schema]) => [name, this.of(schema, name)] as const);
    return fc
      .record(Object.fromEntries(values), {
        requiredKeys: Object.keys(properties).filter((key) => required.includes(key)),
      })
      .map((object) => ({ ...object }));
  }

  #array(words: JsonObject, name: string): fc.Arbitrary<Json> {
    const named = mustName(words);
    if (named !== undefined) return fc.constantFrom([named], [named, 'urn:example:another']);
    const least = numberOr(words['minItems'], 0);
    const length = { minLength: least, maxLength: Math.min(numberOr(words['maxItems'], Infinity), least + MOST_ITEMS) };
    const made = fc.array(this.of(words['items'] ?? {}, name), length);
    const shown = (this.shown.get(name) ?? []).filter(isArray);
    return shown.length === 0 ? made : fc.oneof({ weight: 3, arbitrary: made }, fc.constantFrom(...shown));
  }

  #text(words: JsonObject, name: string): fc.Arbitrary<Json> {
    const { pattern, format } = words;
    const [least, most] = [numberOr(words['minLength'], 0), numberOr(words['maxLength'], Infinity)];
    if (typeof pattern === 'string') {
      // eslint-disable-next-line no-restricted-syntax -- a pattern of a document of ours, which is matched by no server
      return fc.stringMatching(new RegExp(pattern, 'u')).filter((text) => text.length >= least && text.length <= most);
    }
    const known = typeof format === 'string' ? formatted(format) : undefined;
    if (known !== undefined) return known;
    if (isReference(words)) return fc.oneof({ weight: 5, arbitrary: LINK }, textOf(least, most));
    const shown = (this.shown.get(name) ?? []).filter((value) => typeof value === 'string' && value.length <= most);
    const made = textOf(least, most);
    return shown.length === 0 ? made : fc.oneof({ weight: 3, arbitrary: made }, fc.constantFrom(...shown));
  }

  /** A schema without a type lets anything pass; what the examples have there is more to the point. */
  #anything(name: string): fc.Arbitrary<Json> {
    const shown = this.shown.get(name) ?? [];
    const any = fc.oneof(
      fc.constant(null),
      fc.boolean(),
      fc.integer(),
      textOf(0, 20),
      fc.constant([]),
      fc.constant({}),
    );
    return shown.length === 0 ? any : fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...shown) }, any);
  }
}

function range(words: JsonObject, span: number): { min: number; max: number } {
  const min = numberOr(words['minimum'], numberOr(words['maximum'], span) - 2 * span);
  return { min, max: numberOr(words['maximum'], Math.max(min + span, span)) };
}

const numberOr = (value: Json | undefined, otherwise: number): number =>
  typeof value === 'number' ? value : otherwise;

/** By the names of members, every value that stands there in some texts of JSON. */
export function shownValues(examples: Iterable<Json>): ReadonlyMap<string, readonly Json[]> {
  const shown = new Map<string, Json[]>();
  const waiting: Json[] = [...examples];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isArray(next)) waiting.push(...next);
    if (!isObject(next)) continue;
    for (const [name, value] of Object.entries(next)) {
      shown.set(name, [...(shown.get(name) ?? []), value]);
      waiting.push(value);
    }
  }
  return shown;
}
