import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../../protocol/json.js';
import type { Attribute, ResourceType } from '../../protocol/schemas/attribute.js';
import { COMMON_ATTRIBUTES } from '../../protocol/schemas/common.js';
import { GROUP, USER } from '../../protocol/schemas/resource-types.js';

/** The JSON type and format of each type of attribute (RFC 7643 §2.3, table 1), besides lists and objects. */
const JSON_TYPES: Readonly<Record<Exclude<Attribute['type'], 'complex'>, string>> = {
  string: 'string',
  boolean: 'boolean',
  decimal: 'number',
  integer: 'integer',
  dateTime: 'string date-time',
  reference: 'string',
  binary: 'string',
};

const document: unknown = parse(readFileSync('openapi/scim.yaml', 'utf8'));

function at(value: unknown, ...names: readonly string[]): JsonObject {
  const found = names.reduce<unknown>(
    (object, name) => (isJsonObject(object) ? member(object, name) : undefined),
    value,
  );
  if (!isJsonObject(found)) throw new Error(`openapi/scim.yaml has no ${names.join('.')}`);
  return found;
}

/** The schema itself, where there is a reference to it. */
function resolved(schema: JsonObject): JsonObject {
  const reference = schema['$ref'];
  return typeof reference === 'string' ? at(document, ...reference.split('/').slice(1)) : schema;
}

/** A schema as names with types: `emails[].value: string`. */
function typesIn(schema: JsonObject, place = ''): readonly string[] {
  const { type, format, items } = schema;
  if (type === 'array') return typesIn(resolved(at(items)), `${place}[]`);
  if (type === 'object')
    return Object.entries(at(schema, 'properties')).flatMap((entry) => typesOfProperty(place, entry));
  const dateTime = format === 'date-time' ? ' date-time' : '';
  return [`${place}: ${String(type)}${dateTime}`];
}

function typesOfProperty(place: string, [name, property]: readonly [string, JsonValue]): readonly string[] {
  return isJsonObject(property) ? typesIn(resolved(property), place === '' ? name : `${place} ${name}`) : [];
}

/** An attribute as names with types, in the same form; nothing of what is never returned. */
function typesOf(attribute: Attribute, place = ''): readonly string[] {
  if (attribute.returned === 'never') return [];
  const name = `${place}${place === '' ? '' : ' '}${attribute.name}${attribute.multiValued ? '[]' : ''}`;
  if (attribute.type === 'complex') return (attribute.subAttributes ?? []).flatMap((sub) => typesOf(sub, name));
  return [`${name}: ${JSON_TYPES[attribute.type]}`];
}

const typesOfResource = ({ schema, extensions }: ResourceType): readonly string[] => [
  ...[...COMMON_ATTRIBUTES, ...schema.attributes].flatMap((attribute) => typesOf(attribute)),
  ...extensions.flatMap(({ id, attributes }) => attributes.flatMap((attribute) => typesOf(attribute, id))),
];

describe('RFC 7643 §2.2: the characteristics of attributes and openapi/scim.yaml', () => {
  it.each([
    ['UserResource', USER],
    ['GroupResource', GROUP],
  ] as const)('say the same of %s, both ways', (name, type) => {
    const documented = typesIn(at(document, 'components', 'schemas', name));
    expect(documented.length).toBeGreaterThan(8);
    expect([...documented].sort()).toEqual([...typesOfResource(type)].sort());
  });

  it.each([
    ['UserRequest', USER],
    ['GroupRequest', GROUP],
  ] as const)('require the same of %s', (name, type) => {
    const required = type.schema.attributes
      .filter((attribute) => attribute.required)
      .map((attribute) => attribute.name);
    expect(at(document, 'components', 'schemas', name)['required']).toEqual(['schemas', ...required]);
  });
});
