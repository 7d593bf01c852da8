import { describe, expect, it } from 'vitest';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { readDocument } from '../documents.js';
import { FORMAT_WORDS, KEYWORD_WORDS, PATTERN_WORDS } from './validation-words.js';

const documentOf = (name: 'scim' | 'admin' | 'backend'): JsonObject =>
  readDocument(name).definition as unknown as JsonObject;

/** Words of a schema that no value can break: they hold other schemas, or say something to people. */
const OTHER_WORDS = new Set([
  ...['$ref', 'properties', 'items', 'allOf', 'nullable', 'default', 'description', 'title', 'example', 'deprecated'],
]);

/** The schema with every schema inside it, each reference followed once. */
function schemasIn(schema: JsonValue | undefined, document: JsonObject, seen = new Set<JsonValue>()): JsonObject[] {
  if (!isJsonObject(schema) || seen.has(schema)) return [];
  seen.add(schema);
  const { $ref, properties, items, additionalProperties } = schema;
  const target = typeof $ref === 'string' ? atPath(document, $ref.slice(2).split('/')) : undefined;
  const listed = ['allOf', 'anyOf', 'oneOf'].flatMap((word) => elements(schema[word]));
  const held = isJsonObject(properties) ? Object.values(properties) : [];
  return [
    schema,
    ...[target, items, additionalProperties, ...listed, ...held].flatMap((inner) => schemasIn(inner, document, seen)),
  ];
}

const elements = (value: JsonValue | undefined): readonly JsonValue[] => (isJsonArray(value) ? value : []);

const atPath = (value: JsonValue | undefined, path: readonly string[]): JsonValue | undefined =>
  path.reduce<JsonValue | undefined>((inner, name) => (isJsonObject(inner) ? inner[name] : undefined), value);

/** Every value under a member named `schema`, and the named schemas: all that a document has. */
function rootSchemas(value: JsonValue | undefined, found: JsonValue[] = []): readonly JsonValue[] {
  if (isJsonArray(value)) for (const element of value) rootSchemas(element, found);
  if (!isJsonObject(value)) return found;
  for (const [name, inner] of Object.entries(value)) {
    if (name === 'schema' && isJsonObject(inner)) found.push(inner);
    else if (name !== 'example' && name !== 'examples') rootSchemas(inner, found);
  }
  return found;
}

/** The schemas of parameters and bodies: what a request may be refused for. */
function requestSchemas(document: JsonObject): readonly JsonObject[] {
  const resolve = (value: JsonValue): JsonValue | undefined =>
    isJsonObject(value) && typeof value['$ref'] === 'string'
      ? atPath(document, value['$ref'].slice(2).split('/'))
      : value;
  const items = Object.values(isJsonObject(document['paths']) ? document['paths'] : {});
  const operations = items.flatMap((item) => (isJsonObject(item) ? [item, ...Object.values(item)] : []));
  const roots = operations
    .filter(isJsonObject)
    .flatMap((operation) => [
      ...elements(operation['parameters']).flatMap((parameter) => rootSchemas(resolve(parameter))),
      ...rootSchemas(operation['requestBody']),
    ]);
  return roots.flatMap((root) => schemasIn(root, document));
}

describe('the words for what a request may be refused for', () => {
  it.each(['scim', 'admin', 'backend'] as const)('are there for each keyword that openapi/%s.yaml uses', (name) => {
    const document = documentOf(name);
    const named = Object.values(atPath(document, ['components', 'schemas']) as JsonObject);
    const schemas = [...named, ...rootSchemas(document)].flatMap((root) => schemasIn(root, document));
    const keywords = new Set(schemas.flatMap((schema) => Object.keys(schema)).filter((word) => !OTHER_WORDS.has(word)));
    expect(keywords.size).toBeGreaterThan(5);
    expect([...keywords].filter((keyword) => !Object.hasOwn(KEYWORD_WORDS, keyword))).toEqual([]);
  });

  it('are there for each pattern and format of a request, and for no other pattern', () => {
    const schemas = [...requestSchemas(documentOf('scim')), ...requestSchemas(documentOf('admin'))];
    const used = (word: string): string[] => [
      ...new Set(schemas.map((schema) => schema[word]).filter((value) => typeof value === 'string')),
    ];
    expect(used('pattern').sort()).toEqual(Object.keys(PATTERN_WORDS).sort());
    expect(used('format').filter((format) => !Object.hasOwn(FORMAT_WORDS, format))).toEqual([]);
  });

  it('never show a pattern', () => {
    const words = Object.keys(PATTERN_WORDS).map((schema) =>
      KEYWORD_WORDS['pattern']?.({ keyword: 'pattern', schema, params: {} }),
    );
    expect(words.filter((text) => text === undefined || /[\^$\\]/u.test(text))).toEqual([]);
  });
});
