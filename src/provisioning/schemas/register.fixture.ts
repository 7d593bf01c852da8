import { type JsonObject } from '../../protocol/json.js';

export const URN = 'urn:example:Contoso:2.0:User';

export const CORE = 'urn:ietf:params:scim:schemas:core:2.0:User';

export const definition = (...attributes: JsonObject[]): JsonObject => ({ id: URN, attributes });

export const LEVEL = definition({ name: 'level', type: 'integer', matching: true });

export const userWith = (userName: string, extension: JsonObject, urn = URN): JsonObject => ({
  schemas: [CORE],
  userName,
  [urn]: extension,
});

export function refusal(error: unknown): undefined {
  if (error instanceof Error && 'status' in error && error.status === 400) return undefined;
  throw error;
}
