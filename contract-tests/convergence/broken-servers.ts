import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import type { Send, WireAnswer, WireRequest } from '../../tools/entra-client/simulator/wire/wire.js';
import { memberIds, readStaged, textOf } from './staged.js';

/** A server with a fault that servers have had, made of one that has not. */
export interface BrokenServer {
  readonly name: string;
  readonly dialect: 'legacy' | 'flag';
  readonly breaking: (send: Send) => Send;
}

const DONE: WireAnswer = { status: 204, headers: {}, text: '' };
const FILTER_ON_NAME = '/Users?filter=userName+eq+%22';

export const BROKEN_SERVERS: readonly BrokenServer[] = [
  {
    name: 'empties the group when one member is removed',
    dialect: 'legacy',
    breaking: changingOperations((operation) =>
      operation['op'] === 'Remove' ? { op: 'Remove', path: 'members' } : operation,
    ),
  },
  {
    name: 'does not find users who are disabled',
    dialect: 'flag',
    breaking: changingLists('/Users?', (users) => users.filter(({ active }) => active !== false)),
  },
  {
    name: 'applies only the first operation of a PATCH request',
    dialect: 'legacy',
    breaking: changingPatches(([first]) => (first === undefined ? [] : [first])),
  },
  {
    name: 'ignores a manager that is a bare string',
    dialect: 'legacy',
    breaking: changingPatches((operations) => operations.filter(({ path }) => !textOf(path).endsWith(':manager'))),
  },
  {
    name: 'heeds the case of userName',
    dialect: 'legacy',
    breaking: (send) => async (request) => {
      const asked = decodeURIComponent(request.path.slice(FILTER_ON_NAME.length, -'%22'.length));
      const heeding = changingLists(FILTER_ON_NAME, (users) => users.filter(({ userName }) => userName === asked));
      return heeding(send)(request);
    },
  },
  {
    name: 'stores dotted keys by their names',
    dialect: 'flag',
    breaking: changingOperations(({ value = null, ...operation }) =>
      operation['path'] === undefined ? { ...operation, value: withoutDots(value) } : { ...operation, value },
    ),
  },
  {
    name: 'takes a disabled user out of the groups',
    dialect: 'flag',
    breaking: (send) => async (request) => {
      const answer = await send(request);
      const id = request.path.slice('/Users/'.length);
      if (request.purpose === 'disable user' && answer.status < 300) await leaveAllGroups(send, id);
      return answer;
    },
  },
  {
    name: 'says that it deleted a user, and keeps it',
    dialect: 'legacy',
    breaking: (send) => async (request) => (request.purpose === 'delete user' ? DONE : send(request)),
  },
];

const operationsOf = ({ method, body }: WireRequest): readonly JsonObject[] | undefined => {
  const operations = method === 'PATCH' ? body?.['Operations'] : undefined;
  return isArray(operations) ? operations.filter(isObject) : undefined;
};

/** A server that makes other operations of those in a PATCH request. */
function changingPatches(change: (operations: readonly JsonObject[]) => readonly JsonObject[]) {
  return (send: Send): Send =>
    async (request) => {
      const operations = operationsOf(request);
      if (operations === undefined) return send(request);
      const changed = change(operations);
      return changed.length === 0 ? DONE : send({ ...request, body: { ...request.body, Operations: changed } });
    };
}

function changingOperations(change: (operation: JsonObject) => JsonObject) {
  return changingPatches((operations) => operations.map(change));
}

/** A server that answers lookups whose address begins so with other lists. */
function changingLists(address: string, change: (resources: readonly JsonObject[]) => readonly JsonObject[]) {
  return (send: Send): Send =>
    async (request) => {
      const answer = await send(request);
      const list = parseJson(answer.text);
      if (!request.path.startsWith(address) || !isObject(list) || !isArray(list['Resources'])) return answer;
      const resources = change(list['Resources'].filter(isObject));
      return { ...answer, text: JSON.stringify({ ...list, totalResults: resources.length, Resources: resources }) };
    };
}

function withoutDots(value: Json): Json {
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).filter(([name]) => !name.includes('.')));
}

async function leaveAllGroups(send: Send, user: string): Promise<void> {
  for (const [group, resource] of (await readStaged(send)).groups) {
    if (!memberIds(resource).includes(user)) continue;
    const operation = { op: 'remove', path: `members[value eq "${user}"]` };
    const body = { schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'], Operations: [operation] };
    await send({ purpose: 'remove member', method: 'PATCH', path: `/Groups/${group}`, body });
  }
}
