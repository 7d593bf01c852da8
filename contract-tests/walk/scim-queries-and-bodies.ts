import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../tools/entra-client/json.js';
import { withBody, withQuery } from './call.js';
import { CREATES_AND_REPLACES, LISTS, newUser, PATCHES, READS, type Row, SEARCHES } from './scim-calls.js';
import { bulkBody, GROUP_SCHEMA, patchBody, searchBody, USER_SCHEMA } from './scim-world.js';

export const queries: readonly Row[] = [
  {
    operations: LISTS,
    status: '400',
    scimType: 'invalidFilter',
    by: 'a filter that ends too early',
    change: (call) => withQuery(call, { filter: 'userName eq' }),
  },
  {
    operations: LISTS,
    status: '400',
    scimType: 'invalidValue',
    by: 'a count that is no number',
    change: (call) => withQuery(call, { count: 'many' }),
  },
  {
    operations: LISTS,
    status: '400',
    scimType: 'invalidCursor',
    by: 'a cursor that was not given out',
    change: (call) => withQuery(call, { cursor: 'nowhere' }),
  },
  {
    operations: LISTS,
    status: '400',
    scimType: 'invalidCount',
    by: 'too large a page by cursor',
    change: (call) => withQuery(call, { cursor: '', count: '1001' }),
  },
  {
    operations: READS,
    status: '400',
    scimType: 'invalidValue',
    by: 'both kinds of projection',
    change: (call) => withQuery(call, { attributes: 'displayName', excludedAttributes: 'externalId' }),
  },
];

const search = (scimType: string, by: string, body: Json): Row => ({
  operations: SEARCHES,
  status: '400',
  scimType,
  by,
  change: (call) => withBody(call, body),
});

export const searches: readonly Row[] = [
  search('invalidSyntax', 'a message of another kind', patchBody()),
  search('invalidFilter', 'a filter that ends too early', searchBody({ filter: 'userName eq' })),
  search('invalidPath', 'a sortBy that cannot be read', searchBody({ sortBy: 'user name' })),
  search('invalidValue', 'two ways of paging at once', searchBody({ cursor: '', startIndex: 1 })),
  search('invalidCursor', 'a cursor that was not given out', searchBody({ cursor: 'nowhere' })),
  search('invalidCount', 'too large a page by cursor', searchBody({ cursor: '', count: 1001 })),
];

export const bodies: readonly Row[] = [
  {
    operations: [...CREATES_AND_REPLACES, ...PATCHES, 'bulk'],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'a body that is not JSON',
    change: (call) => withBody(call, '{"schemas":['),
  },
  {
    operations: ['bulk'],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'no operations',
    change: (call) => withBody(call, bulkBody()),
  },
  {
    operations: ['bulk'],
    status: '413',
    by: 'more operations than are allowed',
    change: (call) => withBody(call, bulkBody(...Array.from({ length: 1_001 }, newUser))),
  },
  {
    operations: CREATES_AND_REPLACES,
    status: '400',
    scimType: 'invalidValue',
    by: 'the required attribute left out',
    change: (call) => withBody(call, { schemas: [USER_SCHEMA, GROUP_SCHEMA], externalId: 'x' }),
  },
  {
    operations: CREATES_AND_REPLACES,
    status: '400',
    scimType: 'invalidValue',
    by: 'a value of the wrong type',
    change: (call) => withBody(call, { schemas: [USER_SCHEMA, GROUP_SCHEMA], userName: 7, displayName: 7 }),
  },
];

const patch = (scimType: string, by: string, operation: JsonObject, operations = PATCHES): Row => ({
  operations,
  status: '400',
  scimType,
  by,
  change: (call) => withBody(call, patchBody(operation)),
});

export const patches: readonly Row[] = [
  patch('invalidSyntax', 'an operation that does not exist', { op: 'upsert', path: 'displayName', value: 'x' }),
  patch('invalidPath', 'a path that ends too early', { op: 'replace', path: 'emails[type eq "work"', value: 'x' }),
  patch(
    'invalidFilter',
    'a comparison that has no order',
    { op: 'replace', path: 'emails[primary gt true]', value: 'x' },
    ['patchUser'],
  ),
  patch(
    'invalidFilter',
    'a comparison that has no order',
    { op: 'replace', path: 'members[value gt true]', value: 'x' },
    ['patchGroup'],
  ),
  patch('noTarget', 'remove without a path', { op: 'remove' }),
  patch('mutability', 'a read-only attribute', { op: 'replace', path: 'id', value: randomUUID() }),
  patch('invalidValue', 'no boolean', { op: 'replace', path: 'active', value: 'perhaps' }, ['patchUser']),
  patch('invalidValue', 'no such member', { op: 'add', path: 'members', value: [{ value: randomUUID() }] }, [
    'patchGroup',
  ]),
];
