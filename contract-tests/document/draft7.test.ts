import { expect, test } from 'vitest';
import type { JsonObject } from '../../tools/entra-client/json.js';
import { definitionsOf, draft7 } from './draft7.js';

const DRAFT_07 = 'http://json-schema.org/draft-07/schema#';

const rows: readonly [string, JsonObject, JsonObject][] = [
  ['keeps what both have', { type: 'string', format: 'uuid' }, { type: 'string', format: 'uuid' }],
  ['drops what says nothing about validity', { type: 'string', description: 'x', example: 'y' }, { type: 'string' }],
  [
    'lets null pass where it is allowed',
    { type: 'string', nullable: true },
    { anyOf: [{ type: 'string' }, { type: 'null' }] },
  ],
  ['points references at the definitions', { $ref: '#/components/schemas/Meta' }, { $ref: '#/definitions/Meta' }],
  [
    'does not take properties for words',
    { type: 'object', properties: { description: { type: 'string' }, nullable: { type: 'boolean', example: true } } },
    { type: 'object', properties: { description: { type: 'string' }, nullable: { type: 'boolean' } } },
  ],
  [
    'translates schemas within schemas',
    { type: 'array', items: { allOf: [{ $ref: '#/components/schemas/Meta' }], title: 'x' } },
    { type: 'array', items: { allOf: [{ $ref: '#/definitions/Meta' }] } },
  ],
  ['keeps the boolean form of additionalProperties', { additionalProperties: true }, { additionalProperties: true }],
];

test.each(rows)('the translation to draft-07 %s', (_, schema, expected) => {
  expect(definitionsOf({ Thing: schema })).toEqual({ Thing: expected });
  expect(draft7(schema, {})).toEqual({ $schema: DRAFT_07, allOf: [expected], definitions: {} });
});

test('the schema of an answer takes along the definitions that it reaches, and no others', () => {
  const definitions = definitionsOf({
    List: { type: 'array', items: { $ref: '#/components/schemas/User' } },
    User: { type: 'object', properties: { $ref: { type: 'string' }, manager: { $ref: '#/components/schemas/User' } } },
    Group: { type: 'object' },
  });
  const schema = draft7({ $ref: '#/components/schemas/List' }, definitions);
  expect(schema['definitions']).toEqual({ List: definitions['List'], User: definitions['User'] });
});

test('the translation to draft-07 refuses a word that it does not know', () => {
  expect(() => draft7({ type: 'integer', exclusiveMinimum: true }, {})).toThrow('exclusiveMinimum');
  expect(() => definitionsOf({ Thing: { items: { exclusiveMinimum: true } } })).toThrow('exclusiveMinimum');
});
