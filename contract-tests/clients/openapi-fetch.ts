import createClient from 'openapi-fetch';
import type { paths } from '../../generated/scim.js';
import { GROUP, PATCH_OP, SEARCH_REQUEST, type ClientAnswer, type GeneratedClient } from './answer.js';

interface Fetched {
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}

/** The client that openapi-fetch makes of the types in `generated/`, used as its documentation says. */
export function openapiFetchClient(origin: string, token: string): GeneratedClient {
  const client = createClient<paths>({ baseUrl: `${origin}/scim`, headers: { Authorization: `Bearer ${token}` } });
  const one = (id: string) => ({ path: { id } });
  const patch = (operations: readonly { op: string; path: string; value: unknown }[]) => ({
    schemas: [PATCH_OP],
    Operations: [...operations],
  });
  return {
    listUsers: async (query) => answerOf(await client.GET('/Users', { params: { query } })),
    createUser: async (body) => answerOf(await client.POST('/Users', { body })),
    getUser: async (id) => answerOf(await client.GET('/Users/{id}', { params: one(id) })),
    patchUser: async (id, operations) =>
      answerOf(await client.PATCH('/Users/{id}', { params: one(id), body: patch(operations) })),
    replaceUser: async (id, body) => answerOf(await client.PUT('/Users/{id}', { params: one(id), body })),
    deleteUser: async (id) => answerOf(await client.DELETE('/Users/{id}', { params: one(id) })),
    searchUsers: async (filter) =>
      answerOf(await client.POST('/Users/.search', { body: { schemas: [SEARCH_REQUEST], filter } })),
    createGroup: async (displayName, memberId) =>
      answerOf(
        await client.POST('/Groups', { body: { schemas: [GROUP], displayName, members: [{ value: memberId }] } }),
      ),
    addMember: async (groupId, memberId) => {
      const body = patch([{ op: 'add', path: 'members', value: [{ value: memberId }] }]);
      return answerOf(await client.PATCH('/Groups/{id}', { params: one(groupId), body }));
    },
    getGroup: async (id) => answerOf(await client.GET('/Groups/{id}', { params: one(id) })),
    getServiceProviderConfig: async () => answerOf(await client.GET('/ServiceProviderConfig')),
  };
}

const answerOf = ({ data, error, response }: Fetched): ClientAnswer => ({
  status: response.status,
  body: data ?? error,
});
