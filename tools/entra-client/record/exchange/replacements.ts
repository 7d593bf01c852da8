import { certificate, spelled, standIn, type StandIn } from './shapes.js';

interface Replaced {
  readonly standIn: StandIn;
  /** What was written, in the order in which it was met; the place is the number of the spelling. */
  readonly spellings: string[];
}

const UUID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/i;

/** A text this long identifies the person that it was given to, wherever it stands. */
const UNMISTAKABLE = 16;

/**
 * What stands for what in one recording: the same value has the same replacement everywhere, another spelling of it another
 * spelling of that, and an id that the server gave out is the variable that a replay captures.
 */
export class Replacements {
  readonly #replaced = new Map<string, Replaced>();
  readonly #numbers = new Map<number, number>();
  readonly #given = new Map<string, string>();

  /** The text that stands for a value. @param certified whether it has to pass for a certificate */
  text(value: string, certified = false): string {
    const given = value.length >= UNMISTAKABLE ? this.#given.get(value) : undefined;
    if (given !== undefined) return given;
    if (UUID.test(value)) return this.#spelled('uuid', value, (number) => constant(`{{uuid:${number}}}`));
    return this.#spelled('text', value, (number) => (certified ? certificate(number) : standIn(value, number)));
  }

  /** The text that stands for a value where an id is meant. */
  id(value: string): string {
    return this.#given.get(value) ?? this.text(value);
  }

  /** The name that stands for the name of an attribute. */
  name(value: string): string {
    return this.#spelled('name', value, (number) => ({ before: '', flexible: 'custom', after: String(number) }));
  }

  /** The URN that stands for the URN of a schema; one of a user's or a group's stays one. */
  urn(value: string): string {
    const type = /:(?:user|group)$/i.exec(value)?.[0] ?? '';
    return this.#spelled('urn', value, (number) => ({
      before: 'urn:ietf:params:scim:schemas:extension:',
      flexible: 'custom',
      after: `${number}:2.0${type}`,
    }));
  }

  /** The number that stands for a number; a whole one stays one. */
  number(value: number): number {
    const known = this.#numbers.get(value);
    if (known !== undefined) return known;
    const replacement = 1_000 + this.#numbers.size + (Number.isInteger(value) ? 0 : 0.5);
    this.#numbers.set(value, replacement);
    return replacement;
  }

  /** Whether the value has been met in just this spelling, so that a replay sends what stands for it. */
  knows(value: string): boolean {
    if (value.length >= UNMISTAKABLE && this.#given.has(value)) return true;
    return this.#met(UUID.test(value) ? 'uuid' : 'text', value);
  }

  knowsId(value: string): boolean {
    return this.#given.has(value) || this.knows(value);
  }

  knowsName(value: string): boolean {
    return this.#met('name', value);
  }

  knowsUrn(value: string): boolean {
    return this.#met('urn', value);
  }

  knowsNumber(value: number): boolean {
    return this.#numbers.has(value);
  }

  /** Notes that the server gave out an id. Returns the variable whose value it is from now on. @param kind such as user */
  giveOut(id: string, kind: string): string {
    const variable = `${kind}${this.#given.size + 1}`;
    this.#given.set(id, `{{${variable}}}`);
    return variable;
  }

  #met(kind: string, value: string): boolean {
    return this.#replaced.get(keyOf(kind, value))?.spellings.includes(value) === true;
  }

  #spelled(kind: string, value: string, make: (number: number) => StandIn): string {
    const key = keyOf(kind, value);
    const replaced = this.#replaced.get(key) ?? { standIn: make(this.#replaced.size + 1), spellings: [] };
    this.#replaced.set(key, replaced);
    if (!replaced.spellings.includes(value)) replaced.spellings.push(value);
    const nth = replaced.spellings.indexOf(value);
    const text = spelled(replaced.standIn, nth);
    return kind === 'uuid' && nth > 0 ? text.replace('{{uuid:', '{{UUID:') : text;
  }
}

const constant = (text: string): StandIn => ({ before: text, flexible: '', after: '' });

const keyOf = (kind: string, value: string): string => `${kind} ${value.normalize('NFC').toLowerCase()}`;
