import { isArray, isObject, parseJson, type Json, type JsonObject } from '../../tools/entra-client/json.js';
import type { Method, Send } from '../../tools/entra-client/simulator/wire/wire.js';

/** The staging directory of a tenant, by ids. */
export interface Staged {
  readonly users: ReadonlyMap<string, JsonObject>;
  readonly groups: ReadonlyMap<string, JsonObject>;
}

/** Reads the staging directory of a tenant through the SCIM API. */
export async function readStaged(send: Send): Promise<Staged> {
  return { users: await all(send, '/Users'), groups: await all(send, '/Groups') };
}

async function all(send: Send, endpoint: string): Promise<ReadonlyMap<string, JsonObject>> {
  const method: Method = 'GET';
  const { status, text } = await send({ purpose: 'find user', method, path: `${endpoint}?count=200` });
  const list = parseJson(text);
  const resources = isObject(list) && isArray(list['Resources']) ? list['Resources'].filter(isObject) : [];
  if (status !== 200 || !isObject(list) || list['totalResults'] !== resources.length) {
    throw new Error(`the staging directory cannot be read: ${text}`);
  }
  return new Map(resources.map((resource) => [textOf(resource['id']), resource]));
}

/** The ids of a group's members, as they are listed. */
export function memberIds({ members }: JsonObject): readonly string[] {
  return isArray(members) ? members.map((one) => (isObject(one) ? textOf(one['value']) : '')) : [];
}

/** Text as it is; nothing for anything else. */
export const textOf = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
