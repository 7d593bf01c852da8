import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createAttemptSeal, type Attempt } from './attempt.js';
import { startTestEntra, type TestEntra } from './entra.fixture.js';
import { createOpenIdProvider, type OpenIdProvider, type OpenIdSettings } from './provider.js';

/** Seconds that Entra may take here. */
const TIMEOUT = 0.3;

let entra: TestEntra;
let settings: OpenIdSettings;
let now = Date.now();

beforeAll(async () => {
  entra = await startTestEntra();
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = entra.environment;
  const redirectUri = 'https://scim.example/admin/sign-in/callback';
  settings = { issuer, clientId, clientSecret, redirectUri, entraTenantId: entra.tenantId };
});
afterAll(() => entra.stop());
afterEach(() => {
  entra.instead.clear();
  entra.asked.length = 0;
});

const open = (given: Partial<OpenIdSettings> = {}): OpenIdProvider =>
  createOpenIdProvider({ ...settings, ...given }, () => new Date(now), TIMEOUT);

/** Begins, and goes to Entra and back. */
async function comeBack(provider: OpenIdProvider): Promise<[URLSearchParams, Attempt]> {
  const { address, attempt } = await provider.begin(false);
  const back = await fetch(address, { redirect: 'manual' });
  return [new URL(back.headers.get('location') ?? '').searchParams, { ...attempt, next: '/admin' as Attempt['next'] }];
}

const LONG = JSON.stringify({ keys: [], filler: 'x'.repeat(300_000) });

describe('where Entra', () => {
  it.each([
    ['is silent', 'hang' as const],
    ['has a fault', { status: 500, body: '{}' }],
    ['leads elsewhere', { status: 302, body: '' }],
    ['answers something else', { status: 200, body: '<html>' }],
    ['answers too much', { status: 200, body: LONG }],
  ])('%s, whoever signs in is told so in time, and it is asked again for the next', async (_what, instead) => {
    const provider = open();
    entra.instead.set('openid-configuration', instead);
    await expect(provider.begin(false)).rejects.toMatchObject({ name: 'SignInRefused', isFault: true });
    entra.instead.clear();
    const [query, attempt] = await comeBack(provider);
    for (const word of ['token', 'keys']) {
      entra.instead.set(word, instead);
      await expect(provider.finish(query, attempt)).rejects.toMatchObject({ name: 'SignInRefused', isFault: true });
      entra.instead.clear();
    }
    expect(await provider.finish(...(await comeBack(provider)))).toMatchObject({ role: 'operator' });
  });

  it('cannot be reached, whoever signs in is told where it is', async () => {
    const issuer = `http://127.0.0.1:9/${entra.tenantId}/v2.0`;
    await expect(open({ issuer }).begin(false)).rejects.toMatchObject({
      status: 503,
      message: 'Entra (127.0.0.1:9) did not answer as it should. Try again in a minute.',
    });
  });

  it('refuses the credentials of the server, the page names the settings and no secret', async () => {
    const provider = open({ clientSecret: 'y'.repeat(40) });
    const refused = provider.finish(...(await comeBack(provider)));
    await expect(refused).rejects.toMatchObject({ status: 503, isFault: true });
    await expect(refused).rejects.toThrow(/\(invalid_client\).*OIDC_CLIENT_SECRET: the secret may have expired/u);
    await expect(refused).rejects.not.toThrow('yyy');
  });

  it('says that it is another issuer, nobody is sent there', async () => {
    const body = {
      issuer: 'https://login.microsoftonline.com/{tenantid}/v2.0',
      authorization_endpoint: 'https://evil.example',
    };
    entra.instead.set('openid-configuration', { status: 200, body: JSON.stringify(body) });
    await expect(open().begin(false)).rejects.toMatchObject({ status: 403 });
  });

  it('would have people go to an address of another scheme, nobody is sent there', async () => {
    const body = { issuer: settings.issuer, authorization_endpoint: 'javascript:alert(1)' };
    entra.instead.set('openid-configuration', { status: 200, body: JSON.stringify(body) });
    await expect(open().begin(false)).rejects.toMatchObject({ status: 403 });
  });

  it('is silent later, what it said of itself stays in use, and it is asked again after a minute', async () => {
    const provider = open();
    await provider.begin(false);
    entra.instead.set('openid-configuration', { status: 500, body: '' });
    now += 3_600_000;
    await provider.begin(false);
    now += 59_000;
    await provider.begin(false);
    expect(entra.asked.filter((word) => word === 'openid-configuration')).toHaveLength(2);
    now += 2_000;
    await provider.begin(false);
    expect(entra.asked.filter((word) => word === 'openid-configuration')).toHaveLength(3);
  });

  it('takes long, no more than twenty wait for it at a time', async () => {
    const provider = open();
    const [query, attempt] = await comeBack(provider);
    entra.instead.set('token', 'hang');
    const waiting = Array.from({ length: 20 }, () => provider.finish(query, attempt).catch((error: unknown) => error));
    await expect(provider.finish(query, attempt)).rejects.toThrow('Too many people sign in right now.');
    await Promise.all(waiting);
    entra.instead.clear();
    expect(await provider.finish(...(await comeBack(provider)))).toMatchObject({ role: 'operator' });
  });
});

describe('an attempt', () => {
  const attempt = { state: 's', nonce: 'n', verifier: 'v', again: true, next: '/admin/health' as Attempt['next'] };
  const at = (time: number) => createAttemptSeal(settings, () => new Date(time));

  it('is opened for ten minutes, by every process with the same settings, and by no other', async () => {
    const sealed = await at(now).close(attempt);
    expect(await at(now + 599_000).open(sealed)).toMatchObject(attempt);
    expect(await at(now + 600_000).open(sealed)).toBeUndefined();
    for (const name of ['issuer', 'clientId', 'clientSecret'] as const) {
      const other = createAttemptSeal({ ...settings, [name]: 'another' }, () => new Date(now));
      expect(await other.open(sealed)).toBeUndefined();
    }
    for (const text of [undefined, '', 'x', `${sealed.slice(0, -2)}AA`])
      expect(await at(now).open(text)).toBeUndefined();
  });

  it('is of use to nobody who reads it', async () => {
    const sealed = await at(now).close({ ...attempt, verifier: 'a verifier' });
    const parts = sealed.split('.').map((part) => Buffer.from(part, 'base64url').toString('latin1'));
    expect(parts.join()).not.toContain('a verifier');
  });
});
