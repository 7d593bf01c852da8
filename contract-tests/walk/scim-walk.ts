import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../tools/entra-client/json.js';
import { withBody, withEveryId, withHeaders, withoutHeader, withQuery, type Call } from './call.js';
import type { Provocation, Unprovoked, Walk } from './provocation.js';
import {
  bulkBody,
  groupBody,
  GROUP_SCHEMA,
  newName,
  patchBody,
  searchBody,
  USER_SCHEMA,
  userBody,
  type ScimWorld,
} from './scim-world.js';

type Row = Provocation<ScimWorld>;

const LISTS = ['listUsers', 'listGroups', 'listAll'];
const SEARCHES = ['searchUsers', 'searchGroups', 'searchAll'];
const READS = ['getUser', 'getGroup'];
const CREATES_AND_REPLACES = ['createUser', 'createGroup', 'replaceUser', 'replaceGroup'];
const PATCHES = ['patchUser', 'patchGroup'];
const WRITES_TO_ONE = ['replaceUser', 'replaceGroup', 'patchUser', 'patchGroup', 'deleteUser', 'deleteGroup'];
const DISCOVERY = ['getServiceProviderConfig', 'listResourceTypes', 'getResourceType', 'listSchemas', 'getSchema'];
const ME = ['getMe', 'createMe', 'replaceMe', 'patchMe', 'deleteMe'];
const MEGABYTE = 1_048_576;

const as = (call: { token: string }, ids: Readonly<Record<string, string>> = {}): Call => ({
  ids,
  query: {},
  headers: { Authorization: `Bearer ${call.token}`, Accept: 'application/scim+json' },
});

const sending = (call: Call, body: Json): Call =>
  withHeaders(withBody(call, body), { 'Content-Type': 'application/scim+json' });

const onUser = async (world: ScimWorld): Promise<Call> => as(world, { id: (await world.user()).id });
const onGroup = async (world: ScimWorld): Promise<Call> => as(world, { id: (await world.group()).id });

const rename = (): JsonObject => patchBody({ op: 'replace', path: 'displayName', value: newName() });

const newUser = (): JsonObject => ({ method: 'POST', path: '/Users', bulkId: 'new', data: userBody(newName()) });

const usual: Walk<ScimWorld>['usual'] = {
  listUsers: (world) => as(world),
  createUser: (world) => sending(as(world), userBody(newName())),
  getUser: onUser,
  replaceUser: async (world) => sending(await onUser(world), userBody(newName())),
  patchUser: async (world) => sending(await onUser(world), rename()),
  deleteUser: onUser,
  listGroups: (world) => as(world),
  createGroup: (world) => sending(as(world), groupBody(newName())),
  getGroup: onGroup,
  replaceGroup: async (world) => sending(await onGroup(world), groupBody(newName())),
  patchGroup: async (world) => sending(await onGroup(world), rename()),
  deleteGroup: onGroup,
  listAll: (world) => as(world),
  ...Object.fromEntries(
    SEARCHES.map((operation) => [operation, (world: ScimWorld): Call => sending(as(world), searchBody({}))]),
  ),
  bulk: (world) => sending(as(world), bulkBody(newUser())),
  ...Object.fromEntries(ME.map((operation) => [operation, (world: ScimWorld): Call => as(world)])),
  getServiceProviderConfig: (world) => as(world),
  listResourceTypes: (world) => as(world),
  getResourceType: (world) => as(world, { id: 'User' }),
  listSchemas: (world) => as(world),
  getSchema: (world) => as(world, { id: USER_SCHEMA }),
};

const failing: readonly JsonObject[] = [
  { method: 'POST', path: '/Users', bulkId: 'refused', data: { schemas: [USER_SCHEMA] } },
  { method: 'PUT', path: `/Users/${randomUUID()}`, data: userBody(newName()) },
  { method: 'PATCH', path: '/Groups/bulkId:refused', data: rename() },
  { method: 'DELETE', path: `/Devices/${randomUUID()}` },
];

const successes: readonly Row[] = [
  ...['201', '501'].map((status): Row => ({
    operations: 'all',
    status,
    by: 'the usual request',
    change: (call) => call,
  })),
  {
    operations: ['deleteUser', 'deleteGroup', 'patchGroup'],
    status: '204',
    by: 'the usual request',
    change: (call) => call,
  },
  { operations: PATCHES, status: '204', by: 'no operations', change: (call) => withBody(call, patchBody()) },
  {
    operations: [...LISTS, ...SEARCHES, ...READS, ...DISCOVERY, 'replaceUser', 'replaceGroup', 'patchUser', 'bulk'],
    status: '200',
    by: 'the usual request',
    change: (call) => call,
  },
  {
    operations: ['bulk'],
    status: '200',
    by: 'operations of every kind that fail',
    change: (call) => withBody(call, bulkBody(...failing)),
  },
  {
    operations: ['patchGroup'],
    status: '200',
    by: 'asking for an attribute',
    change: (call) => withQuery(call, { attributes: 'displayName' }),
  },
  {
    operations: LISTS,
    status: '200',
    by: 'a filter that somebody matches',
    change: async (call, world) => {
      const name = newName();
      await Promise.all([world.user(name), world.group(name)]);
      return withQuery(call, { filter: `userName eq "${name}" or displayName eq "${name}"` });
    },
  },
  {
    operations: LISTS,
    status: '200',
    by: 'pages by cursor',
    change: async (call, world) => {
      await Promise.all([world.user(), world.user(), world.group(), world.group()]);
      return withQuery(call, { cursor: '', count: '1' });
    },
  },
  {
    operations: SEARCHES,
    status: '200',
    by: 'a filter that somebody matches',
    change: async (call, world) => {
      const name = newName();
      await Promise.all([world.user(name), world.group(name)]);
      return withBody(call, searchBody({ filter: `userName eq "${name}" or displayName eq "${name}"` }));
    },
  },
  {
    operations: SEARCHES,
    status: '200',
    by: 'pages by cursor',
    change: async (call, world) => {
      await Promise.all([world.user(), world.user(), world.group(), world.group()]);
      return withBody(call, searchBody({ cursor: '', count: 1 }));
    },
  },
];

const versions: readonly Row[] = [
  {
    operations: ['getUser'],
    status: '304',
    by: 'naming the version that it has',
    change: async (call, world) => {
      const { id, version } = await world.user();
      return withHeaders({ ...call, ids: { id } }, { 'If-None-Match': version });
    },
  },
  {
    operations: ['getGroup'],
    status: '304',
    by: 'naming the version that it has',
    change: async (call, world) => {
      const { id, version } = await world.group();
      return withHeaders({ ...call, ids: { id } }, { 'If-None-Match': version });
    },
  },
  {
    operations: 'all',
    status: '412',
    by: 'asking for a version that it has not',
    change: (call) => withHeaders(call, { 'If-Match': 'W/"no-such-version"' }),
  },
  {
    operations: WRITES_TO_ONE,
    status: '412',
    by: 'If-None-Match: *',
    change: (call) => withHeaders(call, { 'If-None-Match': '*' }),
  },
];

const access: readonly Row[] = [
  { operations: 'all', status: '401', by: 'no token', change: (call) => withoutHeader(call, 'Authorization') },
  {
    operations: 'all',
    status: '401',
    by: 'a token that was never issued',
    change: (call) => withHeaders(call, { Authorization: `Bearer fwscim_${'0'.repeat(49)}` }),
  },
  {
    operations: 'all',
    status: '403',
    by: 'the token of a disabled tenant',
    change: (call, world) => withHeaders(call, { Authorization: `Bearer ${world.disabledToken}` }),
  },
  {
    operations: [...CREATES_AND_REPLACES, ...PATCHES, 'deleteUser', 'deleteGroup', 'bulk'],
    status: '403',
    by: 'a token that may only read',
    change: (call, world) => withHeaders(call, { Authorization: `Bearer ${world.checkToken}` }),
  },
  {
    operations: DISCOVERY,
    status: '403',
    by: 'a filter',
    change: (call) => withQuery(call, { filter: 'id pr' }),
  },
  {
    operations: [...LISTS, ...READS, ...DISCOVERY],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'a token in the header and another in the address',
    change: (call, world) => withQuery(call, { access_token: world.token }),
  },
];

const messages: readonly Row[] = [
  { operations: 'all', status: '404', by: 'an id that never was', change: (call) => withEveryId(call, randomUUID()) },
  { operations: 'all', status: '406', by: 'a picture', change: (call) => withHeaders(call, { Accept: 'image/png' }) },
  {
    operations: 'all',
    status: '413',
    by: 'a body over the limit',
    change: (call) => withBody(call, `{"schemas":["x"],"padding":"${'x'.repeat(4 * MEGABYTE)}"}`),
  },
  {
    operations: 'all',
    status: '415',
    by: 'plain text',
    change: (call) => withHeaders(call, { 'Content-Type': 'text/plain' }),
  },
  {
    operations: [...READS, 'deleteUser', 'deleteGroup', 'getResourceType', 'getSchema'],
    status: '400',
    scimType: 'invalidSyntax',
    by: 'broken percent-encoding',
    change: (call) => withEveryId(call, '%E0%A4%A'),
  },
];

const conflicts: readonly Row[] = [
  {
    operations: ['createUser', 'replaceUser'],
    status: '409',
    scimType: 'uniqueness',
    by: 'a userName that is taken',
    change: async (call, world) => {
      const userName = newName();
      await world.user(userName);
      return withBody(call, userBody(userName.toUpperCase()));
    },
  },
  {
    operations: ['createGroup', 'replaceGroup'],
    status: '409',
    scimType: 'uniqueness',
    by: 'a displayName that is taken',
    change: async (call, world) => {
      const displayName = newName();
      await world.group(displayName);
      return withBody(call, groupBody(displayName.toUpperCase()));
    },
  },
  {
    operations: ['patchUser'],
    status: '409',
    scimType: 'uniqueness',
    by: 'a userName that is taken',
    change: async (call, world) => {
      const value = newName();
      await world.user(value);
      return withBody(call, patchBody({ op: 'replace', path: 'userName', value }));
    },
  },
  {
    operations: ['patchGroup'],
    status: '409',
    scimType: 'uniqueness',
    by: 'a displayName that is taken',
    change: async (call, world) => {
      const value = newName();
      await world.group(value);
      return withBody(call, patchBody({ op: 'replace', path: 'displayName', value }));
    },
  },
];

const queries: readonly Row[] = [
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

const searches: readonly Row[] = [
  search('invalidSyntax', 'a message of another kind', patchBody()),
  search('invalidFilter', 'a filter that ends too early', searchBody({ filter: 'userName eq' })),
  search('invalidPath', 'a sortBy that cannot be read', searchBody({ sortBy: 'user name' })),
  search('invalidValue', 'two ways of paging at once', searchBody({ cursor: '', startIndex: 1 })),
  search('invalidCursor', 'a cursor that was not given out', searchBody({ cursor: 'nowhere' })),
  search('invalidCount', 'too large a page by cursor', searchBody({ cursor: '', count: 1001 })),
];

const bodies: readonly Row[] = [
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

const patches: readonly Row[] = [
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

const unprovoked: readonly Unprovoked[] = [
  { operation: 'all', status: '500', reason: 'a fault of ours: if a request could provoke it, it would be mended' },
  {
    operation: 'all',
    status: '429',
    reason: 'no single request is too many',
  },
  {
    operation: 'all',
    status: '503',
    reason: 'the database is away or the server is stopping, which no request can do',
  },
  ...[...LISTS, ...SEARCHES].map((operation) => ({
    operation,
    status: '400',
    scimType: 'tooMany',
    reason: 'a statement over its time budget needs far more resources than a walk stages',
  })),
];

/** The walk over `openapi/scim.yaml`. */
export const scimWalk: Walk<ScimWorld> = {
  basePath: '/scim',
  shownStatus: { patchUser: '200' },
  usual,
  provocations: [
    ...successes,
    ...versions,
    ...access,
    ...messages,
    ...conflicts,
    ...queries,
    ...searches,
    ...bodies,
    ...patches,
  ],
  showing: async (operation, body, world) => {
    const empty = await world.elsewhere();
    const call = await usual[operation]?.(empty);
    if (call === undefined) throw new Error(`the walk has no usual request for ${operation}`);
    return withBody(call, await empty.withLiveIds(body));
  },
  unprovoked,
};
