import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../testing/server.fixture.js';
import { formToken, Visitor } from '../testing/visitor.fixture.js';

const PUBLIC_KEY = { kty: 'OKP', crv: 'Ed25519', x: '11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo' };
const ISSUER = { issuer: 'https://i.example', jwksUrl: 'https://i.example/keys', subject: 's', audience: 'a' };
const SECRET = /fwscim_[\dA-Za-z]{49}/gu;

let server: TestServer;
let contoso: TestTenant;
let fabrikam: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  [contoso, fabrikam] = [await server.createTenant(), await server.createTenant()];
});
afterAll(() => server.stop());

const ask = (method: string, path: string, body?: JsonObject): Promise<Answer> =>
  server.send({
    ...{ method, path: `/admin/api/tenants${path}`, token: server.adminToken },
    ...(body === undefined ? {} : { body, headers: { 'Content-Type': 'application/json' } }),
  });

/** What the token endpoint answers to a client with that secret. */
async function grant(clientId: string, clientSecret: string): Promise<Answer> {
  const form = { grant_type: 'client_credentials', client_id: clientId, client_secret: clientSecret };
  const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return server.send({ method: 'POST', path: '/oauth/token', headers, body: new URLSearchParams(form).toString() });
}

const newClient = async (): Promise<JsonObject> =>
  (await ask('POST', `/${contoso.id}/oauth-clients`, { label: 'x' })).body;

describe('the OAuth clients of the admin API', () => {
  it('get access tokens with secrets that overlap, until each is deleted', async () => {
    const { clientId, clientSecret } = await newClient();
    const credentials = `/${contoso.id}/oauth-clients/${String(clientId)}/credentials`;
    const next = (await ask('POST', credentials, { kind: 'secret', overlapHours: 1 })).body;
    const secrets = [String(clientSecret), String(next['clientSecret'])];
    for (const secret of secrets) expect((await grant(String(clientId), secret)).status).toBe(200);
    const { text } = await ask('GET', `/${contoso.id}/oauth-clients`);
    expect(text.match(SECRET)).toBeNull();
    const access = String((await grant(String(clientId), secrets[1] ?? '')).body['access_token']);
    expect((await server.send({ path: '/scim/Users', token: access })).status).toBe(200);
    expect((await ask('DELETE', `${credentials}/${String(next['credentialId'])}`)).status).toBe(204);
    expect((await server.send({ path: '/scim/Users', token: access })).status).toBe(401);
    expect((await grant(String(clientId), secrets[0] ?? '')).status).toBe(200);
    expect((await ask('DELETE', `/${contoso.id}/oauth-clients/${String(clientId)}`)).status).toBe(204);
    expect((await grant(String(clientId), secrets[0] ?? '')).status).toBe(401);
  });

  it("answer to another tenant's operator as clients that never were", async () => {
    const made = await newClient();
    const place = `/${fabrikam.id}/oauth-clients/${String(made['clientId'])}`;
    const [credential] = made['credentials'] as JsonObject[];
    const requests: [string, string, JsonObject?][] = [
      ['POST', `${place}/credentials`, { kind: 'secret' }],
      ['POST', `${place}/credentials`, { kind: 'secret', overlapHours: 0 }],
      ['DELETE', `${place}/credentials/${String(credential?.['credentialId'])}`],
      ['DELETE', place],
    ];
    for (const request of requests) expect((await ask(...request)).status).toBe(404);
    expect((await grant(String(made['clientId']), String(made['clientSecret']))).status).toBe(200);
  });

  it.each<[string, JsonObject, number]>([
    ['a public key', { kind: 'key', jwk: PUBLIC_KEY }, 201],
    ['an issuer', { kind: 'issuer', issuer: ISSUER }, 201],
    ['a private key', { kind: 'key', jwk: { ...PUBLIC_KEY, d: 'secret' } }, 400],
    ['an issuer at http', { kind: 'issuer', issuer: { ...ISSUER, jwksUrl: 'http://i.example/keys' } }, 400],
    ['a key that is missing', { kind: 'key' }, 400],
    ['an issuer beside a secret', { kind: 'secret', issuer: ISSUER }, 400],
    ['an overlap of a key', { kind: 'key', jwk: PUBLIC_KEY, overlapHours: 1 }, 400],
  ])('take or refuse %s', async (_what, body, status) => {
    const { clientId } = await newClient();
    const answer = await ask('POST', `/${contoso.id}/oauth-clients/${String(clientId)}/credentials`, body);
    expect([answer.status, answer.text.includes('clientSecret":"')]).toEqual([status, false]);
  });
});

describe('the OAuth clients of the console', () => {
  it('are made with a secret that is shown once, get another one, trust a key, and are deleted', async () => {
    const visitor = new Visitor(server);
    await visitor.signIn('Ada');
    const on = `/admin/tenants/${contoso.id}/connection`;
    const place = `/admin/tenants/${contoso.id}/oauth-clients`;
    const made = await visitor.post(place, { 'client-label': 'By hand' }, { on });
    const [secret = ''] = made.text.match(SECRET) ?? [];
    const [, clientId = ''] = /oauth-clients\/([\da-f-]{36})/u.exec(made.text) ?? [];
    expect((await grant(clientId, secret)).status).toBe(200);
    const page = `${place}/${clientId}`;
    const another = await visitor.post(`${page}/secret`, { overlap: '1' }, { on: page });
    const [rotated = ''] = another.text.match(SECRET) ?? [];
    expect([rotated === secret, (await grant(clientId, rotated)).status]).toEqual([false, 200]);
    expect((await visitor.post(`${page}/secret`, { overlap: 'x' }, { on: page })).status).toBe(400);
    expect((await visitor.post(`${page}/trust`, { jwk: JSON.stringify(PUBLIC_KEY) }, { on: page })).status).toBe(303);
    expect((await visitor.post(`${page}/trust`, { jwk: 'no key' }, { on: page })).status).toBe(400);
    const { text } = await visitor.get(page);
    expect([text.match(SECRET), text.includes('Remove the key')]).toEqual([null, true]);
    expect((await visitor.get(`/admin/tenants/${fabrikam.id}/oauth-clients/${clientId}`)).status).toBe(404);
    expect((await visitor.post(`${page}/delete`, {}, { on: page })).status).toBe(303);
    expect((await grant(clientId, rotated)).status).toBe(401);
  });

  it('are shown on the setup page: the same client each time, with another secret', async () => {
    const { url } = await server.running.tenancy.setupLinks.make(contoso.id);
    const visitor = new Visitor(server);
    await visitor.get(new URL(url).pathname);
    const token = formToken(await visitor.get('/setup')) ?? '';
    const show = async (): Promise<[string, string]> => {
      const { text } = await visitor.post('/setup/client', { token });
      return [/[\da-f]{8}-[\da-f]{4}-7[\da-f-]{21}/u.exec(text)?.[0] ?? '', text.match(SECRET)?.[0] ?? ''];
    };
    const [[first, secret], [again, another]] = [await show(), await show()];
    expect([again, another === secret]).toEqual([first, false]);
    for (const one of [secret, another]) expect((await grant(first, one)).status).toBe(200);
    // Who asks many times at once gets no second client.
    const fresh = await server.createTenant();
    const link = await server.running.tenancy.setupLinks.make(fresh.id);
    const eager = new Visitor(server);
    await eager.get(new URL(link.url).pathname);
    const own = formToken(await eager.get('/setup')) ?? '';
    await Promise.all(Array.from({ length: 6 }, () => eager.post('/setup/client', { token: own })));
    expect(await server.running.tenancy.oauthClients.list(fresh.id)).toHaveLength(1);
    const others = new Visitor(server);
    expect((await others.post('/setup/client', { token })).status).toBe(404);
  });
});
