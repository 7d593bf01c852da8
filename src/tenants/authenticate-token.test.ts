import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TokenRecord } from '../model/token.js';
import { ScimError } from '../protocol/scim-error.js';
import { openStorage } from '../storage/sql/open-storage.js';
import type { TenantStore } from '../storage/storage.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { tokenAuthentication, type TokenAuthentication } from './authenticate-token.js';
import { newSecretToken } from './secret-token.js';
import { openTestTenancy, type TestTenancy } from './tenancy.fixture.js';
import type { CreatedTenant } from './tenants.js';

let test: TestTenancy;
let contoso: CreatedTenant;
let authentication: TokenAuthentication;
let reported: unknown[];

const authenticationOn = (store: TenantStore): TokenAuthentication =>
  tokenAuthentication({ store, now: test.clock.now, onError: (error) => reported.push(error) });

const authenticate = async (secret: string) => (await authentication.authenticate(secret)).tenant;

const issue = (expiresAt?: string) => test.tenancy.issueToken(contoso.tenant.id, { expiresAt });

async function firstToken(): Promise<TokenRecord | undefined> {
  await authentication.settled();
  return (await test.tenancy.listTokens(contoso.tenant.id))[0];
}

const refused = (message: RegExp) => ({
  status: 401,
  message: expect.stringMatching(message) as string,
  headers: { 'WWW-Authenticate': 'Bearer realm="FlexWhere SCIM", error="invalid_token"' },
});

describe.each(storageKinds)('authentication on $name', (kind) => {
  beforeAll(async () => {
    test = await openTestTenancy(kind);
  });
  beforeEach(async () => {
    contoso = await test.tenancy.createTenant('Contoso');
    reported = [];
    authentication = authenticationOn(test.storage.tenants);
  });
  afterEach(async () => {
    await authentication.settled();
    await test.reset();
  });
  afterAll(() => test.close());

  describe('a secret token', () => {
    it('says which tenant a request is from', async () => {
      const fabrikam = await test.tenancy.createTenant('Fabrikam');
      expect(await authenticate(contoso.secret)).toEqual(contoso.tenant);
      expect(await authenticate(fabrikam.secret)).toEqual(fabrikam.tenant);
    });

    it('is replaced without a gap: both work until the old one is revoked', async () => {
      const next = await issue();
      expect((await authenticate(contoso.secret)).name).toBe('Contoso');
      expect((await authenticate(next.secret)).name).toBe('Contoso');
      await test.tenancy.revokeToken(contoso.tenant.id, contoso.token.id);
      await expect(authenticate(contoso.secret)).rejects.toMatchObject(refused(/has been revoked/u));
      expect((await authenticate(next.secret)).name).toBe('Contoso');
    });

    it('that is revoked is refused at once by every other process', async () => {
      const elsewhere = await openStorage({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5_000 });
      const there = authenticationOn(elsewhere.tenants);
      await there.authenticate(contoso.secret);
      await test.tenancy.revokeToken(contoso.tenant.id, contoso.token.id);
      await expect(there.authenticate(contoso.secret)).rejects.toMatchObject(refused(/has been revoked/u));
      await there.settled();
      await elsewhere.close();
    });

    it('that expires is refused from that moment on', async () => {
      const { secret } = await issue('2026-07-01T00:00:00Z');
      test.clock.set('2026-06-30T23:59:59.999Z');
      expect((await authenticate(secret)).name).toBe('Contoso');
      test.clock.set('2026-07-01T00:00:00.000Z');
      await expect(authenticate(secret)).rejects.toMatchObject(refused(/expired at 2026-07-01T00:00:00.000Z/u));
    });

    it('of a disabled tenant is 403, and works again when the tenant is enabled', async () => {
      await test.tenancy.setEnabled(contoso.tenant.id, false);
      await expect(authenticate(contoso.secret)).rejects.toMatchObject({
        status: 403,
        message: expect.stringContaining('FlexWhere has disabled this tenant') as string,
      });
      await test.tenancy.setEnabled(contoso.tenant.id, true);
      expect((await authenticate(contoso.secret)).name).toBe('Contoso');
    });

    it('of a disabled tenant that is revoked as well is 401', async () => {
      await test.tenancy.setEnabled(contoso.tenant.id, false);
      await test.tenancy.revokeToken(contoso.tenant.id, contoso.token.id);
      await expect(authenticate(contoso.secret)).rejects.toMatchObject({ status: 401 });
    });

    it('of a deleted tenant is not known', async () => {
      await test.tenancy.deleteTenant(contoso.tenant.id);
      await expect(authenticate(contoso.secret)).rejects.toMatchObject(refused(/is not known here/u));
    });

    it('that was never issued is not known', async () => {
      const never = newSecretToken((count) => new Uint8Array(count).fill(7));
      await expect(authenticate(never)).rejects.toMatchObject(refused(/is not known here/u));
    });

    it.each([
      ['nothing', ''],
      ['a word', 'null'],
      ['the prefix', 'fwscim_'],
      ['a wrong checksum', `fwscim_${'a'.repeat(49)}`],
      ['SQL', "' OR 1=1 --"],
      ['a NUL', '\u0000'],
      ['a long text', 'x'.repeat(100_000)],
    ])('that is really %s is refused for its form, without a lookup', async (_what, text) => {
      const noLookUp = { ...test.storage.tenants, findByHash: () => Promise.reject(new Error('looked up')) };
      await expect(authenticationOn(noLookUp).authenticate(text)).rejects.toMatchObject(
        refused(/mistyped or cut off/u),
      );
    });

    it('stands in no error that it brings about', async () => {
      const mistyped = `${contoso.secret.slice(0, -1)}!`;
      const { secret: expired } = await issue('2026-06-02');
      await test.tenancy.revokeToken(contoso.tenant.id, contoso.token.id);
      test.clock.set('2026-06-03T00:00:00.000Z');
      for (const secret of [mistyped, contoso.secret, expired]) {
        const error = await authenticate(secret).catch((thrown: unknown) => thrown);
        expect(error).toBeInstanceOf(ScimError);
        expect(inspect(error, { depth: null, showHidden: true })).not.toContain('fwscim_');
      }
    });
  });

  describe('the last use of a token', () => {
    it('is noted to the minute', async () => {
      test.clock.set('2026-06-01T12:34:56.789Z');
      await authenticate(contoso.secret);
      expect((await firstToken())?.lastUsed).toBe('2026-06-01T12:34:00.000Z');
    });

    it('is written once a minute and token, however many requests there are', async () => {
      const other = await issue();
      const written: string[] = [];
      const counting = withMarkUsed((id, minute) => {
        written.push(`${id} ${minute}`);
        return Promise.resolve();
      });
      for (const time of ['12:00:00', '12:00:30', '12:00:59', '12:01:00']) {
        test.clock.set(`2026-06-01T${time}.000Z`);
        await counting.authenticate(contoso.secret);
        await counting.authenticate(other.secret);
      }
      const minutes = ['2026-06-01T12:00:00.000Z', '2026-06-01T12:01:00.000Z'];
      expect(written).toEqual(
        minutes.flatMap((minute) => [contoso, other].map(({ token }) => `${token.id} ${minute}`)),
      );
    });

    it('does not hold up the request, and is waited for at a clean stop', async () => {
      const { promise, release } = gate();
      const slow = withMarkUsed(() => promise);
      expect((await slow.authenticate(contoso.secret)).tenant.name).toBe('Contoso');
      let stopped = false;
      const stopping = slow.settled().then(() => {
        stopped = true;
      });
      await new Promise((resolve) => setImmediate(resolve));
      expect(stopped).toBe(false);
      release();
      await stopping;
    });

    it('is reported, and never thrown, when it cannot be written', async () => {
      const broken = withMarkUsed(() => Promise.reject(new Error('disk full')));
      expect((await broken.authenticate(contoso.secret)).tenant.name).toBe('Contoso');
      await broken.settled();
      expect(reported).toEqual([new Error('disk full')]);
    });

    it('is not noted for a request that is refused', async () => {
      await test.tenancy.setEnabled(contoso.tenant.id, false);
      await authenticate(contoso.secret).catch(() => undefined);
      expect((await firstToken())?.lastUsed).toBeUndefined();
    });
  });
});

function withMarkUsed(markUsed: TenantStore['markUsed']): TokenAuthentication {
  const store = test.storage.tenants;
  return authenticationOn({ ...store, findByHash: (hash) => store.findByHash(hash), markUsed });
}

function gate(): { promise: Promise<void>; release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release };
}
