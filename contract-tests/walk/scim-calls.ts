import { randomUUID } from 'node:crypto';
import type { Json, JsonObject } from '../../tools/entra-client/json.js';
import { type Call, withBody, withHeaders } from './call.js';
import type { Provocation, Walk } from './provocation.js';
import {
  bulkBody,
  groupBody,
  newName,
  patchBody,
  type ScimWorld,
  searchBody,
  USER_SCHEMA,
  userBody,
} from './scim-world.js';

/** A way to provoke an answer. */
export type Row = Provocation<ScimWorld>;

export const LISTS = ['listUsers', 'listGroups', 'listAll'];
export const SEARCHES = ['searchUsers', 'searchGroups', 'searchAll'];
export const READS = ['getUser', 'getGroup'];
export const CREATES_AND_REPLACES = ['createUser', 'createGroup', 'replaceUser', 'replaceGroup'];
export const PATCHES = ['patchUser', 'patchGroup'];
export const WRITES_TO_ONE = ['replaceUser', 'replaceGroup', 'patchUser', 'patchGroup', 'deleteUser', 'deleteGroup'];
export const DISCOVERY = [
  'getServiceProviderConfig',
  'listResourceTypes',
  'getResourceType',
  'listSchemas',
  'getSchema',
];
const ME = ['getMe', 'createMe', 'replaceMe', 'patchMe', 'deleteMe'];
export const MEGABYTE = 1_048_576;

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

export const newUser = (): JsonObject => ({ method: 'POST', path: '/Users', bulkId: 'new', data: userBody(newName()) });

export const usual: Walk<ScimWorld>['usual'] = {
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

export const failing: readonly JsonObject[] = [
  { method: 'POST', path: '/Users', bulkId: 'refused', data: { schemas: [USER_SCHEMA] } },
  { method: 'PUT', path: `/Users/${randomUUID()}`, data: userBody(newName()) },
  { method: 'PATCH', path: '/Groups/bulkId:refused', data: rename() },
  { method: 'DELETE', path: `/Devices/${randomUUID()}` },
];
