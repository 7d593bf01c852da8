import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../model/tenant.js';
import { hashOf } from './secret-token.js';
import { openTestTenancy, type TestTenancy } from './tenancy.fixture.js';
import { expiryOf } from './tokens.js';

let test: TestTenancy;
let tenant: Tenant;
beforeAll(async () => {
  test = await openTestTenancy();
});
beforeEach(async () => {
  ({ tenant } = await test.tenancy.createTenant('Contoso'));
});
afterEach(() => test.reset());
afterAll(() => test.close());

const liveLabels = async (): Promise<readonly string[]> => {
  const tokens = await test.tenancy.listTokens(tenant.id);
  return tokens.filter(({ revokedAt }) => revokedAt === undefined).map(({ label }) => label);
};

describe('issuing a token', () => {
  it('leaves the earlier ones valid', async () => {
    const { token } = await test.tenancy.issueToken(tenant.id, { label: ' June ', expiresAt: '2027-01-01' });
    expect(token).toMatchObject({
      label: 'June',
      created: '2026-06-01T12:00:00.000Z',
      expiresAt: '2027-01-01T00:00:00.000Z',
    });
    expect(await liveLabels()).toEqual(['first', 'June']);
  });

  it('stores no token for an expiry or a label that is refused', async () => {
    for (const request of [
      { label: 'x', expiresAt: '2020-01-01' },
      { label: 'a\nb', expiresAt: undefined },
    ]) {
      await expect(test.tenancy.issueToken(tenant.id, request)).rejects.toMatchObject({ scimType: 'invalidValue' });
    }
    expect(await liveLabels()).toEqual(['first']);
  });

  it('leaves nothing of the token on disk but its hash', async () => {
    const { secret } = await test.tenancy.issueToken(tenant.id, { label: 'June' });
    const folder = dirname(test.databaseUrl.slice('sqlite:'.length));
    const files = await readdir(folder);
    const bytes = Buffer.concat(await Promise.all(files.map((file) => readFile(join(folder, file)))));
    expect(bytes.includes(hashOf(secret))).toBe(true);
    expect(bytes.includes('fwscim_')).toBe(false);
    expect(bytes.includes(secret.slice('fwscim_'.length, -6))).toBe(false);
  });
});

describe('revoking a token', () => {
  it('keeps it in the list with the time; revoking it again changes nothing', async () => {
    const { token } = await test.tenancy.issueToken(tenant.id, { label: 'June' });
    test.clock.set('2026-06-02T00:00:00.000Z');
    const revoked = await test.tenancy.revokeToken(tenant.id, token.id);
    expect(revoked).toEqual({ ...token, revokedAt: '2026-06-02T00:00:00.000Z' });
    test.clock.set('2026-06-03T00:00:00.000Z');
    expect(await test.tenancy.revokeToken(tenant.id, token.id)).toEqual(revoked);
    expect((await test.tenancy.listTokens(tenant.id)).at(-1)).toEqual(revoked);
  });

  it('answers a token of another tenant like one that never was', async () => {
    const other = await test.tenancy.createTenant('Fabrikam');
    await expect(test.tenancy.revokeToken(tenant.id, other.token.id)).rejects.toMatchObject({
      status: 404,
      message: `The tenant has no token ${other.token.id}. List its tokens to find it.`,
    });
    expect((await test.tenancy.listTokens(other.tenant.id))[0]?.revokedAt).toBeUndefined();
  });

  it('does not repeat a secret token that was given in place of the id', async () => {
    const { secret } = await test.tenancy.issueToken(tenant.id, {});
    await expect(test.tenancy.revokeToken(tenant.id, secret)).rejects.toThrow('The tenant has no token with that id.');
  });
});

describe('rotating the token of a label', () => {
  it('issues one, revokes the earlier ones of that label, and leaves others', async () => {
    await test.tenancy.issueToken(tenant.id, { label: 'make start' });
    await test.tenancy.issueToken(tenant.id, { label: 'make start' });
    const { token } = await test.tenancy.rotateToken(tenant.id, 'make start');
    const live = (await test.tenancy.listTokens(tenant.id)).filter(({ revokedAt }) => revokedAt === undefined);
    expect(live.map(({ label }) => label)).toEqual(['first', 'make start']);
    expect(live.at(-1)?.id).toBe(token.id);
  });
});

const NOW = new Date('2026-06-01T12:00:00.000Z');

describe('the expiry of a token', () => {
  it.each([
    ['2026-12-31T23:59:59Z', '2026-12-31T23:59:59.000Z'],
    ['2027-01-01T01:00:00+02:00', '2026-12-31T23:00:00.000Z'],
    ['2026-06-02', '2026-06-02T00:00:00.000Z'],
    ['2026-06-01T12:00:00.001Z', '2026-06-01T12:00:00.001Z'],
  ])('%s is stored as %s', (text, stored) => {
    expect(expiryOf(text, NOW)).toBe(stored);
  });

  it.each(['', 'tomorrow', '31.12.2026', '2026-02-30', '2026-13-01T00:00:00Z', '1798761599'])(
    '%j cannot be read',
    (text) => {
      expect(() => expiryOf(text, NOW)).toThrow('The expiry cannot be read; write it as 2030-12-31T23:59:59Z');
    },
  );

  it.each(['2026-06-01T12:00:00Z', '2026-06-01', '2020-01-01'])('%s is not to come', (text) => {
    expect(() => expiryOf(text, NOW)).toThrow('has passed; name a time to come');
  });
});
