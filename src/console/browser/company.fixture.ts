import { expect } from 'vitest';
import { sendTo, type TestServer } from '../../http/testing/server.fixture.js';
import type { JsonObject } from '../../protocol/json.js';

async function create(server: TestServer, token: string, path: string, body: JsonObject): Promise<void> {
  const headers = { 'Content-Type': path.startsWith('/scim') ? 'application/scim+json' : 'application/json' };
  const { status } = await sendTo(server.url, { method: 'POST', path, token, headers, body });
  expect(status).toBe(201);
}

/** Creates people of these names, as Entra does. */
export async function provision(server: TestServer, names: readonly string[], token: string): Promise<void> {
  for (const name of names) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    const body = { schemas, userName: `${name}@contoso.example`, displayName: `${name} <script>` };
    await create(server, token, '/scim/Users', body);
  }
}

/** Creates an empty group. */
export function provisionGroup(server: TestServer, token: string): Promise<void> {
  const schemas = ['urn:ietf:params:scim:schemas:core:2.0:Group'];
  return create(server, token, '/scim/Groups', { schemas, displayName: 'Desk bookers' });
}

/** Creates something through the admin API. */
export const asOperator = (server: TestServer, path: string, body: JsonObject): Promise<void> =>
  create(server, server.adminToken, path, body);
