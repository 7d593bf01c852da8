import { randomUUID } from 'node:crypto';
import type { JWTPayload } from 'jose';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { startTestServer, type Answer, type TestServer } from '../../http/testing/server.fixture.js';
import { Visitor } from '../../http/testing/visitor.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { isMaker } from '../../sync/plan-review/second-person.js';
import type { OpenSession } from '../session/sessions.js';
import { enteredBy } from '../sync/actions.js';
import { startTestEntra, type TestEntra } from './entra.fixture.js';
import { fromElsewhere, later, seconds, signIn } from './visits.fixture.js';

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
  await server.stop();
  await entra.stop();
});
beforeEach(() => {
  entra.claims = known;
  ada = fromElsewhere(server);
});
afterEach(() => {
  entra.instead.clear();
  vi.useRealTimers();
});

describe('a sign-in that is younger than ten minutes', () => {
  const issue = (): Promise<Answer> =>
    ada.post('/admin/admin-tokens', { label: randomUUID(), role: 'viewer' }, { on: '/admin' });

  beforeEach(() => {
    entra.claims = { ...known, roles: ['admin'] };
  });

  it.each<[string, () => number | undefined]>([
    ['did not say when', () => undefined],
    ['asked eleven minutes ago', () => seconds() - 660],
  ])('is asked for where Entra %s who the person is, and given by asking again', async (_what, authTime) => {
    entra.claims['auth_time'] = authTime();
    await signIn(ada);
    const refused = await issue();
    expect([refused.status, refused.headers.location]).toEqual([303, '/admin/sign-in?again=again']);
    const page = await ada.get('/admin/sign-in?again=again');
    expect(page.text).toContain('href="/admin/sign-in/start?next=%2Fadmin&amp;again=again"');

    const before = ada.cookie;
    expect((await signIn(ada, '?again=again')).text).toContain('optional claim auth_time');
    expect(ada.cookie).toBe(before);
    expect(Object.fromEntries(entra.latest)).toMatchObject({ prompt: 'login', max_age: '0' });

    entra.claims['auth_time'] = seconds();
    expect((await signIn(ada, '?again=again')).status).toBe(303);
    expect((await issue()).text).toContain('fwadmin_');
    expect((await new Visitor(server).get('/admin', { Cookie: before })).status).toBe(303);
  });

  it('is that of Entra where it asked lately, for as long as it was lately', async () => {
    entra.claims['auth_time'] = seconds() - 300;
    await signIn(ada);
    expect((await issue()).text).toContain('fwadmin_');
    later(6 * MINUTE);
    expect((await issue()).status).toBe(303);
  });

  it('never lies in the future', async () => {
    entra.claims['auth_time'] = seconds() + 86_400;
    await signIn(ada);
    later(11 * MINUTE);
    expect((await issue()).status).toBe(303);
  });
});

describe('whoever signs in', () => {
  it('and fails is told to wait after five attempts; what other sites make a browser send counts for nothing', async () => {
    for (let count = 0; count < 6; count += 1) {
      expect((await ada.get('/admin/sign-in/callback?code=x&state=x')).status).toBe(400);
    }
    entra.claims = { ...known, roles: [] };
    const statuses: number[] = [];
    for (let count = 0; count < 6; count += 1) statuses.push((await signIn(ada)).status);
    expect(statuses).toEqual([403, 403, 403, 403, 403, 429]);
    expect((await signIn(fromElsewhere(server))).status).toBe(403);
  });

  it('while Entra is away reads so, and can sign in with an admin token', async () => {
    const other = await startTestServer(sqliteStorage, entra.environment);
    entra.instead.set('openid-configuration', { status: 500, body: '' });
    const visitor = new Visitor(other);
    const answer = await visitor.get('/admin/sign-in/start?next=%2Fadmin%2Fhealth');
    expect(answer.status).toBe(503);
    expect(answer.text).toContain('did not answer as it should');
    expect(answer.text).toContain('name="next" value="/admin/health"');
    expect((await visitor.signIn()).status).toBe(303);
    await other.stop();
  });

  it('does so with Entra alone where OIDC_ONLY is on, and sessions of admin tokens have ended', async () => {
    const other = await startTestServer(sqliteStorage, { ...entra.environment, OIDC_ONLY: 'on' });
    const visitor = new Visitor(other);
    const page = await visitor.get('/admin/sign-in');
    expect(page.text).not.toContain('<form');
    expect(page.text).toContain('Sign in with Microsoft Entra');
    const refused = await visitor.signIn();
    expect([refused.status, visitor.cookie]).toEqual([403, '']);
    expect(refused.text).toContain('Nobody signs in with an admin token here. Sign in with Entra.');
    expect((await signIn(visitor)).status).toBe(303);
    expect((await visitor.get('/admin')).status).toBe(200);
    await other.stop();
  });

  it('sees nothing of Entra where it is not set', async () => {
    const other = await startTestServer(sqliteStorage);
    const visitor = new Visitor(other);
    expect((await visitor.get('/admin/sign-in')).text).not.toContain('Entra');
    for (const step of ['start', 'callback']) {
      const { status, headers } = await visitor.get(`/admin/sign-in/${step}?code=x`);
      expect([status, headers.location?.startsWith('/admin/sign-in?')]).toEqual([303, true]);
    }
    await other.stop();
  });

  it('with a token cannot take the name of a person whom Entra signed in', async () => {
    const name = `Ada Lovelace (${entra.tenantId}/${String(known['oid'])})`;
    expect((await ada.signIn(name)).status).toBe(400);
    const send = (path: string, body: Record<string, string>): Promise<Answer> =>
      server.send({
        ...{ method: 'POST', path: `/admin/api${path}`, token: server.adminToken, body },
        headers: { 'Content-Type': 'application/json' },
      });
    const { id } = await server.createTenant();
    expect((await send(`/tenants/${id}/sync/plans`, { by: name })).status).toBe(400);
    expect((await send(`/tenants/${id}/sync/plans`, { by: 'Ada Lovelace' })).status).toBe(201);
    expect((await send('/admin-tokens', { label: name, role: 'viewer' })).status).toBe(400);
  });

  it('is somebody in particular to the second person for guarded plans, and the same one under another name', () => {
    expect(enteredBy({ subject: 't/o' } as OpenSession)).toEqual({ sharedToken: false });
    expect(enteredBy({ proof: 'x' } as OpenSession)).toEqual({ sharedToken: true });
    const named = (name: string, oid = String(known['oid'])): string => `${name} (${entra.tenantId}/${oid})`;
    expect(isMaker({ by: named('Ada') }, { by: named('Ada Byron') })).toBe(true);
    expect(isMaker({ by: named('Ada') }, { by: named('Ada', randomUUID()) })).toBe(false);
  });
});
