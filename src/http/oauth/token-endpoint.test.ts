import { createServer, type Server } from 'node:http';
import { connect, type AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { exportJWK, generateKeyPair, SignJWT, type CryptoKey, type JWTPayload } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openServices, type Services } from '../../compose.js';
import { readConfig } from '../../config.js';
import type { JsonObject } from '../../protocol/json.js';
import { openDatabase } from '../../storage/sql/open-storage.js';
import { KnexOAuthStore } from '../../storage/sql/tenants/oauth-store.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';

const AUDIENCE = 'https://scim.flexwhere.example/oauth/token';
const ASSERTION = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer';
const FORM = { 'Content-Type': 'application/x-www-form-urlencoded' };
const GRANT = { grant_type: 'client_credentials' };

describe.each(storageKinds)('the token endpoint on $name', (kind) => {
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

  describe('gives an access token', () => {
    it('for a secret in the form or by Basic, in an answer that nothing keeps', async () => {
      for (const answer of [await bySecret(), await ask(GRANT, basic())]) {
        expect([answer.status, answer.headers['cache-control'], answer.headers.pragma]).toEqual([
          200,
          'no-store',
          'no-cache',
        ]);
        expect(answer.body).toEqual({
          access_token: expect.stringMatching(/^fwscim_[\dA-Za-z]{49}$/u) as string,
          token_type: 'Bearer',
          expires_in: 3600,
          scope: 'scim.read scim.write',
        });
        expect(await statusWith(String(answer.body['access_token']))).toBe(200);
      }
    });

    it('that is of the tenant of the client, is no secret token of it, and notes the use of the client', async () => {
      const token = await tokenOf(bySecret());
      const other = await server.createTenant();
      await other.send('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'other',
      });
      const { body } = await server.send({ path: '/scim/Users', token });
      expect(body['totalResults']).toBe(0);
      expect(await elsewhere.tenancy.listTokens(tenant.id)).toHaveLength(1);
      const [listed] = await elsewhere.tenancy.oauthClients.list(tenant.id);
      expect([listed?.client.lastUsed, listed?.credentials[0]?.lastUsed]).toEqual([
        expect.stringMatching(/:00\.000Z$/u),
        expect.stringMatching(/:00\.000Z$/u),
      ]);
    });

    it('with fewer scopes where asked, and never with more', async () => {
      const reading = await bySecret(client, { scope: 'scim.read' });
      expect(reading.body['scope']).toBe('scim.read');
      expect(await statusWith(String(reading.body['access_token']), 'DELETE', '/Users/x')).toBe(403);
      const onlyReads = await newClient({ scopes: ['scim.read'] });
      expect((await bySecret(onlyReads)).body['scope']).toBe('scim.read');
      for (const scope of ['scim.read scim.write', 'scim.write', 'admin']) {
        expect((await bySecret(onlyReads, { scope })).body['error']).toBe('invalid_scope');
      }
    });
  });

  it('gives none that lasts longer than the secret', async () => {
    const own = await newClient({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const lasts = (await bySecret(own)).body['expires_in'];
    expect(lasts).toBeGreaterThan(30);
    expect(lasts).toBeLessThanOrEqual(60);
  });

  describe('refuses', () => {
    it.each([
      ['another secret', { client_secret: 'wrong' }, 401, 'invalid_client'],
      ['a client that never was', { client_id: '0198c59f-0000-7000-8000-000000000000' }, 401, 'invalid_client'],
      ['a client id that is none', { client_id: "' or 1=1" }, 401, 'invalid_client'],
      ['no secret', { client_secret: '' }, 401, 'invalid_client'],
      ['another grant', { grant_type: 'password' }, 400, 'unsupported_grant_type'],
      ['no grant', { grant_type: '' }, 400, 'invalid_request'],
      [
        'an assertion beside a secret',
        { client_assertion: 'x', client_assertion_type: ASSERTION },
        400,
        'invalid_request',
      ],
      [
        'an assertion of another type',
        { client_assertion: 'x', client_assertion_type: 'saml' },
        400,
        'invalid_request',
      ],
    ])('%s', async (_what, change, status, error) => {
      const answer = await bySecret(client, change);
      expect([answer.status, answer.body['error'], answer.headers['cache-control']]).toEqual([
        status,
        error,
        'no-store',
      ]);
      expect(answer.body['error_description']).toMatch(/^[\w .,:;'()=@/-]+$/u);
      if (status === 401) expect(answer.headers['www-authenticate']).toMatch(/^Basic /u);
    });

    it('a parameter that comes twice, two ways to authenticate, JSON, GET, and a form that is too long', async () => {
      const send = (body: string, headers: Record<string, string> = FORM, method = 'POST'): Promise<Answer> =>
        server.send({ method, path: '/oauth/token', headers, ...(method === 'GET' ? {} : { body }) });
      const form = new URLSearchParams({ ...GRANT, client_id: client.id, client_secret: client.secret }).toString();
      expect((await send(`${form}&scope=a&scope=b`)).body['error']).toBe('invalid_request');
      expect((await send(form, { ...FORM, ...basic() })).body['error']).toBe('invalid_request');
      expect((await send(form, { 'Content-Type': 'application/json' })).body['error']).toBe('invalid_request');
      const get = await send('', {}, 'GET');
      expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
      expect((await send(`x=${'x'.repeat(40_000)}`)).status).toBe(413);
    });

    it('a secret that has ended', async () => {
      const own = await newClient();
      const { secret = '' } = await elsewhere.tenancy.oauthClients.rotateSecret(tenant.id, own.id, 0);
      const [ended, other] = [await bySecret(own), await bySecret({ ...own, secret })];
      expect([ended.status, ended.body['error'], other.status]).toEqual([401, 'invalid_client', 200]);
    });

    it('a client of a disabled tenant', async () => {
      const disabled = await server.createTenant();
      const { client: made, secret = '' } = await elsewhere.tenancy.oauthClients.create(disabled.id, {});
      await elsewhere.tenancy.setEnabled(disabled.id, false);
      expect((await bySecret({ id: made.id, secret })).body['error']).toBe('unauthorized_client');
    });

    it('an address that fails too often, but not for a secret that was good before', async () => {
      const strict = await startTestServer(kind, { FAILED_AUTHENTICATION_LIMIT: '1/3' });
      try {
        const { id } = await strict.createTenant();
        const made = await strict.running.tenancy.oauthClients.create(id, {});
        const send = async (secret: string): Promise<Answer> =>
          strict.send({
            method: 'POST',
            path: '/oauth/token',
            headers: FORM,
            body: new URLSearchParams({ ...GRANT, client_id: made.client.id, client_secret: secret }).toString(),
          });
        expect((await send(made.secret ?? '')).status).toBe(200);
        const statuses = [];
        for (let attempt = 0; attempt < 5; attempt += 1) statuses.push((await send('wrong')).status);
        expect(statuses.slice(0, 3)).toEqual([401, 401, 401]);
        expect(statuses).toContain(429);
        expect((await send(made.secret ?? '')).status).toBe(200);
      } finally {
        await strict.stop();
      }
    });

    it('a form that breaks off, which is no fault of the server', async () => {
      const { hostname, port } = new URL(server.url);
      const socket = connect(Number(port), hostname);
      const head = [
        'POST /oauth/token HTTP/1.1',
        `Host: ${hostname}`,
        'Content-Length: 99',
        `Content-Type: ${FORM['Content-Type']}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\ngrant_type=broken`);
      const refusals = (): number => server.log.filter((line) => line.includes('"cut":true')).length;
      const before = refusals();
      await setTimeout(50);
      socket.destroy();
      await expect.poll(refusals).toBe(before + 1);
      await setTimeout(20);
      expect(server.log.filter((line) => line.includes('"msg":"fault"'))).toEqual([]);
    });

    it('without a word of a secret or a token in the log', () => {
      const log = server.log.join('');
      expect(log).toContain('"operation":"oauthToken"');
      for (const word of ['fwscim_', client.secret, 'wrong']) expect(log).not.toContain(word);
    });
  });

  describe('has its access tokens refused from the next request on', () => {
    it('when another process deletes the client', async () => {
      const own = await newClient();
      const token = await tokenOf(bySecret(own));
      expect([await statusWith(token), await statusWith(token)]).toEqual([200, 200]);
      await elsewhere.tenancy.oauthClients.remove(tenant.id, own.id);
      expect([await statusWith(token), (await bySecret(own)).status]).toEqual([401, 401]);
    });

    it('when another process deletes the credential by which they were got, and no others', async () => {
      const own = await newClient();
      const first = await tokenOf(bySecret(own));
      const { secret = '' } = await elsewhere.tenancy.oauthClients.rotateSecret(tenant.id, own.id);
      const second = await tokenOf(bySecret({ ...own, secret }));
      expect((await bySecret(own)).status).toBe(200);
      const listed = (await elsewhere.tenancy.oauthClients.list(tenant.id)).find((one) => one.client.id === own.id);
      await elsewhere.tenancy.oauthClients.removeCredential(tenant.id, own.id, listed?.credentials[0]?.id ?? '');
      expect([await statusWith(first), await statusWith(second), (await bySecret(own)).status]).toEqual([
        401, 200, 401,
      ]);
    });

    it('when the secret by which they were got ends, which another one has replaced', async () => {
      const own = await newClient();
      const token = await tokenOf(bySecret(own));
      const { secret = '' } = await elsewhere.tenancy.oauthClients.rotateSecret(tenant.id, own.id, 0);
      const next = await tokenOf(bySecret({ ...own, secret }));
      expect([await statusWith(token), await statusWith(next)]).toEqual([401, 200]);
    });

    it('when the tenant is erased', async () => {
      const gone = await server.createTenant();
      const { client: made, secret = '' } = await elsewhere.tenancy.oauthClients.create(gone.id, {});
      const token = await tokenOf(bySecret({ id: made.id, secret }));
      await elsewhere.tenancy.deleteTenant(gone.id);
      expect([await statusWith(token), (await bySecret({ id: made.id, secret })).status]).toEqual([401, 401]);
    });
  });

  describe('takes assertions', () => {
    let own: { id: string; secret: string };
    let key: CryptoKey;

    beforeAll(async () => {
      const { client: made } = await elsewhere.tenancy.oauthClients.create(tenant.id, { withSecret: false });
      own = { id: made.id, secret: '' };
      const pair = await generateKeyPair('ES256');
      key = pair.privateKey;
      const jwk = (await exportJWK(pair.publicKey)) as JsonObject;
      await elsewhere.tenancy.oauthClients.addCredential(tenant.id, own.id, { proof: { kind: 'key', jwk } });
    });

    const now = (): number => Math.floor(Date.now() / 1000);

    async function signed(change: Record<string, unknown> = {}, by: CryptoKey = key, alg = 'ES256'): Promise<string> {
      const claims = { iss: own.id, sub: own.id, aud: AUDIENCE, jti: crypto.randomUUID(), exp: now() + 300, ...change };
      return new SignJWT(claims).setProtectedHeader({ alg }).sign(by);
    }

    const byAssertion = (client_assertion: string, more: Record<string, string> = {}): Promise<Answer> =>
      ask({ ...GRANT, client_assertion_type: ASSERTION, client_assertion, ...more });

    it('that the client has signed, once each', async () => {
      const assertion = await signed();
      const answer = await byAssertion(assertion);
      expect(answer.status).toBe(200);
      expect(await statusWith(String(answer.body['access_token']))).toBe(200);
      const again = await byAssertion(assertion);
      expect([again.status, again.body['error_description']]).toEqual([401, expect.stringContaining('taken before')]);
      expect((await byAssertion(await signed(), { client_id: own.id })).status).toBe(200);
    });

    it('and not twice where they come at the same moment', async () => {
      const assertion = await signed();
      const statuses = (await Promise.all([1, 2, 3].map(() => byAssertion(assertion)))).map(({ status }) => status);
      expect(statuses.sort()).toEqual([200, 401, 401]);
    });

    it.each<[string, () => Record<string, unknown>, string]>([
      ['for somebody else', () => ({ aud: 'https://elsewhere.example/oauth/token' }), 'The claim aud'],
      ['that has expired', () => ({ exp: now() - 120 }), 'has expired'],
      ['that is valid for too long', () => ({ exp: now() + 7200 }), 'within 10 minutes'],
      ['that never expires', () => ({ exp: undefined }), 'The claim exp'],
      ['that is not valid yet', () => ({ nbf: now() + 600 }), 'The claim nbf'],
      ['without a jti', () => ({ jti: undefined }), 'needs a jti'],
      ['about somebody else', () => ({ sub: 'somebody' }), ''],
    ])('but none %s', async (_what, change, words) => {
      const answer = await byAssertion(await signed(change()), { client_id: own.id });
      expect([answer.status, answer.body['error']]).toEqual([401, 'invalid_client']);
      expect(answer.body['error_description']).toContain(words);
    });

    it('but none of another key, with a shared secret, or without a signature', async () => {
      const other = await generateKeyPair('ES256');
      const part = (value: JsonObject): string => Buffer.from(JSON.stringify(value)).toString('base64url');
      const claims = { iss: own.id, sub: own.id, aud: AUDIENCE, jti: 'x', exp: now() + 300 };
      const shared = await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256' })
        .sign(new TextEncoder().encode('x'.repeat(32)));
      for (const assertion of [
        ...[await signed({}, other.privateKey), shared, `${part({ alg: 'none' })}.${part(claims)}.`, 'x.y.z', 'x'],
      ]) {
        expect((await byAssertion(assertion, { client_id: own.id })).status).toBe(401);
      }
    });

    describe('of an issuer that the operator trusts', () => {
      let issuer: Server;
      let url: string;
      let jwks: JsonObject;
      let fetches = 0;
      let issuersKey: CryptoKey;

      beforeAll(async () => {
        const pair = await generateKeyPair('RS256');
        issuersKey = pair.privateKey;
        jwks = { keys: [{ ...((await exportJWK(pair.publicKey)) as JsonObject), kid: 'one' }] };
        issuer = createServer((request, response) => {
          fetches += 1;
          if (request.url === '/moved') response.writeHead(302, { Location: '/keys' });
          response.end(request.url === '/long' ? 'x'.repeat(300_000) : JSON.stringify(jwks));
        });
        await new Promise<void>((resolve) => issuer.listen(0, '127.0.0.1', resolve));
        url = `http://127.0.0.1:${(issuer.address() as AddressInfo).port}`;
        await trust(own.id, '/keys');
      });
      afterAll(() => new Promise((resolve) => issuer.close(resolve)));

      const trust = (clientId: string, path: string): Promise<unknown> =>
        elsewhere.tenancy.oauthClients.addCredential(tenant.id, clientId, {
          proof: {
            kind: 'issuer',
            issuer: url,
            jwksUrl: `${url}${path}`,
            subject: 'workload',
            audience: 'api://flexwhere',
          },
        });

      const issued = (change: JWTPayload = {}, kid = 'one'): Promise<string> =>
        new SignJWT({ iss: url, sub: 'workload', aud: 'api://flexwhere', exp: now() + 3600, ...change })
          .setProtectedHeader({ alg: 'RS256', kid })
          .sign(issuersKey);

      it('as often as its cache hands them out, and fetches its keys once', async () => {
        const assertion = await issued();
        for (let time = 0; time < 3; time += 1) {
          expect((await byAssertion(assertion, { client_id: own.id })).status).toBe(200);
        }
        expect(fetches).toBe(1);
      });

      it.each<[string, JWTPayload]>([
        ['about another workload', { sub: 'other' }],
        ['for another audience', { aud: 'api://other' }],
        ['of another issuer', { iss: 'https://elsewhere.example' }],
      ])('but none %s', async (_what, change) => {
        expect((await byAssertion(await issued(change), { client_id: own.id })).status).toBe(401);
      });

      it('but fetches keys no more often for a key that never was', async () => {
        const before = fetches;
        for (let time = 0; time < 3; time += 1) {
          expect((await byAssertion(await issued({}, 'other'), { client_id: own.id })).status).toBe(401);
        }
        expect(fetches).toBe(before);
      });

      it.each(['/moved', '/long'])('but takes no keys from %s', async (path) => {
        const { client: made } = await elsewhere.tenancy.oauthClients.create(tenant.id, { withSecret: false });
        await trust(made.id, path);
        const answer = await byAssertion(await issued(), { client_id: made.id });
        expect([answer.status, answer.body['error_description']]).toEqual([
          401,
          expect.stringContaining('cannot be had'),
        ]);
      });
    });
  });

  it('keeps a bounded number of access tokens of a client, the latest, and issues none that nobody may get', async () => {
    const own = await newClient();
    const listed = await elsewhere.tenancy.oauthClients.list(tenant.id);
    const credentialId = listed.find((one) => one.client.id === own.id)?.credentials[0]?.id ?? '';
    const database = await openDatabase({ databaseUrl: server.databaseUrl, queryTimeoutMs: 5_000 });
    const store = new KnexOAuthStore(database, elsewhere.storage.tenants, 2);
    const created = new Date().toISOString();
    const issue = (id: string, by = credentialId): Promise<string> => {
      const token = {
        id,
        tenantId: tenant.id,
        clientId: own.id,
        label: '',
        created,
        expiresAt: '2999-01-01T00:00:00.000Z',
      };
      const issuance = { token: { ...token, lastUsed: undefined, revokedAt: undefined }, hash: id, credentialId: by };
      return store.issue(issuance);
    };
    const first = await tokenOf(bySecret(own));
    expect(await issue('ffffffff-0000-7000-8000-000000000001')).toBe('done');
    expect(await statusWith(first)).toBe(200);
    expect(await issue('ffffffff-0000-7000-8000-000000000002')).toBe('done');
    expect(await statusWith(first)).toBe(401);
    expect(await issue('ffffffff-0000-7000-8000-000000000003', 'gone')).toBe('gone');
    await database.close(false);
  });
});
