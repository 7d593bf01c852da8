import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startTestEntra, type TestEntra } from './entra.fixture.js';
import { fromElsewhere, goToEntra, later, seconds, signIn } from './visits.fixture.js';

const MINUTE = 60_000;

let entra: TestEntra;
let server: TestServer;
let ada: Visitor;
let known: JWTPayload;

beforeAll(async () => {
  entra = await startTestEntra();
  known = entra.claims;
  server = await startTestServer(sqliteStorage, { ...entra.environment, TRUSTED_PROXIES: '127.0.0.1' });
});
afterAll(async () => {
  const secret = entra.environment.OIDC_CLIENT_SECRET;
  const leaks = server.log.filter((line) => line.includes(secret) || /eyJ|code=|Lovelace/u.test(line));
  await server.stop();
  await entra.stop();
  expect(leaks).toEqual([]);
});
beforeEach(() => {
  entra.claims = known;
  entra.signature = 'published';
  entra.asked.length = 0;
  ada = fromElsewhere(server);
});
afterEach(() => {
  entra.instead.clear();
  vi.useRealTimers();
});

describe('the sign-in with Entra', () => {
  it('is begun by a link of the sign-in page, and leads to the page that was wanted', async () => {
    const turned = await ada.get('/admin/health?x=1');
    const page = await ada.get(turned.headers.location ?? '');
    const link = /href="(\/admin\/sign-in\/start[^"]*)"/u.exec(page.text)?.[1]?.replaceAll('&amp;', '&') ?? '';
    const back = await signIn(ada, link.slice('/admin/sign-in/start'.length));
    expect([back.status, back.headers.location]).toEqual([303, '/admin/health?x=1']);
    const health = await ada.get('/admin/health');
    expect(health.text).toContain('Ada Lovelace (operator)');
    expect(health.text).toContain(`Entra, tenant ${entra.tenantId}, or admin tokens`);
  });

  it('asks for a code with a state, a nonce and a challenge, to be sent back below PUBLIC_URL', async () => {
    await goToEntra(ada);
    const { latest } = entra;
    expect(Object.fromEntries(latest)).toMatchObject({
      ...{ response_type: 'code', code_challenge_method: 'S256', client_id: entra.environment.OIDC_CLIENT_ID },
      redirect_uri: 'https://scim.flexwhere.example/admin/sign-in/callback',
    });
    const before = ['state', 'nonce', 'code_challenge'].map((name) => latest.get(name) ?? '');
    await goToEntra(ada);
    for (const [index, name] of ['state', 'nonce', 'code_challenge'].entries()) {
      expect(entra.latest.get(name)?.length).toBeGreaterThanOrEqual(43);
      expect(entra.latest.get(name)).not.toBe(before[index]);
    }
  });

  it('keeps the attempt in a cookie for ten minutes that no script reads, and forgets it afterward', async () => {
    const start = await ada.get('/admin/sign-in/start');
    const [given = ''] = start.headers['set-cookie'] ?? [];
    expect(given).toMatch(/^__Host-fwopenid=[\w.-]+; Path=\/; HttpOnly; SameSite=Lax; Secure; Max-Age=600$/u);
    expect(given).not.toContain(entra.latest.get('state') ?? '-');
    await signIn(ada);
    expect(ada.cookie).toMatch(/^__Host-fw=[\w-]{43}$/u);
  });

  it('names the person in the audit trail, with the ids by which Entra knows them', async () => {
    const { id } = await server.createTenant();
    await signIn(ada);
    await ada.post(`/admin/tenants/${id}/sync/plan`, {}, { on: `/admin/tenants/${id}/sync` });
    const { text } = await ada.get(`/admin/tenants/${id}/sync/audit`);
    expect(text).toContain(`Ada Lovelace (${entra.tenantId}/${String(known['oid'])})`);
  });

  it.each([
    [['viewer'], 'viewer'],
    [['admin', 'viewer'], 'admin'],
    [['Something else', 'viewer', 'operator'], 'operator'],
  ])('gives the roles %j the role %s', async (roles, role) => {
    entra.claims = { ...known, roles };
    await signIn(ada);
    expect((await ada.get('/admin')).text).toContain(`Ada Lovelace (${role})`);
  });

  it.each([
    [{ name: 'Ada\u0000\u202e (x)\n Lovelace ' }, 'Ada (x) Lovelace'],
    [{ name: ' ', preferred_username: 'ada@flexwhere.example' }, 'ada@flexwhere.example'],
    [{ name: 7, preferred_username: undefined }, 'Somebody'],
    [{ name: '<b>'.repeat(100) }, '&lt;b>'.repeat(33) + '&lt;'],
  ])('names a person with %j as %s', async (claims, name) => {
    entra.claims = { ...known, ...claims };
    await signIn(ada);
    expect((await ada.get('/admin')).text).toContain(`${name} (operator)`);
  });

  it.each(['https://evil.example/', '//evil.example', '/scim/Users', '/admin//evil', `/admin/${'x'.repeat(2_000)}`])(
    'never leads to %s',
    async (next) => {
      const back = await signIn(ada, `?next=${encodeURIComponent(next)}`);
      expect([back.status, back.headers.location]).toEqual([303, '/admin']);
    },
  );

  it('is over when the person signs out', async () => {
    await signIn(ada);
    const copy = { Cookie: ada.cookie };
    await ada.post('/admin/sign-out', {}, { on: '/admin' });
    expect(ada.cookie).toBe('');
    expect((await new Visitor(server).get('/admin', copy)).status).toBe(303);
  });

  it('asks Entra once what it says of itself, however many sign in', async () => {
    await Promise.all(Array.from({ length: 5 }, () => signIn(new Visitor(server))));
    expect(entra.asked.filter((word) => word === 'openid-configuration').length).toBeLessThanOrEqual(1);
  });

  it('goes on when Entra signs with another key', async () => {
    await signIn(ada);
    await entra.rotate();
    later(2 * MINUTE);
    expect((await signIn(new Visitor(server))).status).toBe(303);
  });
});

describe('whoever comes back from Entra', () => {
  it.each<[string, () => JWTPayload, number, string]>([
    ['has no role', () => ({ roles: undefined }), 403, 'Entra knows you as Ada Lovelace, but you have no role here.'],
    ['has roles of other programs', () => ({ roles: ['administrator', 'Admin'] }), 403, 'you have no role here'],
    ['has a role in a text', () => ({ roles: 'admin' }), 403, 'you have no role here'],
    ['is of no tenant', () => ({ tid: undefined }), 403, 'the ids of the tenant (tid) and the person (oid)'],
    ['has no id', () => ({ oid: undefined }), 403, 'the ids of the tenant (tid) and the person (oid)'],
    ['has an email address as the id', () => ({ oid: 'ada@flexwhere.example' }), 403, 'and the person (oid)'],
    ['is of another tenant', () => ({ tid: randomUUID() }), 403, 'did not pass a check (tid)'],
    ['was signed in by another issuer', () => ({ iss: 'https://evil.example' }), 403, 'did not pass a check'],
    ['was signed in for another application', () => ({ aud: randomUUID() }), 403, 'did not pass a check'],
    ['was signed in for two applications', () => ({ aud: [entra.environment.OIDC_CLIENT_ID, 'x'] }), 403, 'a check'],
    ['was signed in at another time', () => ({ nonce: 'x'.repeat(43) }), 403, 'did not pass a check'],
    ['was signed in without a nonce', () => ({ nonce: undefined }), 403, 'did not pass a check'],
    ['was signed in long ago', () => ({ exp: seconds() - 60 }), 503, 'The clock of this server may be wrong'],
    ['is signed in later on', () => ({ nbf: seconds() + 60 }), 503, 'The clock of this server may be wrong'],
  ])('and %s is not signed in', async (_what, claims, status, words) => {
    entra.claims = { ...known, ...claims() };
    const answer = await signIn(ada);
    expect([answer.status, ada.cookie]).toEqual([status, '']);
    expect(answer.text).toContain(words);
  });

  it.each(['other', 'none'] as const)('with an answer whose signature is %s is not signed in', async (signature) => {
    entra.signature = signature;
    const answer = await signIn(ada);
    expect([answer.status, ada.cookie]).toEqual([403, '']);
  });

  it('is signed in where the clocks differ by some seconds', async () => {
    entra.claims = { ...known, iat: seconds() + 20, nbf: seconds() + 20, exp: seconds() - 20 };
    expect((await signIn(ada)).status).toBe(303);
  });

  it.each<[string, (path: string) => Promise<Answer>]>([
    ['in another browser', (path) => new Visitor(server).get(path)],
    ['with another state', (path) => ada.get(path.replace(/state=[^&]+/u, 'state=x'))],
    ['with two states', (path) => ada.get(`${path}&state=x`)],
    ['without a state', (path) => ada.get(path.replace(/state=[^&]+/u, ''))],
    [
      'more than ten minutes later',
      (path) => {
        later(11 * MINUTE);
        return ada.get(path);
      },
    ],
    [
      'with a cookie that was made elsewhere',
      (path) => new Visitor(server).get(path, { Cookie: ada.cookie.slice(0, -4) + 'AAAA' }),
    ],
  ])('%s is told to sign in again, and Entra is not asked', async (_what, comeBack) => {
    const path = await goToEntra(ada);
    const answer = await comeBack(path);
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('This sign-in was begun in another browser or tab, more than ten minutes ago');
    expect(entra.asked).not.toContain('token');
  });

  it('twice is told to sign in again, and stays signed in', async () => {
    const path = await goToEntra(ada);
    expect((await ada.get(path)).status).toBe(303);
    expect((await ada.get(path)).status).toBe(400);
    expect((await ada.get('/admin')).status).toBe(200);
  });

  it('to the first of two tabs is told so, and the second goes on', async () => {
    const [first, second] = [await goToEntra(ada), await goToEntra(ada)];
    expect((await ada.get(first)).status).toBe(400);
    expect((await ada.get(second)).status).toBe(303);
  });

  it('with a code that Entra takes no more is told to sign in again', async () => {
    const path = await goToEntra(ada);
    const answer = await ada.get(path.replace(/code=[^&]+/u, 'code=x'));
    expect(answer.status).toBe(400);
    expect(answer.text).toContain('Entra takes a sign-in once, and soon (invalid_grant, AADSTS54005).');
  });

  it.each([
    ['access_denied', 'AADSTS50105: Ada is not assigned', 403, '(access_denied, AADSTS50105). Whoever manages'],
    ['<script>', 'x', 403, '(an unknown error)'],
    ['temporarily_unavailable', '', 503, '(temporarily_unavailable). Try again in a minute'],
  ])(
    'with the error %s is told what to do, and nothing that Entra says of them',
    async (error, text, status, words) => {
      const { searchParams } = new URL(await goToEntra(ada), server.url);
      const query = { error, error_description: text, state: searchParams.get('state') ?? '' };
      const answer = await ada.get(`/admin/sign-in/callback?${new URLSearchParams(query).toString()}`);
      expect([answer.status, ada.cookie]).toEqual([status, '']);
      expect(answer.text).toContain(words);
      expect(answer.text).not.toContain('not assigned');
    },
  );
});
