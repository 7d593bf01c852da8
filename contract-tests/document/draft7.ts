import { isArray, isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';

/** Words of an OpenAPI 3.0 schema that say nothing about validity. */
const SILENT = new Set(['title', 'description', 'default', 'example', 'readOnly', 'writeOnly', 'deprecated']);

/** Words that mean the same in JSON Schema draft-07. */
const SAME = new Set([
  ...['type', 'format', 'pattern', 'enum', 'required', 'minLength', 'maxLength', 'minItems', 'maxItems', 'uniqueItems'],
  ...['minimum', 'maximum', 'multipleOf', 'minProperties', 'maxProperties'],
]);

/**
 * Translates `components.schemas` of an OpenAPI 3.0 document into definitions of JSON Schema draft-07.
 * @throws Error on a word that this translation does not know, so that the document cannot outgrow it in silence.
 */
export const definitionsOf = (components: Json | undefined): JsonObject => translatedEach(components ?? {});

/**
 * The schema of one answer as a whole JSON Schema of draft-07, which is what Dredd validates by.
 * @param schema the schema of the answer, in OpenAPI 3.0
 * @param definitions what `definitionsOf` made; those that the answer needs go into the schema
 * @throws Error on a word that this translation does not know.
 */
export function draft7(schema: JsonObject, definitions: JsonObject): JsonObject {
  // draft-07 ignores what stands beside a $ref
  const whole = { $schema: 'http://json-schema.org/draft-07/schema#', allOf: [translated(schema)] };
  return { ...whole, definitions: reached(whole, definitions) };
}

/** The definitions that a schema refers to, directly and through others. */
function reached(schema: Json, definitions: JsonObject): JsonObject {
  const found = new Map<string, Json>();
  const waiting: Json[] = [schema];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (isArray(next)) waiting.push(...next);
    if (!isObject(next)) continue;
    waiting.push(...Object.values(next));
    const name = typeof next['$ref'] === 'string' ? next['$ref'].replace('#/definitions/', '') : '';
    const definition = found.has(name) ? undefined : definitions[name];
    if (definition === undefined) continue;
    found.set(name, definition);
    waiting.push(definition);
  }
  return Object.fromEntries(found);
}

function translated(schema: Json): Json {
  if (!isObject(schema)) return schema;
  const words = Object.entries(schema).filter(([word]) => !SILENT.has(word) && word !== 'nullable');
  const plain = Object.fromEntries(words.map(([word, value]) => [word, translatedWord(word, value)]));
  return schema['nullable'] === true ? { anyOf: [plain, { type: 'null' }] } : plain;
}

function translatedWord(word: string, value: Json): Json {
  if (SAME.has(word)) return value;
  switch (word) {
    case '$ref':
      return typeof value === 'string' ? value.replace('#/components/schemas/', '#/definitions/') : value;
    case 'properties':
      return translatedEach(value);
    case 'items':
    case 'not':
    case 'additionalProperties':
      return translated(value);
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return isArray(value) ? value.map(translated) : value;
    default:
      throw new Error(`the contract tests cannot translate the word ${word} of an OpenAPI schema`);
  }
}

const translatedEach = (schemas: Json): JsonObject =>
  isObject(schemas)
    ? Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, translated(schema)]))
    : {};
