import { randomUUID } from 'node:crypto';
import { withBody, withEveryId, withHeaders, withoutHeader, withQuery } from './call.js';
import type { Unprovoked, Walk } from './provocation.js';
import {
  CREATES_AND_REPLACES,
  DISCOVERY,
  failing,
  LISTS,
  MEGABYTE,
  PATCHES,
  READS,
  type Row,
  SEARCHES,
  usual,
  WRITES_TO_ONE,
} from './scim-calls.js';
import { bodies, patches, queries, searches } from './scim-queries-and-bodies.js';
import { bulkBody, groupBody, newName, patchBody, type ScimWorld, searchBody, userBody } from './scim-world.js';

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
