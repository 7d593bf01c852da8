import { connect } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../storage/sql/open-storage.js';
import { KnexOAuthStore } from '../../storage/sql/tenants/oauth-store.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { type Answer, startTestServer } from '../testing/server.fixture.js';
import { ASSERTION, clientOfTenant, FORM, GRANT } from './token-client.fixture.js';

describe.each(storageKinds)('the token endpoint on $name', (kind) => {
  const at = clientOfTenant(kind);

  describe('gives an access token', () => {
    it('for a secret in the form or by Basic, in an answer that nothing keeps', async () => {
      for (const answer of [await at.bySecret(), await at.ask(GRANT, at.basic())]) {
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
        expect(await at.statusWith(String(answer.body['access_token']))).toBe(200);
      }
    });

    it('that is of the tenant of the client, is no secret token of it, and notes the use of the client', async () => {
      const token = await at.tokenOf(at.bySecret());
      const other = await at.server.createTenant();
      await other.send('POST', '/Users', {
        schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'],
        userName: 'other',
      });
      const { body } = await at.server.send({ path: '/scim/Users', token });
      expect(body['totalResults']).toBe(0);
      expect(await at.elsewhere.tenancy.listTokens(at.tenant.id)).toHaveLength(1);
      const [listed] = await at.elsewhere.tenancy.oauthClients.list(at.tenant.id);
      expect([listed?.client.lastUsed, listed?.credentials[0]?.lastUsed]).toEqual([
        expect.stringMatching(/:00\.000Z$/u),
        expect.stringMatching(/:00\.000Z$/u),
      ]);
    });

    it('with fewer scopes where asked, and never with more', async () => {
      const reading = await at.bySecret(at.client, { scope: 'scim.read' });
      expect(reading.body['scope']).toBe('scim.read');
      expect(await at.statusWith(String(reading.body['access_token']), 'DELETE', '/Users/x')).toBe(403);
      const onlyReads = await at.newClient({ scopes: ['scim.read'] });
      expect((await at.bySecret(onlyReads)).body['scope']).toBe('scim.read');
      for (const scope of ['scim.read scim.write', 'scim.write', 'admin']) {
        expect((await at.bySecret(onlyReads, { scope })).body['error']).toBe('invalid_scope');
      }
    });
  });

  it('gives none that lasts longer than the secret', async () => {
    const own = await at.newClient({ expiresAt: new Date(Date.now() + 60_000).toISOString() });
    const lasts = (await at.bySecret(own)).body['expires_in'];
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
      const answer = await at.bySecret(at.client, change);
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
        at.server.send({ method, path: '/oauth/token', headers, ...(method === 'GET' ? {} : { body }) });
      const form = new URLSearchParams({
        ...GRANT,
        client_id: at.client.id,
        client_secret: at.client.secret,
      }).toString();
      expect((await send(`${form}&scope=a&scope=b`)).body['error']).toBe('invalid_request');
      expect((await send(form, { ...FORM, ...at.basic() })).body['error']).toBe('invalid_request');
      expect((await send(form, { 'Content-Type': 'application/json' })).body['error']).toBe('invalid_request');
      const get = await send('', {}, 'GET');
      expect([get.status, get.headers.allow]).toEqual([405, 'POST']);
      expect((await send(`x=${'x'.repeat(40_000)}`)).status).toBe(413);
    });

    it('a secret that has ended', async () => {
      const own = await at.newClient();
      const { secret = '' } = await at.elsewhere.tenancy.oauthClients.rotateSecret(at.tenant.id, own.id, 0);
      const [ended, other] = [await at.bySecret(own), await at.bySecret({ ...own, secret })];
      expect([ended.status, ended.body['error'], other.status]).toEqual([401, 'invalid_client', 200]);
    });

    it('a client of a disabled tenant', async () => {
      const disabled = await at.server.createTenant();
      const { client: made, secret = '' } = await at.elsewhere.tenancy.oauthClients.create(disabled.id, {});
      await at.elsewhere.tenancy.setEnabled(disabled.id, false);
      expect((await at.bySecret({ id: made.id, secret })).body['error']).toBe('unauthorized_client');
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

    it('a form that ends too early, which is no fault of the server', async () => {
      const { hostname, port } = new URL(at.server.url);
      const socket = connect(Number(port), hostname);
      const head = [
        'POST /oauth/token HTTP/1.1',
        `Host: ${hostname}`,
        'Content-Length: 99',
        `Content-Type: ${FORM['Content-Type']}`,
      ];
      socket.write(`${head.join('\r\n')}\r\n\r\ngrant_type=broken`);
      const refusals = (): number => at.server.log.filter((line) => line.includes('"cut":true')).length;
      const before = refusals();
      await setTimeout(50);
      socket.destroy();
      await expect.poll(refusals).toBe(before + 1);
      await setTimeout(20);
      expect(at.server.log.filter((line) => line.includes('"msg":"fault"'))).toEqual([]);
    });

    it('without a word of a secret or a token in the log', () => {
      const log = at.server.log.join('');
      expect(log).toContain('"operation":"oauthToken"');
      for (const word of ['fwscim_', at.client.secret, 'wrong']) expect(log).not.toContain(word);
    });
  });

  describe('has its access tokens refused from the next request on', () => {
    it('when another process deletes the client', async () => {
      const own = await at.newClient();
      const token = await at.tokenOf(at.bySecret(own));
      expect([await at.statusWith(token), await at.statusWith(token)]).toEqual([200, 200]);
      await at.elsewhere.tenancy.oauthClients.remove(at.tenant.id, own.id);
      expect([await at.statusWith(token), (await at.bySecret(own)).status]).toEqual([401, 401]);
    });

    it('when another process deletes the credential by which they were got, and no others', async () => {
      const own = await at.newClient();
      const first = await at.tokenOf(at.bySecret(own));
      const { secret = '' } = await at.elsewhere.tenancy.oauthClients.rotateSecret(at.tenant.id, own.id);
      const second = await at.tokenOf(at.bySecret({ ...own, secret }));
      expect((await at.bySecret(own)).status).toBe(200);
      const listed = (await at.elsewhere.tenancy.oauthClients.list(at.tenant.id)).find(
        (one) => one.client.id === own.id,
      );
      await at.elsewhere.tenancy.oauthClients.removeCredential(at.tenant.id, own.id, listed?.credentials[0]?.id ?? '');
      expect([await at.statusWith(first), await at.statusWith(second), (await at.bySecret(own)).status]).toEqual([
        401, 200, 401,
      ]);
    });

    it('when the secret by which they were got ends, which another one has replaced', async () => {
      const own = await at.newClient();
      const token = await at.tokenOf(at.bySecret(own));
      const { secret = '' } = await at.elsewhere.tenancy.oauthClients.rotateSecret(at.tenant.id, own.id, 0);
      const next = await at.tokenOf(at.bySecret({ ...own, secret }));
      expect([await at.statusWith(token), await at.statusWith(next)]).toEqual([401, 200]);
    });

    it('when the tenant is erased', async () => {
      const gone = await at.server.createTenant();
      const { client: made, secret = '' } = await at.elsewhere.tenancy.oauthClients.create(gone.id, {});
      const token = await at.tokenOf(at.bySecret({ id: made.id, secret }));
      await at.elsewhere.tenancy.deleteTenant(gone.id);
      expect([await at.statusWith(token), (await at.bySecret({ id: made.id, secret })).status]).toEqual([401, 401]);
    });
  });

  it('keeps a bounded number of access tokens of a client, the latest, and issues none that nobody may get', async () => {
    const own = await at.newClient();
    const listed = await at.elsewhere.tenancy.oauthClients.list(at.tenant.id);
    const credentialId = listed.find((one) => one.client.id === own.id)?.credentials[0]?.id ?? '';
    const database = await openDatabase({ databaseUrl: at.server.databaseUrl, queryTimeoutMs: 5_000 });
    const store = new KnexOAuthStore(database, at.elsewhere.storage.tenants, 2);
    const created = new Date().toISOString();
    const issue = (id: string, by = credentialId): Promise<string> => {
      const token = {
        id,
        tenantId: at.tenant.id,
        clientId: own.id,
        label: '',
        created,
        expiresAt: '2999-01-01T00:00:00.000Z',
      };
      const issuance = { token: { ...token, lastUsed: undefined, revokedAt: undefined }, hash: id, credentialId: by };
      return store.issue(issuance);
    };
    const first = await at.tokenOf(at.bySecret(own));
    expect(await issue('ffffffff-0000-7000-8000-000000000001')).toBe('done');
    expect(await at.statusWith(first)).toBe(200);
    expect(await issue('ffffffff-0000-7000-8000-000000000002')).toBe('done');
    expect(await at.statusWith(first)).toBe(401);
    expect(await issue('ffffffff-0000-7000-8000-000000000003', 'gone')).toBe('gone');
    await database.close(false);
  });
});
