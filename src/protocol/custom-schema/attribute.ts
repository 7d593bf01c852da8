import { type JsonValue, isJsonArray, isJsonObject, member, type JsonObject } from '../json.js';
import { attribute, INDEXED_LENGTH, type Attribute, type AttributeType } from '../schemas/attribute.js';
import { invalidValue, invalidSyntax } from '../scim-error.js';

/** RFC 7643 §7, and `matching`. */
const FIELDS = new Set([
  'name',
  'type',
  'multiValued',
  'description',
  'required',
  'canonicalValues',
  'caseExact',
  'mutability',
  'returned',
  'uniqueness',
  'referenceTypes',
  'subAttributes',
  'matching',
]);

/** RFC 7643 §2.1, with a length that fits into a key of an index. */
const NAME = /^[a-z][\w$-]{0,63}$/i;
const TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary', 'complex'] as const;
const SIMPLE_TYPES = ['string', 'boolean', 'decimal', 'integer', 'dateTime', 'reference', 'binary'] as const;
const COMPARED_AS_TEXT: ReadonlySet<AttributeType> = new Set(['string', 'reference', 'binary']);

/**
 * The attributes of a definition (RFC 7643 §7); what is left out has the defaults of §2.2.
 * @param of whose attributes they are, for errors
 * @throws ScimError 400 `invalidSyntax` or `invalidValue` that names the attribute and the field
 */
export function parseAttributes(given: readonly JsonValue[], of: string, nested = false): readonly Attribute[] {
  const attributes = given.map((value, index) => parseAttribute(value, `attribute ${index + 1} of ${of}`, nested));
  const names = new Set<string>();
  for (const { name } of attributes) {
    if (names.has(name.toLowerCase())) throw invalidValue(`${of} has two attributes "${name}"; case does not count.`);
    names.add(name.toLowerCase());
  }
  return attributes;
}

function parseAttribute(value: JsonValue, place: string, nested: boolean): Attribute {
  const unnamed = partAt(value, place, FIELDS);
  const name = nameOf(unnamed, nested);
  const part = { ...unnamed, where: `the attribute "${name}"` };
  const type = choiceOf<AttributeType>(part, 'type', nested ? SIMPLE_TYPES : TYPES);
  return attribute(name, textOf(part, 'description', 1_000, ''), {
    type,
    multiValued: flagOf(part, 'multiValued'),
    required: flagOf(part, 'required'),
    mutability: choiceOf(part, 'mutability', ['readWrite', 'readOnly', 'immutable', 'writeOnly']),
    returned: choiceOf(part, 'returned', ['default', 'always', 'never', 'request']),
    caseExact: flagOf(part, 'caseExact') || type === 'reference' || type === 'binary',
    ...matchingOf(part, type),
    ...wordsOf(part, type),
    ...subAttributesOf(part, type),
  });
}

/** `$ref` is the one name that RFC 7643 §2.4 has against its own grammar. */
function nameOf(part: Part, nested: boolean): string {
  const name = textOf(part, 'name', 64);
  if (NAME.test(name) || (nested && name === '$ref')) return name;
  throw invalidValue(
    `"name" of ${part.where} must begin with a letter and have letters, digits, "$", "-" and "_" only (RFC 7643 §2.1).`,
  );
}

/** How the values are found: what is unique is kept for matching as well. */
function matchingOf(part: Part, type: AttributeType): Partial<Attribute> {
  const uniqueness = choiceOf(part, 'uniqueness', ['none', 'server', 'global']);
  if (uniqueness === 'global') {
    throw invalidValue(
      `"uniqueness" of ${part.where} must be none or server; this server cannot guarantee global uniqueness.`,
    );
  }
  if (uniqueness === 'none' && !flagOf(part, 'matching')) return {};
  const hidden = [part.object['returned'], part.object['mutability']].some(
    (word) => word === 'never' || word === 'writeOnly',
  );
  if (type === 'complex' || type === 'boolean' || hidden) {
    throw invalidValue(
      `${part.where} cannot be matching or unique: that is for simple attributes which are returned, and not for booleans.`,
    );
  }
  return { uniqueness, matching: true, ...(COMPARED_AS_TEXT.has(type) ? { maxLength: INDEXED_LENGTH } : {}) };
}

function wordsOf(part: Part, type: AttributeType): Partial<Attribute> {
  const canonicalValues = textsOf(part, 'canonicalValues');
  const referenceTypes = textsOf(part, 'referenceTypes');
  if (canonicalValues !== undefined && type !== 'string') {
    throw invalidValue(`"canonicalValues" of ${part.where} is for the type string only.`);
  }
  if (referenceTypes !== undefined && type !== 'reference') {
    throw invalidValue(`"referenceTypes" of ${part.where} is for the type reference only.`);
  }
  return { ...(canonicalValues ? { canonicalValues } : {}), ...(referenceTypes ? { referenceTypes } : {}) };
}

/** Attributes nest one level deep (RFC 7643 §2.3.8). */
function subAttributesOf(part: Part, type: AttributeType): Partial<Attribute> {
  const given = arrayOf(part, 'subAttributes') ?? [];
  if (type !== 'complex') {
    if (given.length === 0) return {};
    throw invalidValue(`"subAttributes" of ${part.where} is for the type complex only.`);
  }
  if (given.length === 0) throw invalidValue(`${part.where} is complex and needs "subAttributes".`);
  const subAttributes = parseAttributes(given, part.where, true);
  return { subAttributes: flagOf(part, 'multiValued') ? subAttributes.map(assumedIfPrimary) : subAttributes };
}

/** `primary` means the same in every multi-valued attribute (RFC 7643 §2.4). */
function assumedIfPrimary(subAttribute: Attribute): Attribute {
  const { name, type, multiValued } = subAttribute;
  const isPrimary = name.toLowerCase() === 'primary' && type === 'boolean' && !multiValued;
  return isPrimary ? { ...subAttribute, assumed: false } : subAttribute;
}

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

/** Whether a field is true; false if it is absent. */
function flagOf({ object, where }: Part, name: string): boolean {
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

/** The array of a field; undefined if it is absent. */
export function arrayOf({ object, where }: Part, name: string): readonly JsonValue[] | undefined {
  const value = member(object, name) ?? undefined;
  if (value !== undefined && !isJsonArray(value)) throw invalidValue(`"${name}" of ${where} must be an array.`);
  return value;
}

/** The texts of a field, 100 at most; undefined if it is absent or empty. */
function textsOf(part: Part, name: string): readonly string[] | undefined {
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
