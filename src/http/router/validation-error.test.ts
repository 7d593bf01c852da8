import { afterAll, beforeAll, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const SEARCH = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
const BULK = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

const user = (more: JsonObject): JsonObject => ({ schemas: [USER], userName: 'u@contoso.example', ...more });
const patch = (...Operations: JsonObject[]): JsonObject => ({ schemas: [PATCH_OP], Operations });

const bodies: readonly (readonly [string, string, string, JsonObject, string, string])[] = [
  [
    'an element of the wrong type',
    'POST',
    '/Users',
    user({ emails: [{ value: 5 }] }),
    'invalidValue',
    '"emails[0].value" must be a string.',
  ],
  [
    'a value of several types',
    'POST',
    '/Users',
    user({ active: 5 }),
    'invalidValue',
    '"active" must be true or false, a string or an array.',
  ],
  [
    'a word that is no boolean',
    'POST',
    '/Users',
    user({ active: 'maybe' }),
    'invalidValue',
    '"active" must be true or false.',
  ],
  ['a required member', 'POST', '/Groups', { schemas: [GROUP] }, 'invalidValue', '"displayName" is missing; send it.'],
  [
    'an element without its value',
    'POST',
    '/Groups',
    { schemas: [GROUP], displayName: 'G', members: [{ type: 'User' }] },
    'invalidValue',
    '"members[0].value" is missing; send it.',
  ],
  ['an empty text', 'POST', '/Users', user({ userName: '' }), 'invalidValue', '"userName" must not be empty.'],
  [
    'a long text',
    'POST',
    '/Users',
    user({ displayName: 'x'.repeat(513) }),
    'invalidValue',
    '"displayName" must have at most 512 characters; send a shorter one.',
  ],
  [
    'an unknown op',
    'PATCH',
    '/Users/x',
    patch({ op: 'add', path: 'title', value: 'x' }, { op: 'upsert' }),
    'invalidSyntax',
    '"Operations[1].op" must be "add", "remove" or "replace".',
  ],
  [
    'an operation without its value',
    'PATCH',
    '/Users/x',
    patch({ op: 'Replace', path: 'title' }),
    'invalidValue',
    '"Operations[0]" must have "value"; send it.',
  ],
  [
    'the URN of another message',
    'POST',
    '/.search',
    { schemas: [BULK] },
    'invalidSyntax',
    '"schemas" must have "urn:ietf:params:scim:api:messages:2.0:SearchRequest" among its elements.',
  ],
  [
    'a path of the wrong type',
    'PATCH',
    '/Users/x',
    patch({ op: 'add', path: 1, value: 'x' }),
    'invalidSyntax',
    '"Operations[0].path" must be a string.',
  ],
  [
    'another sort order',
    'POST',
    '/.search',
    { schemas: [SEARCH], sortOrder: 'up' },
    'invalidValue',
    '"sortOrder" must be "ascending" or "descending".',
  ],
  [
    'a bulk request without operations',
    'POST',
    '/Bulk',
    { schemas: [BULK], Operations: [] },
    'invalidSyntax',
    '"Operations" must have at least 1 element.',
  ],
];

it.each(bodies)('says where and what: %s', async (_what, method, path, body, scimType, detail) => {
  const answer = await tenant.send(method, path, body);
  expect(answer.body).toMatchObject({ status: '400', scimType, detail });
});

it('says which parameter, and what it must be', async () => {
  const { body } = await tenant.send('GET', '/Users?count=many');
  expect(body).toMatchObject({ scimType: 'invalidValue', detail: 'The parameter "count" must be a whole number.' });
});

const sendAsOperator = (body: JsonObject) =>
  server.send({
    method: 'POST',
    path: '/admin/api/tenants',
    token: server.adminToken,
    headers: { 'Content-Type': 'application/json' },
    body,
  });

it('says what is too much in a body that takes no other members', async () => {
  const { body } = await sendAsOperator({ name: 'Fabrikam', color: 'red' });
  expect(body).toMatchObject({ scimType: 'invalidSyntax', detail: '"color" does not exist; leave it out.' });
});
