import { isJsonArray, isJsonObject, type JsonObject } from '../../protocol/json.js';
import type { Answer, TestTenant } from './server.fixture.js';

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const ENTERPRISE = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';
export const BULK_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:BulkRequest';

/** An id that was never given out. */
export const NOBODY = '01890000-0000-7000-8000-000000000000';

export const user = (userName: string, more: JsonObject = {}): JsonObject => ({ schemas: [USER], userName, ...more });

/** A user with a manager. */
export const managed = (userName: string, manager: string): JsonObject =>
  user(userName, { schemas: [USER, ENTERPRISE], [ENTERPRISE]: { manager: { value: manager } } });

/** A group with these members. */
export const group = (displayName: string, ...members: readonly string[]): JsonObject => ({
  schemas: [GROUP],
  displayName,
  ...(members.length === 0 ? {} : { members: members.map((value) => ({ value })) }),
});

export const patch = (...Operations: readonly JsonObject[]): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations,
});

export const bulk = (...Operations: readonly JsonObject[]): JsonObject => ({ schemas: [BULK_REQUEST], Operations });

/** An operation that creates a user or a group, by what its data is. */
export function post(bulkId: string, data: JsonObject): JsonObject {
  return { method: 'POST', path: 'userName' in data ? '/Users' : '/Groups', bulkId, data };
}

/** The operations of the answer to a bulk request. */
export function results(answer: Answer): readonly JsonObject[] {
  const operations = answer.body['Operations'];
  if (answer.status !== 200 || !isJsonArray(operations)) throw new Error(`no answer to bulk: ${answer.text}`);
  return operations.filter(isJsonObject);
}

/** The statuses of a bulk answer, in its order. */
export const statuses = (answer: Answer): readonly unknown[] => results(answer).map(({ status }) => status);

/** The id at the end of a result's location. */
export const idOf = (result: JsonObject | undefined): string => String(result?.['location']).split('/').at(-1) ?? '';

/** The error that a result has, as an object. */
export function errorOf(result: JsonObject | undefined): JsonObject {
  const response = result?.['response'];
  return isJsonObject(response) ? response : {};
}

/** Reads a resource; an empty object if there is none. */
export async function read(tenant: TestTenant, path: string): Promise<JsonObject> {
  const answer = await tenant.send('GET', path);
  return answer.status === 200 ? answer.body : {};
}

/** The ids of a group's members, sorted. */
export async function membersOf(tenant: TestTenant, id: string): Promise<readonly string[]> {
  const { members } = await read(tenant, `/Groups/${id}`);
  return isJsonArray(members) ? members.map((one) => (isJsonObject(one) ? String(one['value']) : '')).sort() : [];
}

/** How many resources of a type the tenant has. */
export async function countOf(tenant: TestTenant, endpoint: '/Users' | '/Groups'): Promise<unknown> {
  return (await tenant.send('GET', `${endpoint}?count=0`)).body['totalResults'];
}

/** Settings of a server whose bulk requests are small. */
export const SMALL_BULK = { MAX_BULK_OPERATIONS: '20', MAX_BULK_BYTES: '20000' };

/** What the tests of bulk requests send for a tenant that there is by then. */
export const bulkCalls = (
  tenant: () => TestTenant,
): {
  readonly send: (...operations: readonly JsonObject[]) => Promise<Answer>;
  /** The id of a resource that is created by a request of its own. */
  readonly created: (endpoint: string, body: JsonObject) => Promise<string>;
} => ({
  send: (...operations) => tenant().send('POST', '/Bulk', bulk(...operations)),
  created: async (endpoint, body) => String((await tenant().send('POST', endpoint, body)).body['id']),
});
