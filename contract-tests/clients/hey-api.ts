import { createClient } from '@hey-api/openapi-ts';
import { mkdtemp, rm } from 'node:fs/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { GROUP, PATCH_OP, SEARCH_REQUEST, type ClientAnswer, type GeneratedClient } from './answer.js';

const HERE = fileURLToPath(new URL('.', import.meta.url));
const DOCUMENT = fileURLToPath(new URL('../../openapi/scim.yaml', import.meta.url));

/** An operation of the generated code. */
type Call = (options: Readonly<Record<string, unknown>>) => Promise<{
  readonly data?: unknown;
  readonly error?: unknown;
  readonly response: Response;
}>;

/** Code that was generated, and its folder. */
export interface GeneratedCode {
  /** The client, used as the documentation of hey-api says. */
  client(origin: string, token: string): GeneratedClient;
  remove(): Promise<void>;
}

/** Generates a client with @hey-api/openapi-ts, with what it does by default, in a folder of its own. */
export async function generateHeyApiClient(): Promise<GeneratedCode> {
  const folder = await mkdtemp(join(HERE, '.hey-api-'));
  const plugins = ['@hey-api/typescript', '@hey-api/sdk', '@hey-api/client-fetch'] as const;
  await createClient({ input: DOCUMENT, output: folder, plugins: [...plugins], logs: { level: 'silent' } });
  const sdk = (await import(pathToFileURL(join(folder, 'sdk.gen.ts')).href)) as Readonly<Record<string, Call>>;
  const { client } = (await import(pathToFileURL(join(folder, 'client.gen.ts')).href)) as {
    client: { setConfig(config: Readonly<Record<string, unknown>>): void };
  };
  return {
    client: (origin, token) => {
      client.setConfig({ baseUrl: `${origin}/scim`, auth: () => token });
      return clientOf(sdk);
    },
    remove: () => rm(folder, { recursive: true }),
  };
}

function clientOf(sdk: Readonly<Record<string, Call>>): GeneratedClient {
  const call = async (operation: string, options: Readonly<Record<string, unknown>>): Promise<ClientAnswer> => {
    const { data, error, response } = (await sdk[operation]?.(options)) ?? missing(operation);
    return { status: response.status, body: response.ok ? data : error };
  };
  const one = (id: string) => ({ path: { id } });
  return {
    listUsers: (query) => call('listUsers', { query }),
    createUser: (body) => call('createUser', { body }),
    getUser: (id) => call('getUser', one(id)),
    patchUser: (id, Operations) => call('patchUser', { ...one(id), body: { schemas: [PATCH_OP], Operations } }),
    replaceUser: (id, body) => call('replaceUser', { ...one(id), body }),
    deleteUser: (id) => call('deleteUser', one(id)),
    searchUsers: (filter) => call('searchUsers', { body: { schemas: [SEARCH_REQUEST], filter } }),
    createGroup: (displayName, value) =>
      call('createGroup', { body: { schemas: [GROUP], displayName, members: [{ value }] } }),
    addMember: (groupId, value) => {
      const Operations = [{ op: 'add', path: 'members', value: [{ value }] }];
      return call('patchGroup', { ...one(groupId), body: { schemas: [PATCH_OP], Operations } });
    },
    getGroup: (id) => call('getGroup', one(id)),
    getServiceProviderConfig: () => call('getServiceProviderConfig', {}),
  };
}

function missing(operation: string): never {
  throw new Error(`the generated client has no ${operation}`);
}
