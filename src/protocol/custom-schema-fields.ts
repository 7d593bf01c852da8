import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from './json.js';
import { invalidSyntax, invalidValue } from './scim-error.js';

/** A part of a schema definition, and where it stands, for errors. */
export interface Part {
  readonly object: JsonObject;
  readonly where: string;
}

/**
 * The object at a place of a definition, with no other fields than those that are allowed.
 * @throws ScimError 400 `invalidSyntax` that names the field
 */
export function partAt(value: JsonValue | undefined, where: string, fields: ReadonlySet<string>): Part {
  if (!isJsonObject(value)) throw invalidSyntax(`${where} must be a JSON object.`);
  const unknown = Object.keys(value).find((name) => !fields.has(name));
  if (unknown === undefined) return { object: value, where };
  throw invalidSyntax(`${where} has a field "${unknown.slice(0, 100)}", which does not exist. Leave it out.`);
}

/** The text of a field, or what stands for it where it is absent; on one line, so that terminals can show it. */
export function textOf({ object, where }: Part, name: string, longest: number, otherwise?: string): string {
  const value = member(object, name) ?? otherwise;
  if (value === undefined) throw invalidValue(`${where} lacks "${name}".`);
  if (!isPlain(value, longest)) {
    throw invalidValue(`"${name}" of ${where} must be a text of at most ${longest} characters on one line.`);
  }
  return value;
}

/** Whether a field is true; false where it is absent. */
export function flagOf({ object, where }: Part, name: string): boolean {
  const value = member(object, name) ?? false;
  if (typeof value !== 'boolean') throw invalidValue(`"${name}" of ${where} must be true or false.`);
  return value;
}

/** The one of some words that a field has, or the first where it is absent. */
export function choiceOf<Choice extends string>(
  part: Part,
  name: string,
  choices: readonly [Choice, ...Choice[]],
): Choice {
  const value = member(part.object, name) ?? choices[0];
  const choice = choices.find((word) => word === value);
  if (choice === undefined) throw invalidValue(`"${name}" of ${part.where} must be one of ${choices.join(', ')}.`);
  return choice;
}

/** The array of a field; undefined where it is absent. */
export function arrayOf({ object, where }: Part, name: string): readonly JsonValue[] | undefined {
  const value = member(object, name) ?? undefined;
  if (value !== undefined && !isJsonArray(value)) throw invalidValue(`"${name}" of ${where} must be an array.`);
  return value;
}

/** The texts of a field, 100 at most; undefined where it is absent or empty. */
export function textsOf(part: Part, name: string): readonly string[] | undefined {
  const texts = arrayOf(part, name)?.filter((text) => isPlain(text, 200));
  const given = arrayOf(part, name)?.length ?? 0;
  if (texts?.length !== given || given > 100) {
    if (given > 0) throw invalidValue(`"${name}" of ${part.where} must be an array of at most 100 texts.`);
    return undefined;
  }
  return given === 0 ? undefined : texts;
}

function isPlain(value: JsonValue, longest: number): value is string {
  return typeof value === 'string' && value.length <= longest && !/[\p{Cc}\p{Cs}\p{Zl}\p{Zp}]/u.test(value);
}
