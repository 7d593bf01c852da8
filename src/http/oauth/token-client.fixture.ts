import { afterAll, beforeAll } from 'vitest';
import { openServices, type Services } from '../../compose.js';
import { readConfig } from '../../config.js';
import type { JsonObject } from '../../protocol/json.js';
import type { StorageKind } from '../../storage/testing/storage.fixture.js';
import { type Answer, startTestServer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

/** What requests to the token endpoint are made of. */
export const AUDIENCE = 'https://scim.flexwhere.example/oauth/token';
export const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
export const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
export const GRANT = { grant_type: 'client_credentials' };

/** A server with a client of a tenant, and requests to its token endpoint. */
export function clientOfTenant(kind: StorageKind) {
  let server: TestServer;
  /** What another process has. */
  let elsewhere: Services;
  let tenant: TestTenant;
  let client: { id: string; secret: string };

  beforeAll(async () => {
    server = await startTestServer(kind, { OAUTH_PRIVATE_ISSUERS: 'allow' });
    elsewhere = await openServices(readConfig({ DATABASE_URL: server.databaseUrl, OAUTH_PRIVATE_ISSUERS: 'allow' }));
    tenant = await server.createTenant('Contoso');
    client = await newClient();
  });
  afterAll(async () => {
    await elsewhere.close();
    await server.stop();
  });

  async function newClient(given: JsonObject = {}): Promise<{ id: string; secret: string }> {
    const { client: made, secret = '' } = await elsewhere.tenancy.oauthClients.create(tenant.id, given);
    return { id: made.id, secret };
  }

  const ask = (form: Record<string, string>, headers: Record<string, string> = {}): Promise<Answer> =>
    server.send({
      method: 'POST',
      path: '/oauth/token',
      headers: { ...FORM, ...headers },
      body: new URLSearchParams(form).toString(),
    });

  const bySecret = ({ id, secret } = client, more: Record<string, string> = {}): Promise<Answer> =>
    ask({ ...GRANT, client_id: id, client_secret: secret, ...more });

  const basic = ({ id, secret } = client): { Authorization: string } => ({
    Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
  });

  const tokenOf = async (answer: Promise<Answer>): Promise<string> => String((await answer).body['access_token']);

  const statusWith = async (token: string, method = 'GET', path = '/Users'): Promise<number> =>
    (await server.send({ method, path: `/scim${path}`, token })).status;

  return {
    get server() {
      return server;
    },
    get elsewhere() {
      return elsewhere;
    },
    get tenant() {
      return tenant;
    },
    get client() {
      return client;
    },
    ...{ newClient, ask, bySecret, basic, tokenOf, statusWith },
  };
}
