import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import type { Answer } from '../testing/server.fixture.js';
import { ASSERTION, AUDIENCE, clientOfTenant, GRANT } from './token-client.fixture.js';

describe.each(storageKinds)('the token endpoint on $name', (kind) => {
  const at = clientOfTenant(kind);

  describe('takes assertions', () => {
    let own: { id: string; secret: string };
    let key: CryptoKey;

    beforeAll(async () => {
      const { client: made } = await at.elsewhere.tenancy.oauthClients.create(at.tenant.id, { withSecret: false });
      own = { id: made.id, secret: '' };
      const pair = await generateKeyPair('ES256');
      key = pair.privateKey;
      const jwk = (await exportJWK(pair.publicKey)) as JsonObject;
      await at.elsewhere.tenancy.oauthClients.addCredential(at.tenant.id, own.id, { proof: { kind: 'key', jwk } });
    });

    const now = (): number => Math.floor(Date.now() / 1000);

    async function signed(change: Record<string, unknown> = {}, by: CryptoKey = key, alg = 'ES256'): Promise<string> {
      const claims = { iss: own.id, sub: own.id, aud: AUDIENCE, jti: crypto.randomUUID(), exp: now() + 300, ...change };
      return new SignJWT(claims).setProtectedHeader({ alg }).sign(by);
    }

    const byAssertion = (client_assertion: string, more: Record<string, string> = {}): Promise<Answer> =>
      at.ask({ ...GRANT, client_assertion_type: ASSERTION, client_assertion, ...more });

    it('that the client has signed, once each', async () => {
      const assertion = await signed();
      const answer = await byAssertion(assertion);
      expect(answer.status).toBe(200);
      expect(await at.statusWith(String(answer.body['access_token']))).toBe(200);
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
        at.elsewhere.tenancy.oauthClients.addCredential(at.tenant.id, clientId, {
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
        const { client: made } = await at.elsewhere.tenancy.oauthClients.create(at.tenant.id, { withSecret: false });
        await trust(made.id, path);
        const answer = await byAssertion(await issued(), { client_id: made.id });
        expect([answer.status, answer.body['error_description']]).toEqual([
          401,
          expect.stringContaining('cannot be had'),
        ]);
      });
    });
  });
});
