import { type Json } from '../../tools/entra-client/json.js';

/** Sets a member at the end of a path of names, or takes it away. */
export type Edit = readonly [path: readonly (string | number)[], value: Json | undefined];

const USERS = ['paths', '/Users'];

export const LIST = [...USERS, 'get'];

export const CREATE = [...USERS, 'post'];

export const OK = [...LIST, 'responses', '200'];

export const user = (...rest: readonly string[]): readonly string[] => ['components', 'schemas', 'User', ...rest];

export const request = (...rest: readonly string[]): readonly string[] => [
  'components',
  'schemas',
  'UserRequest',
  ...rest,
];

export const AT_USER = '#/components/schemas/User';

export const AT_REQUEST = '#/components/schemas/UserRequest';

export const property = (name: string): string => `${AT_USER}/properties/${name}`;

export const sent = (name: string): string => `${AT_REQUEST}/properties/${name}`;

export const BREAKING: readonly [string, Edit, string][] = [
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
