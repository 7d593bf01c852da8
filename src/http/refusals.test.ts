import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject, type JsonObject } from '../protocol/json.js';
import { sqliteStorage } from '../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from './testing/server.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const PATCH_OP = 'urn:ietf:params:scim:api:messages:2.0:PatchOp';
const NEVER_ISSUED = 'fwscim_0000000000000000000000000000000000000000000000000';
const JWT = 'eyJhbGciOiJub25lIn0.eyJzdWIiOiJ0YW1zaW4ifQ.c2lnbmF0dXJl';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant();
});
afterAll(() => server.stop());

const withHeader = (authorization: string, path = '/scim/Users'): Promise<Answer> =>
  server.send({ path, headers: { Authorization: authorization } });

/** The log line of the request that was answered so. */
function lineOf({ headers }: Answer): JsonObject {
  const lines = server.log.map((text) => JSON.parse(text) as unknown).filter(isJsonObject);
  return lines.find(({ msg, requestId }) => msg === 'request' && requestId === headers['x-request-id']) ?? {};
}

describe('errors that end a support ticket', () => {
  it.each(['/scim/v2/Users', '/scim/v2', '/scim/scim/Users', '/Users', '/v2/Users', '/api/scim/Users', '/'])(
    'a request below the wrong base %s is told what the Tenant URL ends in',
    async (path) => {
      const answer = await server.send({ path, token: tenant.token });
      expect(answer.body).toMatchObject({
        status: '404',
        detail: expect.stringContaining('The Tenant URL ends in /scim') as string,
      });
    },
  );

  it('a word Bearer that was entered along with the token is told to be left out', async () => {
    for (const path of ['/scim/Users', '/admin/api/tenants']) {
      const { status, body } = await withHeader(`Bearer Bearer ${tenant.token}`, path);
      expect([status, body['detail']]).toEqual([401, expect.stringContaining('leave out the word Bearer')]);
    }
  });

  it('a JSON Web Token is told from a secret token', async () => {
    const { status, body } = await withHeader(`Bearer ${JWT}`);
    expect([status, body['detail']]).toEqual([401, expect.stringMatching(/JSON Web Token.*"fwscim_"/u)]);
  });

  it('an unknown op is told the three that there are', async () => {
    const operations = { schemas: [PATCH_OP], Operations: [{ op: 'upsert', path: 'title', value: 'x' }] };
    const { body } = await tenant.send('PATCH', '/Users/x', operations);
    expect(body['detail']).toBe('"Operations[0].op" must be "add", "remove" or "replace".');
  });
});

describe('the log line of a refusal', () => {
  it('says what was wrong, with nothing of what was sent', async () => {
    const userName = 'tamsin.verane@contoso.example';
    await tenant.send('POST', '/Users', { schemas: [USER], userName });
    const taken = lineOf(await tenant.send('POST', '/Users', { schemas: [USER], userName }));
    expect(taken).toMatchObject({
      status: 409,
      scimType: 'uniqueness',
      detail: expect.stringContaining('has the userName "…"') as string,
    });
    expect(JSON.stringify(taken)).not.toContain('tamsin');
  });

  it('says the scimType and the detail of a request that the document forbids', async () => {
    const answer = await tenant.send('POST', '/Users', { schemas: [USER], userName: 'x', emails: [{ value: 5 }] });
    expect(lineOf(answer)).toMatchObject({ scimType: 'invalidValue', detail: '"emails[0].value" must be a string.' });
  });

  it('never has a value that was sent, whatever is refused', async () => {
    const secret = 'Tamsin Verane';
    const answers = await Promise.all(
      [
        tenant.send('GET', `/Users?filter=${encodeURIComponent(`userName eq "${secret}`)}`),
        tenant.send('GET', `/Users?filter=${encodeURIComponent(`${secret} eq 1`)}`),
        tenant.send('GET', `/Users?sortBy=${encodeURIComponent(secret)}`),
        tenant.send('GET', `/Users?cursor=${encodeURIComponent(secret)}`),
        tenant.send('GET', `/Users/${encodeURIComponent(secret)}`),
        tenant.send('GET', `/Schemas/${encodeURIComponent(secret)}`),
        tenant.send('GET', `/${encodeURIComponent(secret)}`),
        tenant.send('POST', '/Users', `{"schemas": ["${USER}"], "userName": ${secret}}`),
        tenant.send('POST', '/Users', `{"${secret}": 1, "${secret}": 2}`),
        tenant.send('POST', '/Users', { schemas: [secret], userName: 'x' }),
        tenant.send('POST', '/Users', { schemas: [USER], userName: 'x', active: secret }),
        tenant.send('POST', '/Users', { schemas: [USER], userName: 'x', x509Certificates: [{ value: secret }] }),
        tenant.send('PATCH', '/Users/x', { schemas: [PATCH_OP], Operations: [{ op: secret, value: {} }] }),
        tenant.send('PATCH', '/Users/x', {
          schemas: [PATCH_OP],
          Operations: [{ op: 'add', path: `${secret}[`, value: 1 }],
        }),
        tenant.send('POST', '/Users', { schemas: [USER] }, { 'Content-Type': secret }),
      ].map((sending) => sending.catch(() => undefined)),
    );
    const refused = answers.filter((answer) => answer !== undefined && answer.status >= 400);
    expect(refused.length).toBeGreaterThan(12);
    for (const answer of refused)
      if (answer) expect(lineOf(answer)).toMatchObject({ detail: expect.any(String) as string });
    expect(server.log.filter((line) => /tamsin verane|tamsin%20verane/iu.test(line))).toEqual([]);
  });

  const faults: readonly (readonly [string, () => Promise<Answer>])[] = [
    ['absent', () => server.send({ path: '/scim/Users' })],
    ['malformed', () => withHeader(`Basic ${tenant.token}`)],
    ['malformed', () => withHeader(`Bearer Bearer ${tenant.token}`)],
    ['malformed', () => withHeader('Bearer null')],
    ['malformed', () => withHeader(`Bearer ${JWT}`)],
    ['mistyped', () => withHeader(`Bearer ${tenant.token.slice(0, -1)}`)],
    ['twice', () => server.send({ path: `/scim/Users?access_token=${tenant.token}`, token: tenant.token })],
    ['unknown', () => server.send({ path: '/admin/api/tenants', token: tenant.token })],
    ['unknown', async () => lost(() => Promise.resolve())],
    ['revoked', async () => lost((id, token) => server.running.tenancy.revokeToken(id, token))],
  ];

  /** What a tenant's token is answered with after something was done to it; without a change, another tenant was deleted. */
  async function lost(change: (tenantId: string, tokenId: string) => Promise<unknown>): Promise<Answer> {
    const other = await server.createTenant();
    const [token] = await server.running.tenancy.listTokens(other.id);
    await change(other.id, token?.id ?? '');
    const answer = await other.send('GET', '/Users');
    if (answer.status === 401) return answer;
    await server.running.tenancy.deleteTenant(other.id);
    return other.send('GET', '/Users');
  }

  it.each(faults)('says that the token was %s, and never the token', async (tokenFault, send) => {
    const line = lineOf(await send());
    expect(line).toMatchObject({ tokenFault });
    expect(JSON.stringify(line)).not.toMatch(/fwscim_\w/u);
  });

  it('says nothing of a token that is fine', async () => {
    expect(Object.keys(lineOf(await tenant.send('GET', '/Users/x')))).not.toContain('tokenFault');
    expect(NEVER_ISSUED).toHaveLength(56);
  });
});

describe('X-Request-Id', () => {
  const sending = (id: string): Promise<Answer> =>
    tenant.send('GET', '/Users?count=0', undefined, { 'X-Request-Id': id });

  it.each(['0b5ca6ab-84c3-4a2e-9d7f-1b6a5d8e0f33', 'trace:7/a.b_c-D+e=', 'x'.repeat(128)])(
    'comes back as the client sent it, and is in the log: %s',
    async (id) => {
      const answer = await sending(id);
      expect(answer.headers['x-request-id']).toBe(id);
      expect(lineOf(answer)).toMatchObject({ operation: 'listUsers', status: 200 });
    },
  );

  it.each(['', 'x'.repeat(129), 'two words', '{"a":1}', 'é', `id-${NEVER_ISSUED}`])(
    'is made by the server where the client sent what is no id: %s',
    async (id) => {
      expect((await sending(id)).headers['x-request-id']).toMatch(/^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/u);
    },
  );
});
