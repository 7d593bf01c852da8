import type { JsonObject, JsonValue } from '../../protocol/json.js';
import type { Answer, TestServer, TestTenant } from './server.fixture.js';

/** The URN that the tests register, in the form that Microsoft has administrators use. */
export const CONTOSO = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
export const CORE_USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

/** Sends a request about a tenant's own schemas to the admin API; `path` is what follows `/schemas`. */
export function sendSchemas(
  server: TestServer,
  { id }: TestTenant,
  method: string,
  path: string,
  body?: JsonObject,
): Promise<Answer> {
  return server.send({
    method,
    path: `/admin/api/tenants/${id}/schemas${path}`,
    token: server.adminToken,
    ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
  });
}

/** Registers a schema with these attributes. */
export function register(
  server: TestServer,
  tenant: TestTenant,
  attributes: readonly JsonObject[],
  { urn = CONTOSO, dropInvalid = false } = {},
): Promise<Answer> {
  const query = dropInvalid ? '?dropInvalid=true' : '';
  return sendSchemas(server, tenant, 'PUT', `/${urn}${query}`, { attributes: [...attributes] });
}

/** A user with something under the URN, which Entra does not list in `schemas`. */
export function userWith(userName: string, extension: JsonObject, urn = CONTOSO): JsonObject {
  return { schemas: [CORE_USER], userName, [urn]: extension };
}

/** A PATCH message. */
export function patchOf(...operations: JsonObject[]): JsonObject {
  return { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: operations };
}

/** The attributes of a schema with something of each kind. */
export const ATTRIBUTES: readonly JsonObject[] = [
  { name: 'badge', type: 'string', description: 'The number on the badge.' },
  { name: 'code', type: 'string', caseExact: true },
  { name: 'level', type: 'integer' },
  { name: 'rate', type: 'decimal' },
  { name: 'vip', type: 'boolean' },
  { name: 'hired', type: 'dateTime' },
  { name: 'page', type: 'reference', referenceTypes: ['external'] },
  { name: 'key', type: 'binary' },
  { name: 'doors', type: 'string', multiValued: true },
  { name: 'levels', type: 'integer', multiValued: true },
  {
    name: 'desk',
    type: 'complex',
    subAttributes: [
      { name: 'floor', type: 'integer', required: true },
      { name: 'side', canonicalValues: ['north', 'south'] },
    ],
  },
  {
    name: 'phones',
    type: 'complex',
    multiValued: true,
    subAttributes: [{ name: 'value' }, { name: 'type' }, { name: 'primary', type: 'boolean' }],
  },
  { name: 'first', mutability: 'immutable' },
  { name: 'given', mutability: 'readOnly' },
  { name: 'secret', mutability: 'writeOnly', returned: 'never' },
  { name: 'hidden', returned: 'never' },
  { name: 'asked', returned: 'request' },
  { name: 'steady', returned: 'always' },
];

/** The type, a value, another one, and values that do not fit. */
export const TYPES: readonly (readonly [string, JsonValue, JsonValue, readonly JsonValue[]])[] = [
  ['badge', 'B-7', 'B-8', [7, true, ['a', 'b'], { x: 1 }]],
  ['level', 3, -4, ['x', 1.5, true, [1, 2], 2 ** 53]],
  ['rate', 1.5, 2, ['x', true, [1, 2]]],
  ['vip', true, false, ['perhaps', 1, [true, false]]],
  ['hired', '2026-01-02T03:04:05Z', '2026-01-02T03:04:05.678+01:00', ['2026-01-02', 'soon', 7, '2026-02-30T00:00:00Z']],
  ['page', 'https://contoso.example/ann', 'urn:x:y', [7, { x: 1 }]],
  ['key', 'aGk=', 'aGkh', ['ä', 7]],
  ['doors', ['A', 'B'], ['C'], ['A', [7], [{ x: 1 }]]],
  ['levels', [1, 2], [3], [1, ['x'], [1.5]]],
  ['desk', { floor: 2, side: 'north' }, { floor: 3, side: 'roof' }, ['x', { floor: 'x' }, { side: 'north' }]],
  [
    'phones',
    [{ value: '1', primary: true }, { value: '2' }],
    [{ value: '3', type: 'x' }],
    [
      'x',
      [{ value: 7 }],
      [
        { primary: true, value: 'a' },
        { primary: true, value: 'b' },
      ],
    ],
  ],
];
