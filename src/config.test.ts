import { describe, expect, it } from 'vitest';
import { checkConfig, readConfig } from './config.js';

const secretOf = (bytes: number, fill = 7): string => `whsec_${Buffer.alloc(bytes, fill).toString('base64')}`;
const HTTP = {
  SYNC_BACKEND: 'http',
  SYNC_BACKEND_URL: 'https://flexwhere.example/provisioning/',
  SYNC_BACKEND_SECRET: secretOf(24),
};

describe('the configuration of synchronization', () => {
  it('writes files where nothing is said', () => {
    const file = { kind: 'file', exportDir: './data/export' };
    expect(readConfig({}).sync).toEqual({ backend: file, concurrency: 4, retentionDays: 30 });
    const { backend } = readConfig({ SYNC_EXPORT_DIR: '/var/export' }).sync;
    expect(backend).toEqual({ kind: 'file', exportDir: '/var/export' });
  });

  it('sends to a backend where one is named', () => {
    expect(readConfig({ ...HTTP, SYNC_TIMEOUT_MS: '7' }).sync.backend).toEqual({
      kind: 'http',
      url: 'https://flexwhere.example/provisioning',
      secret: secretOf(24),
      timeoutMs: 7,
      attempts: 6,
      giveUpMs: 120_000,
    });
  });

  it.each([secretOf(24), secretOf(64), `${secretOf(32)} ${secretOf(32, 8)}`])('takes the secret %s', (secret) => {
    expect(readConfig({ ...HTTP, SYNC_BACKEND_SECRET: secret }).sync.backend).toMatchObject({ secret });
  });

  it.each([
    '',
    'whsec_',
    secretOf(23),
    secretOf(65),
    `${secretOf(24)} ${secretOf(8)}`,
    secretOf(24).slice(6),
    `whsec_${'!'.repeat(32)}`,
  ])('refuses the secret %j without repeating it', (secret) => {
    const read = (): unknown => readConfig({ ...HTTP, SYNC_BACKEND_SECRET: secret });
    expect(read).toThrow('SYNC_BACKEND_SECRET');
    if (secret.length > 6) expect(read).not.toThrow(secret);
  });

  it.each([
    undefined,
    'flexwhere.example',
    'ftp://flexwhere.example',
    'https://ada:s3cret@flexwhere.example',
    'https://flexwhere.example/?key=s3cret',
    'https://flexwhere.example/#s3cret',
  ])('refuses the address %s, and repeats nothing of it', (url) => {
    const read = (): unknown => readConfig({ ...HTTP, SYNC_BACKEND_URL: url });
    expect(read).toThrow('SYNC_BACKEND_URL');
    expect(read).not.toThrow('s3cret');
  });
});

describe('the configuration of the sign-in with Entra', () => {
  const TENANT = '1B7C3F6A-0d2e-4f5a-9b8c-7d6e5f4a3b2c';
  const ENTRA = {
    OIDC_ISSUER: `https://login.microsoftonline.com/${TENANT}/v2.0/`,
    OIDC_CLIENT_ID: 'an id',
    OIDC_CLIENT_SECRET: 's3cret~'.repeat(6),
    PUBLIC_URL: 'https://scim.example',
  };

  it('is there where all of it is set', () => {
    expect(readConfig({ PUBLIC_URL: 'https://scim.example' }).openId).toBeUndefined();
    expect(readConfig(ENTRA).openId).toEqual({
      issuer: `https://login.microsoftonline.com/${TENANT.toLowerCase()}/v2.0`,
      entraTenantId: TENANT.toLowerCase(),
      clientId: 'an id',
      clientSecret: ENTRA.OIDC_CLIENT_SECRET,
      only: false,
    });
    expect(readConfig({ ...ENTRA, OIDC_ONLY: 'on' }).openId?.only).toBe(true);
  });

  it.each([
    ['OIDC_CLIENT_ID and OIDC_CLIENT_SECRET', { OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' }],
    ['OIDC_ISSUER', { OIDC_ISSUER: '' }],
    ['PUBLIC_URL', { PUBLIC_URL: '' }],
  ])('is refused without %s, once', (name, unset) => {
    expect(() => readConfig({ ...ENTRA, ...unset })).toThrow(name);
    expect(checkConfig(() => [], { ...ENTRA, ...unset }).problems).toHaveLength(1);
  });

  it('is refused where nobody could sign in', () => {
    expect(() => readConfig({ OIDC_ONLY: 'on' })).toThrow(/^OIDC_ONLY must not be on where .* nobody could sign in$/u);
  });

  it.each([
    'https://login.microsoftonline.com/common/v2.0',
    'https://login.microsoftonline.com/organizations/v2.0',
    `https://login.microsoftonline.com/${TENANT}`,
    `http://login.microsoftonline.com/${TENANT}/v2.0`,
    `http://localhost.evil.example/${TENANT}/v2.0`,
    `http://127.0.0.1@evil.example/${TENANT}/v2.0`,
    `https://ada:s3cret@login.microsoftonline.com/${TENANT}/v2.0`,
    `https://login.microsoftonline.com/${TENANT}/v2.0?p=s3cret`,
  ])('refuses the issuer %s', (OIDC_ISSUER) => {
    const read = (): unknown => readConfig({ ...ENTRA, OIDC_ISSUER });
    expect(read).toThrow(/^OIDC_ISSUER must be/u);
    expect(read).not.toThrow('s3cret');
  });

  it.each([TENANT, 'short'])('refuses the secret %s, which is none, and does not repeat it', (OIDC_CLIENT_SECRET) => {
    const read = (): unknown => readConfig({ ...ENTRA, OIDC_CLIENT_SECRET });
    expect(read).toThrow(/^OIDC_CLIENT_SECRET must be the Value/u);
    expect(read).not.toThrow(OIDC_CLIENT_SECRET);
  });

  it('is shown without the secret', () => {
    const { settings, problems } = checkConfig(() => [], ENTRA);
    expect(problems).toEqual([]);
    expect(JSON.stringify(settings)).not.toContain('s3cret');
    expect(settings.find(({ name }) => name === 'OIDC_CLIENT_SECRET')?.value).toBe('********');
  });
});

describe('the configuration', () => {
  it.each(['70000', '65536', '-1', 'http'])('blames PORT for the port %s', (PORT) => {
    expect(() => readConfig({ PORT })).toThrow(`PORT must be a whole number from 0 to 65535; it is "${PORT}"`);
  });

  it('refuses an admin token that could be guessed, says how to make another, and does not repeat it', () => {
    const read = (): unknown => readConfig({ ADMIN_TOKEN: 'secret'.repeat(5) });
    expect(read).toThrow(/^ADMIN_TOKEN has 30 characters and must have 32 or more.*openssl rand -hex 32$/u);
    expect(read).not.toThrow('secret');
    expect(readConfig({ ADMIN_TOKEN: 'x'.repeat(32) }).adminToken).toBe('x'.repeat(32));
    expect(readConfig({ ADMIN_TOKEN: '' }).adminToken).toBeUndefined();
  });
});

describe('the webhook that is told of alerts', () => {
  const WEBHOOK = {
    ALERT_WEBHOOK_URL: 'http://10.0.0.7:8080/hooks/s3cret?sig=s3cret',
    ALERT_WEBHOOK_SECRET: secretOf(24),
  };

  it('is none unless it is set, and may be within the own network', () => {
    expect(readConfig({}).alerts).toEqual({ refusalPercent: 20, webhook: undefined });
    const { webhook } = readConfig(WEBHOOK).alerts;
    expect(webhook).toEqual({ url: WEBHOOK.ALERT_WEBHOOK_URL, secret: WEBHOOK.ALERT_WEBHOOK_SECRET });
  });

  it.each([
    ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_SECRET: '' }],
    ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_URL: 'https://ada:s3cret@alerts.example' }],
    ['ALERT_WEBHOOK_URL', { ALERT_WEBHOOK_URL: 'alerts.example/s3cret' }],
    ['ALERT_WEBHOOK_SECRET', { ALERT_WEBHOOK_SECRET: 's3cret' }],
    ['ALERT_REFUSAL_PERCENT', { ALERT_REFUSAL_PERCENT: '101' }],
  ])('blames %s for %j, and repeats no secret', (name, given) => {
    const read = (): unknown => readConfig({ ...WEBHOOK, ...given });
    expect(read).toThrow(`${name} `);
    expect(read).not.toThrow('s3cret');
  });

  it('is shown without its secret, and without what is behind its host', () => {
    const { settings, problems } = checkConfig(() => [], WEBHOOK);
    const shown = settings.filter(({ name }) => name.startsWith('ALERT_WEBHOOK'));
    expect(problems).toEqual([]);
    expect(shown.map(({ name, value }) => [name, value])).toEqual([
      ['ALERT_WEBHOOK_URL', 'http://10.0.0.7:8080/********'],
      ['ALERT_WEBHOOK_SECRET', '********'],
    ]);
  });
});
