import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type JsonObject } from '../../tools/entra-client/json.js';
import {
  AT_REQUEST,
  AT_USER,
  BREAKING,
  CREATE,
  type Edit,
  LIST,
  OK,
  property,
  request,
  sent,
  user,
} from './compare.fixture.js';
import { compareDocuments } from './compare.js';

const RELEASED = `
openapi: 3.0.3
info: { title: T, version: 1.0.0 }
servers: [{ url: /scim }]
security: [{ bearer: [] }]
paths:
  /Users:
    get:
      operationId: listUsers
      security: [{ bearer: [] }, { query: [] }]
      parameters:
        - { name: count, in: query, schema: { type: integer, default: 100 } }
        - { name: cursor, in: query, allowEmptyValue: true, schema: { type: string } }
        - { name: filter, in: query, required: true, schema: { type: string } }
        - { name: cursor, in: header, schema: { type: string } }
        - { name: where, in: query, content: { application/json: { schema: { type: string } } } }
      responses:
        '200':
          description: ok
          headers: { ETag: { required: true, schema: { type: string } }, Age: { schema: { type: string } } }
          content:
            application/scim+json: { schema: { type: array, items: { $ref: '#/components/schemas/User' } } }
            application/json: { schema: { $ref: '#/components/schemas/User' } }
        '404': { description: none }
    post:
      operationId: createUser
      requestBody:
        content:
          application/scim+json: { schema: { $ref: '#/components/schemas/UserRequest' } }
          application/json: { schema: { $ref: '#/components/schemas/UserRequest' } }
      responses: { '201': { description: ok } }
  /Users/{id}:
    parameters: [{ name: id, in: path, required: true, schema: { type: string } }]
    put:
      operationId: replaceUser
      requestBody: { required: true, content: { application/json: { schema: { type: object } } } }
      responses: { '204': { description: ok } }
    delete: { operationId: deleteUser, responses: { '204': { description: ok } } }
components:
  securitySchemes:
    bearer: { type: http, scheme: bearer }
    query: { type: apiKey, in: query, name: access_token }
  schemas:
    User:
      type: object
      additionalProperties: false
      required: [id]
      properties:
        id: { type: string, format: uuid, maxLength: 36, minLength: 1, pattern: '^x' }
        state: { type: string, enum: [on, off] }
        size: { type: integer }
        note: { type: string, nullable: true }
        either: { anyOf: [{ type: string }, { type: boolean }] }
        manager: { $ref: '#/components/schemas/User' }
    UserRequest:
      type: object
      required: [name]
      properties:
        name: { type: string, maxLength: 36, minLength: 2, pattern: '^x' }
        state: { type: string, enum: [on, off] }
        size: { type: integer, minimum: 1, maximum: 9 }
        note: { type: string, nullable: true }
        tags: { type: array, items: { type: string }, maxItems: 5 }
        either: { anyOf: [{ type: string }, { type: boolean }] }
        all: { allOf: [{ type: object }] }
        open: { type: object, additionalProperties: true }
        map: { type: object, additionalProperties: { type: string } }
`;

const ADDITIONS: readonly [string, Edit, string][] = [
  [
    'requests may have another form as well',
    [request('properties', 'tags', 'items'), { anyOf: [{ type: 'object' }, { type: 'string' }] }],
    `${sent('tags')}/items`,
  ],
  [
    'a property of requests is new where the others are ignored',
    [request('properties', 'open', 'properties'), { size: { type: 'integer' } }],
    `${sent('open')}/properties/size`,
  ],
  ['an operation is new', [['paths', '/Me'], { get: { operationId: 'me', responses: {} } }], 'GET /Me'],
  ['a status is new', [[...LIST, 'responses', '409'], { description: 'x' }], 'GET /Users 409'],
  ['a parameter is new', [[...LIST, 'parameters', 5], { name: 'n', in: 'query' }], 'GET /Users query n'],
  ['a parameter is required no longer', [[...LIST, 'parameters', 2, 'required'], false], 'GET /Users query filter'],
  ['a way to authenticate is new', [['security'], [{ bearer: [] }, { query: [] }]], 'POST /Users'],
  ['a body may be sent', [[...LIST, 'requestBody'], {}], 'GET /Users body'],
  ['a media type is new', [[...CREATE, 'requestBody', 'content', 'text/csv'], {}], 'POST /Users body text/csv'],
  ['a property of answers is new', [user('properties', 'color'), { type: 'string' }], property('color')],
  ['a property of answers always comes now', [user('required'), ['id', 'size']], AT_USER],
  ['answers have one value of an enum less', [user('properties', 'state', 'enum'), ['on']], property('state')],
  ['answers have no null', [user('properties', 'note', 'nullable'), false], property('note')],
  ['a property of requests is new', [request('properties', 'color'), { type: 'string' }], sent('color')],
  ['a property of requests is required no longer', [request('required'), []], AT_REQUEST],
  [
    'requests have one more value of an enum',
    [request('properties', 'state', 'enum'), ['on', 'off', 'odd']],
    sent('state'),
  ],
  [
    'requests have a pattern that every value of the enum fits',
    [request('properties', 'state'), { type: 'string', pattern: '^[Oo]' }],
    sent('state'),
  ],
  ['requests may have null', [request('properties', 'size', 'nullable'), true], sent('size')],
  ['requests may be longer', [request('properties', 'name', 'maxLength'), undefined], sent('name')],
  ['requests may have a fraction', [request('properties', 'size', 'type'), 'number'], sent('size')],
  [
    'requests may be of one more kind',
    [request('properties', 'either', 'anyOf', '2'), { type: 'number' }],
    `${sent('either')}/anyOf`,
  ],
];

const TEXTS: readonly [string, Edit][] = [
  ['a description', [[...OK, 'description'], 'The users']],
  ['a title', [user('title'), 'A user']],
  ['an example', [user('properties', 'id', 'example'), 'x']],
  ['the default style of a parameter, stated', [[...LIST, 'parameters', 1, 'style'], 'form']],
  ['the description of the document', [['info', 'description'], 'More']],
];

const NOTHING: readonly [string, Edit][] = [
  ['info.version', [['info', 'version'], '2.0.0']],
  ['nothing', [['openapi'], '3.0.3']],
];

function edited([path, value]: Edit): JsonObject {
  const document = released();
  let target: unknown = document;
  for (const name of path.slice(0, -1)) target = Reflect.get(isContainer(target) ? target : {}, name);
  const last = path.at(-1);
  if (last === undefined || !isContainer(target)) throw new Error('there is no such place');
  if (value === undefined) Reflect.deleteProperty(target, last);
  else Reflect.set(target, last, value);
  return document;
}

const isContainer = (value: unknown): value is object => typeof value === 'object' && value !== null;

function released(): JsonObject {
  const document: unknown = parse(RELEASED);
  if (!isObject(document)) throw new Error('the document is no object');
  return document;
}

const found = (edit: Edit, weight: string): readonly string[] =>
  compareDocuments(released(), edited(edit))
    .filter((change) => change.weight === weight)
    .map(({ at }) => at);

describe('a change of the contract breaks clients where', () => {
  test.each(BREAKING)('%s', (_, edit, at) => {
    expect(found(edit, 'breaking')).toContain(at);
  });
});

describe('a change of the contract offers clients more where', () => {
  test.each(ADDITIONS)('%s', (_, edit, at) => {
    expect(found(edit, 'addition')).toContain(at);
    expect(found(edit, 'breaking')).toEqual([]);
  });
});

test.each(TEXTS)('%s is a text', (_, edit) => {
  expect(compareDocuments(released(), edited(edit))).toEqual([
    { weight: 'text', at: '#', what: 'texts or examples are others' },
  ]);
});

test.each(NOTHING)('%s is no change', (_, edit) => {
  expect(compareDocuments(released(), edited(edit))).toEqual([]);
});

test('what parameters of a path are called is no business of clients', () => {
  const renamed: unknown = parse(RELEASED.replaceAll('/{id}', '/{userId}').replace('name: id,', 'name: userId,'));
  if (!isObject(renamed)) throw new Error('the document is no object');
  expect(compareDocuments(released(), renamed)).toEqual([
    { weight: 'text', at: '#', what: 'texts or examples are others' },
  ]);
});

test('one cause is told once, however many operations it concerns', () => {
  const edit: Edit = [request('properties', 'size', 'maximum'), 8];
  expect(compareDocuments(released(), edited(edit))).toEqual([
    { weight: 'breaking', at: sent('size'), what: 'maximum was 9 and is 8 (in requests)' },
  ]);
});

test('a schema with a word that the comparison does not know is refused', () => {
  const edit: Edit = [user('properties', 'id', 'contentEncoding'), 'base64'];
  expect(() => compareDocuments(released(), edited(edit))).toThrow('contentEncoding');
});
