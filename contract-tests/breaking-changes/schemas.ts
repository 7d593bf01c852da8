import Ajv from 'ajv';
import { isArray, isObject, type Json } from '../../tools/entra-client/json.js';
import { addition, breaking, weightOf, type Change, type Direction, type Effect } from './change.js';
import type { Place } from './place.js';
import { WORD_RULES } from './schema-words.js';

/** Words that hold schemas, or that `default` is, and words that say nothing about values. */
const OTHER_WORDS = new Set([
  ...['properties', 'items', 'additionalProperties', 'anyOf', 'oneOf', 'allOf', 'default'],
  ...['title', 'description', 'example', 'externalDocs', 'deprecated'],
]);

/**
 * Compares the schemas of what one side sends to the other.
 * @throws Error on a word of a schema that this comparison does not know, so that the document cannot outgrow it in silence.
 */
export class SchemaComparison {
  readonly #seen: Set<string>;

  /** @param seen pairs of places that need no comparison */
  constructor(
    readonly direction: Direction,
    seen: ReadonlySet<string> = new Set(),
  ) {
    this.#seen = new Set(seen);
  }

  compare(released: Place, current: Place): readonly Change[] {
    const pair = `${released.at} ${current.at}`;
    if (this.#seen.has(pair)) return [];
    this.#seen.add(pair);
    refuseUnknownWords(released);
    refuseUnknownWords(current);
    return (
      this.#furtherForms(released, current) ?? [
        ...this.#words(released, current),
        ...this.#default(released, current),
        ...this.#properties(released, current),
        ...this.#additional(released, current),
        ...this.#items(released, current),
        ...this.#alternatives('anyOf', released, current),
        ...this.#alternatives('oneOf', released, current),
        ...this.#alternatives('allOf', released, current),
      ]
    );
  }

  /** For requests with one form before and several now: the old form must be among them. Otherwise undefined. */
  #furtherForms(released: Place, current: Place): readonly Change[] | undefined {
    const forms = listed(current.member('anyOf'));
    const isChoice = current.members().every(([word]) => ['anyOf', 'description', 'title'].includes(word));
    const wasChoice = listed(released.member('anyOf')).length > 0;
    if (this.direction === 'response' || forms.length === 0 || !isChoice || wasChoice) return undefined;
    const wider = forms
      .map(({ place }) => new SchemaComparison('request', this.#seen).compare(released, place))
      .find((changes) => !changes.some(({ weight }) => weight === 'breaking'));
    return wider === undefined
      ? [breaking(released.at, 'what could be sent before is none of the forms that it may have now')]
      : [...wider, addition(released.at, 'other forms may be sent as well')];
  }

  #words(released: Place, current: Place): readonly Change[] {
    const choicesAsPattern = isWiderAsPattern(released, current);
    const rules = Object.entries(WORD_RULES).filter(
      ([word]) => !(choicesAsPattern && ['enum', 'pattern'].includes(word)),
    );
    const wider = choicesAsPattern ? [this.#change('wider', released.at, 'it has a pattern that its values fit')] : [];
    const others = rules.flatMap(([word, rule]) =>
      rule(released.member(word).value, current.member(word).value, word).map(({ effect, what }) =>
        this.#change(effect, released.at, what),
      ),
    );
    return [...wider, ...others];
  }

  /** What the server takes where a client says nothing is part of the contract; in an answer it is only told. */
  #default(released: Place, current: Place): readonly Change[] {
    const before = released.member('default').value;
    const now = current.member('default').value;
    if (this.direction === 'response' || JSON.stringify(before) === JSON.stringify(now)) return [];
    return [
      before === undefined
        ? addition(released.at, 'it has a default now')
        : breaking(released.at, 'the default is another'),
    ];
  }

  #properties(released: Place, current: Place): readonly Change[] {
    const before = released.member('properties');
    const now = current.member('properties');
    const added = now.members().filter(([name]) => before.member(name).value === undefined);
    return [
      ...before.members().flatMap(([name, property]) => {
        const counterpart = now.member(name);
        return counterpart.value === undefined
          ? [breaking(`${released.at}/properties/${name}`, 'the property is gone')]
          : this.compare(property, counterpart);
      }),
      ...added.map(([name]) => this.#newProperty(released, name)),
    ];
  }

  /**
   * A new property is no break: clients pass over what they do not know in an answer, and send in a request what the document
   * named when they were written; an open schema (`additionalProperties: true`) says that the rest is ignored. It is one in a
   * request where the schema describes the other properties, as that of a map does: there a client may send the name with a
   * value of that kind. That a property is required is found with the word `required`.
   */
  #newProperty(released: Place, name: string): Change {
    const at = `${released.at}/properties/${name}`;
    const isMap = isObject(released.member('additionalProperties').value);
    return this.direction === 'request' && isMap
      ? breaking(at, 'the property is new where a map could have any other')
      : addition(at, 'the property is new');
  }

  #additional(released: Place, current: Place): readonly Change[] {
    const before = released.member('additionalProperties');
    const now = current.member('additionalProperties');
    if (isObject(before.value) && isObject(now.value)) return this.compare(before, now);
    const openness = [before.value, now.value].map((value) => (value === false ? 0 : isObject(value) ? 1 : 2));
    const [then = 2, later = 2] = openness;
    if (then === later) return [];
    return [
      this.#change(later < then ? 'narrower' : 'wider', released.at, 'other properties than before may stand here'),
    ];
  }

  #items(released: Place, current: Place): readonly Change[] {
    const before = released.member('items');
    const now = current.member('items');
    if (before.value === undefined && now.value === undefined) return [];
    if (before.value === undefined) return [this.#change('narrower', released.at, 'the items are restricted now')];
    if (now.value === undefined) return [this.#change('wider', released.at, 'the items are restricted no longer')];
    return this.compare(before, now);
  }

  /** Alternatives that are written alike on both sides pair up, the others in their order. */
  #alternatives(word: 'anyOf' | 'oneOf' | 'allOf', released: Place, current: Place): readonly Change[] {
    const before = listed(released.member(word));
    const now = listed(current.member(word));
    const left = before.filter(({ text }) => !now.some((other) => other.text === text));
    const right = now.filter(({ text }) => !before.some((other) => other.text === text));
    const same = now.flatMap((one) =>
      before.filter(({ text }) => text === one.text).map((other) => [other, one] as const),
    );
    const pairs = [...same, ...left.flatMap((one, index) => (right[index] ? [[one, right[index]] as const] : []))];
    const at = `${released.at}/${word}`;
    const fewer: Effect = word === 'allOf' ? 'wider' : 'narrower';
    const more: Effect = word === 'allOf' ? 'narrower' : 'wider';
    return [
      ...pairs.flatMap(([one, other]) => this.compare(one.place, other.place)),
      ...left.slice(right.length).map(() => this.#change(fewer, at, 'an alternative is gone')),
      ...right.slice(left.length).map(() => this.#change(more, at, 'an alternative is new')),
    ];
  }

  #change(effect: Effect, at: string, what: string): Change {
    const who = this.direction === 'request' ? 'in requests' : 'in answers';
    return { weight: weightOf(effect, this.direction), at, what: `${what} (${who})` };
  }
}

function refuseUnknownWords(place: Place): void {
  for (const [word] of place.members()) {
    if (Object.hasOwn(WORD_RULES, word) || OTHER_WORDS.has(word) || word.startsWith('x-')) continue;
    throw new Error(`the comparison does not know the word ${word} of the schema ${place.at}`);
  }
}

/** The schemas in a list, with the text that stands there. */
function listed(place: Place): readonly { readonly text: string; readonly place: Place }[] {
  const elements = isArray(place.value) ? place.value : [];
  return elements.map((value: Json, index) => ({
    text: JSON.stringify(value),
    place: place.inner(value, `${place.at}/${index}`),
  }));
}

/** Whether a pattern stands where values were listed, and each of these that is a text fits it. */
function isWiderAsPattern(released: Place, current: Place): boolean {
  const values = released.member('enum').value;
  const pattern = current.member('pattern').value;
  const one = isArray(values) && current.member('enum').value === undefined;
  if (!one || typeof pattern !== 'string' || released.member('pattern').value !== undefined) return false;
  const fits = new Ajv().compile({ pattern });
  return values.every((value) => fits(value) === true);
}
