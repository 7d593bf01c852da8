import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type Answer, type TestServer, type TestTenant } from '../../http/testing/server.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';

/** What browsers ask for when a person opens an address. */
const BROWSER = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8';
const SCIM = 'application/scim+json';

let server: TestServer;
let tenant: TestTenant;

beforeAll(async () => {
  server = await startTestServer(sqliteStorage);
  tenant = await server.createTenant('Contoso');
  for (const userName of ['ada@contoso.example', 'ben@contoso.example']) {
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    await tenant.send('POST', '/Users', { schemas, userName, displayName: `<script>${userName}</script>` });
  }
});
afterAll(() => server.stop());

const open = (token: string, headers: Record<string, string> = { Accept: BROWSER }): Promise<Answer> =>
  server.send({ path: `/scim/Users?access_token=${token}`, headers });

async function cookieOf(token: string): Promise<string> {
  const [given = ''] = (await open(token)).headers['set-cookie'] ?? [];
  return given.split(';', 1)[0] ?? '';
}

const check = (Cookie: string, query = ''): Promise<Answer> =>
  server.send({ path: `/check${query}`, headers: { Cookie, Accept: BROWSER } });

describe('a browser that opens /scim/Users with a secret token', () => {
  it('is led to an address without the token, with a cookie that no script can read', async () => {
    const { status, headers, text } = await open(tenant.token);
    expect([status, headers.location, headers['cache-control'], headers['referrer-policy'], headers.vary]).toEqual([
      ...[303, '/check', 'no-store', 'no-referrer', 'Accept'],
    ]);
    expect(headers['set-cookie']).toEqual([
      expect.stringMatching(/^__Host-fwcheck=[\w-]{43}; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/u),
    ]);
    expect(JSON.stringify(headers) + text).not.toContain(tenant.token);
  });

  it('sees there who has arrived, without script', async () => {
    const { status, text, headers } = await check(await cookieOf(tenant.token));
    expect([status, headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect(text).toContain('2 people arrived.');
    expect(text).toContain('ada@contoso.example');
    expect(text).not.toContain('<script');
    expect(headers['content-security-policy']).not.toContain('script-src');
  });

  it('finds those whose userName begins as searched', async () => {
    const { text } = await check(await cookieOf(tenant.token), '?q=be');
    expect(text).toContain('1 person whose userName begins with “be”.');
    expect(text).not.toContain('ada@');
  });

  it.each([
    ['mistyped', 'fwscim_x', 'mistyped or cut off'],
    ['empty', '', 'is empty'],
    ['not known', `fwscim_${'A'.repeat(49)}`, 'mistyped or cut off'],
  ])('is told what is wrong with a token that is %s', async (_what, token, words) => {
    const { status, text, headers } = await open(token);
    expect([status, headers['content-type']]).toEqual([401, 'text/html; charset=utf-8']);
    expect(text).toContain(words);
  });

  it('sees nobody any more once the token is revoked', async () => {
    const { token, secret } = await server.running.tenancy.issueToken(tenant.id, {});
    const cookie = await cookieOf(secret);
    expect((await check(cookie)).status).toBe(200);
    await server.running.tenancy.revokeToken(tenant.id, token.id);
    const after = await check(cookie);
    expect([after.status, after.text.includes('ada@')]).toEqual([401, false]);
  });

  it('sees nobody without a cookie, or with one of the console', async () => {
    for (const cookie of ['', '__Host-fwcheck=', `__Host-fw=${'a'.repeat(43)}`, `__Host-fwcheck=${'a'.repeat(43)}`]) {
      expect((await check(cookie)).status).toBe(401);
    }
  });

  it('may do nothing else with the cookie', async () => {
    const headers = { Cookie: await cookieOf(tenant.token), Accept: SCIM };
    expect((await server.send({ path: '/scim/Users', headers })).status).toBe(401);
    expect((await server.send({ path: '/admin', headers })).status).toBe(303);
  });

  it('leaves the token in no line of the log', async () => {
    await open(tenant.token);
    expect(server.log.join('')).not.toContain('fwscim_');
  });
});

describe('every other client', () => {
  it.each([
    ['that accepts anything', { Accept: '*/*' }, SCIM],
    ['that says nothing', {}, SCIM],
    ['that accepts SCIM', { Accept: SCIM }, SCIM],
    ['that accepts JSON', { Accept: 'application/json' }, 'application/json'],
    ['that prefers JSON to a page', { Accept: 'text/html;q=0.5, application/json' }, 'application/json'],
  ])('%s is answered by SCIM', async (_what, headers, type) => {
    const answer = await open(tenant.token, headers);
    expect([answer.status, answer.headers['content-type'], answer.headers.vary]).toEqual([200, type, 'Accept']);
    expect(answer.body['totalResults']).toBe(2);
  });

  it('that sends the token in the header is answered by SCIM, whatever it accepts', async () => {
    const { status, body } = await tenant.send('GET', '/Users', undefined, { Accept: BROWSER });
    expect([status, body['totalResults']]).toEqual([200, 2]);
  });
});
