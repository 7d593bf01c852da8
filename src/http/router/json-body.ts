import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { invalidSyntax, invalidValue } from '../../protocol/scim-error.js';
import { isAscii, textProblem } from '../../protocol/text.js';

const DECODER = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** The limits of a body. */
export interface JsonLimits {
  /** Levels of objects and arrays. */
  readonly depth: number;
  /** Names, values, objects and arrays together. */
  readonly parts: number;
}

/**
 * Parses a request body. It must be UTF-8 and JSON (RFC 8259), an object, within the limits, and without duplicate names in an
 * object, numbers that a double cannot represent, `__proto__`, and strings that are not text (see protocol/text.ts). Linear in the
 * length of the body.
 * @throws ScimError 400 `invalidSyntax` or `invalidValue` that says what to change
 */
export function parseJsonBody(bytes: Uint8Array, limits: JsonLimits): JsonObject {
  const text = decode(bytes);
  new JsonText(text, limits).check();
  const value = parse(text);
  if (!isJsonObject(value)) throw invalidSyntax('The body must be a JSON object.');
  return value;
}

function decode(bytes: Uint8Array): string {
  try {
    return DECODER.decode(bytes);
  } catch {
    throw invalidSyntax('The body is not valid UTF-8; send JSON encoded as UTF-8.');
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof SyntaxError ? ` (${withoutExcerpt(error.message)})` : '';
    throw invalidSyntax(`The body is not valid JSON${reason}.`);
  }
}

/** V8's message quotes the text around the error, which may be a secret or a person's name. */
function withoutExcerpt(message: string): string {
  const position = message.indexOf(' in JSON at position ');
  return position < 0 ? 'it ends too early or holds an unexpected character' : message.slice(position + 9);
}

interface Level {
  /** The names seen, in an object; undefined in an array. */
  readonly names: Set<string> | undefined;
  expectsName: boolean;
  /** The name of the member, or the number of the element, that is being read. */
  at: string | number;
}

/**
 * Checks what JSON.parse does not: depth, duplicate names, and the digits of numbers.
 * It ignores syntax errors, which JSON.parse reports next.
 */
class JsonText {
  readonly #levels: Level[] = [];
  /** Whether no string in it can be what textProblem finds. */
  readonly #isPlain: boolean;
  readonly #hasEscapes: boolean;
  #position = 0;
  #parts = 0;

  constructor(
    readonly text: string,
    readonly limits: JsonLimits,
  ) {
    this.#hasEscapes = text.includes('\\');
    this.#isPlain = !this.#hasEscapes && isAscii(text) && !text.includes('\0');
  }

  check(): void {
    while (this.#position < this.text.length) this.#step(this.text.charAt(this.#position));
  }

  #step(character: string): void {
    switch (character) {
      case '{':
        return this.#open({ names: new Set(), expectsName: true, at: '' });
      case '[':
        return this.#open({ names: undefined, expectsName: false, at: 0 });
      case '}':
      case ']':
        this.#levels.pop();
        break;
      case ',': {
        const level = this.#levels.at(-1);
        if (level) nextPart(level);
        break;
      }
      case '"':
        return this.#string();
      default:
        if (character === '-' || (character >= '0' && character <= '9')) return this.#number();
        if (character === 't' || character === 'f' || character === 'n') this.#count();
    }
    this.#position += 1;
  }

  #open(level: Level): void {
    this.#levels.push(level);
    this.#count();
    if (this.#levels.length > this.limits.depth) {
      throw invalidSyntax(`The body is nested more than ${this.limits.depth} levels deep; send a flatter one.`);
    }
    this.#position += 1;
  }

  #count(): void {
    this.#parts += 1;
    if (this.#parts > this.limits.parts) {
      throw invalidValue(`The body has more than ${this.limits.parts} names and values; send less at a time.`);
    }
  }

  #string(): void {
    this.#count();
    const level = this.#levels.at(-1);
    const isName = level?.names !== undefined && level.expectsName;
    const value = this.#takeString();
    if (value === undefined) return;
    const problem = this.#isPlain ? undefined : textProblem(value);
    if (problem !== undefined) throw invalidValue(`${isName ? 'A name' : 'The string'}${this.#place()} ${problem}.`);
    if (!level) return;
    if (isName) {
      checkName(value, level.names, () => this.#place());
      level.at = value;
    }
    level.expectsName = false;
  }

  /** The string at this place, which is behind it then; undefined where it is none. */
  #takeString(): string | undefined {
    const start = this.#position;
    const quote = this.text.indexOf('"', start + 1);
    let end = quote < 0 ? this.text.length : quote;
    let escaped = false;
    if (this.#hasEscapes) {
      end = start + 1;
      while (end < this.text.length && this.text[end] !== '"') {
        if (this.text[end] === '\\') {
          escaped = true;
          end += 1;
        }
        end += 1;
      }
    }
    this.#position = end + 1;
    return escaped ? unescape(this.text.slice(start, end + 1)) : this.text.slice(start + 1, end);
  }

  /** ` at emails[0].value`; names are cut, since they may be of any length. */
  #place(): string {
    const inside = this.#levels.filter(({ expectsName }) => !expectsName);
    const path = inside.map(({ at }) => (typeof at === 'number' ? `[${at}]` : `.${at.slice(0, 100)}`)).join('');
    return path === '' ? '' : ` at ${path.replace(/^\./u, '')}`;
  }

  #number(): void {
    this.#count();
    const start = this.#position;
    while (this.#position < this.text.length && NUMBER.has(this.text.charAt(this.#position))) this.#position += 1;
    const written = this.text.slice(start, this.#position);
    if (!fitsDouble(written)) {
      throw invalidValue(
        `The number ${written.slice(0, 40)}${this.#place()} cannot be stored exactly; send it as a string.`,
      );
    }
  }
}

/** Maximum names in one object; no resource has that many attributes. */
const MOST_NAMES = 1_000;

const NUMBER = new Set('-+.eE0123456789');

function unescape(quoted: string): string | undefined {
  try {
    const value: unknown = JSON.parse(quoted);
    return typeof value === 'string' ? value : undefined;
  } catch {
    return undefined;
  }
}

function nextPart(level: Level): void {
  level.expectsName = level.names !== undefined;
  if (typeof level.at === 'number') level.at += 1;
}

function checkName(name: string, seen: Set<string>, place: () => string): void {
  if (name === '__proto__')
    throw invalidSyntax(`The name "__proto__"${place()} is not allowed in an object; remove it.`);
  if (seen.size === MOST_NAMES)
    throw invalidValue(`The object${place()} may have at most ${MOST_NAMES} names; send fewer.`);
  if (seen.has(name))
    throw invalidSyntax(`The object${place()} has the name "${name.slice(0, 100)}" twice; send it once.`);
  seen.add(name);
}

/** A whole number that every double holds. */
const SHORT_NUMBER = /^-?\d{1,15}$/u;

/** Whether the decimal number survives as a double: finite, and the same integer or the same 15 significant digits. */
function fitsDouble(written: string): boolean {
  if (SHORT_NUMBER.test(written)) return true;
  const value = Number(written);
  if (Number.isNaN(value)) return true;
  if (!Number.isFinite(value)) return false;
  if (value === 0) return !/[1-9]/u.test(mantissa(written));
  return significantDigits(written) <= 15 || significant(value.toString()) === significant(written);
}

const mantissa = (written: string): string => written.split(/e/iu, 1)[0] ?? '';

function significant(written: string): string {
  const digits = mantissa(written).replaceAll('-', '').replaceAll('.', '');
  let start = 0;
  let end = digits.length;
  while (digits[start] === '0') start += 1;
  while (end > start && digits[end - 1] === '0') end -= 1;
  return digits.slice(start, end);
}

const significantDigits = (written: string): number => significant(written).length;
