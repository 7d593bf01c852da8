import { expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { schemaNode, type SchemaNode } from './schema.js';

const documentOf = (schemas: JsonObject) => ({ name: 'x', definition: { components: { schemas } } });

const outline = ({ name, type, children, alternatives }: SchemaNode): unknown => [
  name,
  type,
  ...[...children, ...alternatives].map(outline),
];

it('shows what is in objects, in arrays and in alternatives, with the rules in words', () => {
  const document = documentOf({
    Email: { type: 'object', required: ['value'], properties: { value: { type: 'string', maxLength: 9 } } },
    User: {
      type: 'object',
      properties: {
        emails: { type: 'array', nullable: true, items: { $ref: '#/components/schemas/Email' } },
        manager: { anyOf: [{ type: 'string' }, { $ref: '#/components/schemas/Email' }] },
        kind: { type: 'string', enum: ['a', 'b'], default: 'a' },
      },
    },
  });
  const node = schemaNode(document, { $ref: '#/components/schemas/User' });
  expect(outline(node)).toEqual([
    undefined,
    'object',
    ['emails', 'array of objects, or null', ['value', 'string']],
    ['manager', 'one of these', [undefined, 'string'], [undefined, 'object', ['value', 'string']]],
    ['kind', 'string'],
  ]);
  expect(node.children[0]?.children[0]).toMatchObject({ required: true, facts: ['at most 9 characters'] });
  expect(node.children[2]?.facts).toEqual(['"a" or "b"', 'a unless given']);
});

it('ends where a schema contains itself, directly or in an array', () => {
  const document = documentOf({
    Tree: {
      type: 'object',
      properties: {
        next: { $ref: '#/components/schemas/Tree' },
        all: { type: 'array', items: { $ref: '#/components/schemas/Tree' } },
      },
    },
  });
  expect(outline(schemaNode(document, { $ref: '#/components/schemas/Tree' }))).toEqual([
    undefined,
    'object',
    ['next', 'object'],
    ['all', 'array of objects'],
  ]);
});
