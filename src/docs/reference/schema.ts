import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { objectAt, referenceIn, resolved, textIn, type ApiDocument } from './document.js';

/** A schema as it is shown: a value, what it may be, and what is in it. */
export interface SchemaNode {
  /** The name of the property; undefined for the schema itself and for alternatives. */
  readonly name: string | undefined;
  /** In words, such as `array of strings, or null`. */
  readonly type: string;
  readonly required: boolean;
  /** What holds besides, such as `at most 512 characters`. */
  readonly facts: readonly string[];
  readonly description: string;
  /** The properties. */
  readonly children: readonly SchemaNode[];
  /** Of which the value has one. */
  readonly alternatives: readonly SchemaNode[];
}

/** Schemas within schemas, as deep as any document has them; a schema that contains itself is cut before that. */
const MOST_DEPTH = 12;

interface Place {
  readonly document: ApiDocument;
  /** The names of the schemas around, to see one that contains itself. */
  readonly around: readonly string[];
}

/** Describes a schema of a document, with all that is in it. */
export const schemaNode = (document: ApiDocument, schema: JsonValue | undefined): SchemaNode =>
  nodeOf({ document, around: [] }, schema, undefined, false);

function nodeOf(at: Place, given: JsonValue | undefined, name: string | undefined, required: boolean): SchemaNode {
  const schema = resolved(at.document, given);
  const reference = referenceIn(given);
  const again = reference !== undefined && at.around.includes(reference);
  const inside = {
    document: at.document,
    around: reference === undefined ? at.around : [...at.around, reference],
  };
  const open = !again && at.around.length < MOST_DEPTH;
  const value = schema['type'] === 'array' ? elementOf(inside, schema) : { at: inside, schema };
  return {
    name,
    required,
    type: typeWords(at.document, schema),
    facts: factsOf(schema),
    description: textIn(schema['description']),
    children: open ? propertiesOf(value.at, value.schema) : [],
    alternatives: open ? alternativesOf(value.at, value.schema) : [],
  };
}

/** What an array has in it, which is what there is to show of the array. */
function elementOf({ document, around }: Place, { items }: JsonObject): { at: Place; schema: JsonObject } {
  const reference = referenceIn(items);
  const again = reference !== undefined && around.includes(reference);
  return {
    at: { document, around: reference === undefined ? around : [...around, reference] },
    schema: again ? {} : resolved(document, items),
  };
}

function propertiesOf(at: Place, { properties, required, additionalProperties }: JsonObject): readonly SchemaNode[] {
  const needed = isJsonArray(required) ? required : [];
  const named = Object.entries(objectAt(properties)).map(([name, property]) =>
    nodeOf(at, property, name, needed.includes(name)),
  );
  const others = isJsonObject(additionalProperties) && Object.keys(additionalProperties).length > 0;
  return others ? [...named, nodeOf(at, additionalProperties, 'any other name', false)] : named;
}

const alternativesOf = (at: Place, { anyOf, oneOf }: JsonObject): readonly SchemaNode[] =>
  choices(anyOf, oneOf).map((schema) => nodeOf(at, schema, undefined, false));

const choices = (...lists: readonly (JsonValue | undefined)[]): readonly JsonValue[] =>
  lists.flatMap((list) => (isJsonArray(list) ? list : []));

function typeWords(document: ApiDocument, schema: JsonObject): string {
  const orNull = schema['nullable'] === true ? ', or null' : '';
  if (schema['type'] === 'array') return `array of ${elementWords(document, schema)}${orNull}`;
  return singleWords(schema) + orNull;
}

function elementWords(document: ApiDocument, { items }: JsonObject): string {
  const words = singleWords(resolved(document, items));
  return words === 'any JSON' || words === 'one of these' ? words : `${words}s`;
}

function singleWords(schema: JsonObject): string {
  const { type, format, anyOf, oneOf, properties } = schema;
  if (choices(anyOf, oneOf).length > 0) return 'one of these';
  if (format === 'date-time') return 'point in time';
  if (format === 'uuid') return 'UUID';
  if (type === 'integer') return 'whole number';
  return textIn(type) || (properties === undefined ? 'any JSON' : 'object');
}

/** Words for the rules of a schema; patterns are left to its description. */
const RULES: readonly (readonly [rule: string, words: (value: string) => string])[] = [
  ['default', (value) => `${value} unless given`],
  ['minLength', (value) => (value === '1' ? 'not empty' : `at least ${value} characters`)],
  ['maxLength', (value) => `at most ${value} characters`],
  ['minimum', (value) => `at least ${value}`],
  ['maximum', (value) => `at most ${value}`],
  ['minItems', (value) => `at least ${value} of them`],
  ['maxItems', (value) => `at most ${value} of them`],
];

function factsOf(schema: JsonObject): readonly string[] {
  const listed = schema['enum'];
  const values = isJsonArray(listed) ? [listed.map((value) => JSON.stringify(value)).join(' or ')] : [];
  const rules = RULES.flatMap(([rule, words]) => {
    const value = schema[rule];
    return value === undefined ? [] : [words(typeof value === 'string' ? value : JSON.stringify(value))];
  });
  return [...values, ...rules];
}
