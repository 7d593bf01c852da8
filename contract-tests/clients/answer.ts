import type { Json } from '../../tools/entra-client/json.js';

/** What a generated client tells of an answer. */
export interface ClientAnswer {
  readonly status: number;
  /** The body as the client parsed it, of a success or of an error; undefined where there was none. */
  readonly body: unknown;
}

/** The operations that a life of a user takes, by a client that was generated from openapi/scim.yaml. */
export interface GeneratedClient {
  listUsers(query: { filter?: string; count?: number; attributes?: string }): Promise<ClientAnswer>;
  createUser(body: UserBody): Promise<ClientAnswer>;
  getUser(id: string): Promise<ClientAnswer>;
  patchUser(id: string, operations: readonly Operation[]): Promise<ClientAnswer>;
  replaceUser(id: string, body: UserBody): Promise<ClientAnswer>;
  deleteUser(id: string): Promise<ClientAnswer>;
  searchUsers(filter: string): Promise<ClientAnswer>;
  createGroup(displayName: string, memberId: string): Promise<ClientAnswer>;
  addMember(groupId: string, memberId: string): Promise<ClientAnswer>;
  getGroup(id: string): Promise<ClientAnswer>;
  getServiceProviderConfig(): Promise<ClientAnswer>;
}

/** A type and no interface, since the generated types have an index signature. */
export type UserBody = {
  readonly schemas: string[];
  readonly userName: string;
  readonly active?: boolean;
  readonly emails?: { value: string; type: string; primary: boolean }[];
};

interface Operation {
  readonly op: string;
  readonly path: string;
  readonly value: Json;
}

export const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
export const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
export const SEARCH_REQUEST = 'urn:ietf:params:scim:api:messages:2.0:SearchRequest';
