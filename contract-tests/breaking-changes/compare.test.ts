import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { isObject, type Json, type JsonObject } from '../../tools/entra-client/json.js';
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

/** Sets a member at the end of a path of names, or takes it away. */
type Edit = readonly [path: readonly (string | number)[], value: Json | undefined];

const USERS = ['paths', '/Users'];
const LIST = [...USERS, 'get'];
const CREATE = [...USERS, 'post'];
const OK = [...LIST, 'responses', '200'];
const user = (...rest: readonly string[]): readonly string[] => ['components', 'schemas', 'User', ...rest];
const request = (...rest: readonly string[]): readonly string[] => ['components', 'schemas', 'UserRequest', ...rest];
const AT_USER = '#/components/schemas/User';
const AT_REQUEST = '#/components/schemas/UserRequest';
const property = (name: string): string => `${AT_USER}/properties/${name}`;
const sent = (name: string): string => `${AT_REQUEST}/properties/${name}`;

const BREAKING: readonly [string, Edit, string][] = [
  ['a path is gone', [USERS, undefined], 'GET /Users'],
  ['an operation is gone', [CREATE, undefined], 'POST /Users'],
  ['an operationId is another', [[...CREATE, 'operationId'], 'addUser'], 'POST /Users'],
  ['a status is gone', [[...LIST, 'responses', '404'], undefined], 'GET /Users 404'],
  ['an address is gone', [['servers', 0, 'url'], '/v2'], 'servers /scim'],
  ['a way to authenticate is gone', [[...LIST, 'security'], [{ bearer: [] }]], 'GET /Users'],
  [
    'a scheme of authentication is another',
    [['components', 'securitySchemes', 'bearer', 'scheme'], 'basic'],
    'POST /Users',
  ],
  ['authentication is asked for all at once', [['security'], [{ bearer: [], query: [] }]], 'POST /Users'],
  ['a parameter is gone', [[...LIST, 'parameters', 0], { name: 'n', in: 'query' }], 'GET /Users query count'],
  [
    'a parameter is new and required',
    [[...LIST, 'parameters', 5], { name: 'n', in: 'query', required: true }],
    'GET /Users query n',
  ],
  ['a parameter is required now', [[...LIST, 'parameters', 0, 'required'], true], 'GET /Users query count'],
  [
    'a parameter may be empty no longer',
    [[...LIST, 'parameters', 1, 'allowEmptyValue'], false],
    'GET /Users query cursor',
  ],
  ['a parameter is written in another way', [[...LIST, 'parameters', 1, 'explode'], false], 'GET /Users query cursor'],
  [
    'a parameter has a narrower type',
    [[...LIST, 'parameters', 1, 'schema', 'maxLength'], 5],
    'GET /Users query cursor/schema',
  ],
  [
    'the default of a parameter is another',
    [[...LIST, 'parameters', 0, 'schema', 'default'], 50],
    'GET /Users query count/schema',
  ],
  ['a body is required now', [[...CREATE, 'requestBody', 'required'], true], 'POST /Users body'],
  ['a body is gone', [[...CREATE, 'requestBody'], undefined], 'POST /Users body'],
  ['a body is new and required', [[...LIST, 'requestBody'], { required: true }], 'GET /Users body'],
  [
    'a media type of requests is gone',
    [[...CREATE, 'requestBody', 'content', 'application/json'], undefined],
    'POST /Users body application/json',
  ],
  [
    'a media type of answers is gone',
    [[...OK, 'content', 'application/json'], undefined],
    'GET /Users 200 application/json',
  ],
  ['a header of answers is gone', [[...OK, 'headers', 'Age'], undefined], 'GET /Users 200/headers/Age'],
  ['a header does not always come', [[...OK, 'headers', 'ETag', 'required'], false], 'GET /Users 200/headers/ETag'],
  ['a property of answers is gone', [user('properties', 'size'), undefined], property('size')],
  ['a property of answers does not always come', [user('required'), []], AT_USER],
  ['a property of answers has another type', [user('properties', 'size', 'type'), 'string'], property('size')],
  ['an integer of answers may have a fraction', [user('properties', 'size', 'type'), 'number'], property('size')],
  [
    'answers have one more value of an enum',
    [user('properties', 'state', 'enum'), ['on', 'off', 'odd']],
    property('state'),
  ],
  ['answers may have null', [user('properties', 'size', 'nullable'), true], property('size')],
  ['answers may be longer', [user('properties', 'id', 'maxLength'), 40], property('id')],
  ['answers may be shorter', [user('properties', 'id', 'minLength'), 0], property('id')],
  ['answers drop a format', [user('properties', 'id', 'format'), undefined], property('id')],
  ['answers have another pattern', [user('properties', 'id', 'pattern'), '^y'], property('id')],
  [
    'answers may be of one more kind',
    [user('properties', 'either', 'anyOf', '2'), { type: 'number' }],
    `${property('either')}/anyOf`,
  ],
  ['answers may have other properties', [user('additionalProperties'), true], AT_USER],
  ['a property of requests is gone', [request('properties', 'size'), undefined], sent('size')],
  ['a property of requests is required now', [request('required'), ['name', 'size']], AT_REQUEST],
  ['requests have one value of an enum less', [request('properties', 'state', 'enum'), ['on']], sent('state')],
  ['requests have an enum now', [request('properties', 'name', 'enum'), ['xy']], sent('name')],
  ['requests may not have null', [request('properties', 'note', 'nullable'), false], sent('note')],
  ['requests must be shorter', [request('properties', 'name', 'maxLength'), 35], sent('name')],
  ['requests must be longer', [request('properties', 'name', 'minLength'), 3], sent('name')],
  ['requests have a larger minimum', [request('properties', 'size', 'minimum'), 2], sent('size')],
  ['requests have a smaller maximum', [request('properties', 'size', 'maximum'), 8], sent('size')],
  ['requests have a limit where there was none', [request('properties', 'note', 'maxLength'), 8], sent('note')],
  ['requests may have fewer items', [request('properties', 'tags', 'maxItems'), 4], sent('tags')],
  [
    'the items of requests have another type',
    [request('properties', 'tags', 'items', 'type'), 'integer'],
    `${sent('tags')}/items`,
  ],
  [
    'requests have a pattern that a value of the enum does not fit',
    [request('properties', 'state'), { type: 'string', pattern: '^on' }],
    sent('state'),
  ],
  ['requests have another pattern', [request('properties', 'name', 'pattern'), '^y'], sent('name')],
  [
    'requests may be of one kind less',
    [request('properties', 'either', 'anyOf'), [{ type: 'string' }]],
    `${sent('either')}/anyOf`,
  ],
  [
    'requests have to fit one schema more',
    [request('properties', 'all', 'allOf', '1'), { type: 'object', maxProperties: 1 }],
    `${sent('all')}/allOf`,
  ],
  [
    'a header has a narrower type, and a query parameter has its name',
    [[...LIST, 'parameters', 3, 'schema', 'maxLength'], 5],
    'GET /Users header cursor/schema',
  ],
  [
    'the content of a parameter has another type',
    [[...LIST, 'parameters', 4, 'content', 'application/json', 'schema', 'type'], 'object'],
    'GET /Users query where application/json',
  ],
  [
    'a parameter has content where it had a schema',
    [[...LIST, 'parameters', 1], { name: 'cursor', in: 'query', allowEmptyValue: true, content: {} }],
    'GET /Users query cursor',
  ],
  [
    'requests may have other forms instead',
    [request('properties', 'tags', 'items'), { anyOf: [{ type: 'object' }, { type: 'string', maxLength: 3 }] }],
    `${sent('tags')}/items`,
  ],
  [
    'a property of requests is new in a map',
    [request('properties', 'map', 'properties'), { size: { type: 'integer' } }],
    `${sent('map')}/properties/size`,
  ],
  ['an operation has another address', [[...LIST, 'servers'], [{ url: '/v2' }]], 'GET /Users servers /scim'],
  ['a path has another address', [[...USERS, 'servers'], [{ url: '/v2' }]], 'POST /Users servers /scim'],
  ['requests may have no other properties', [request('additionalProperties'), false], AT_REQUEST],
];

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
