import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { openTestTenancy, type TestTenancy } from './tenancy.fixture.js';

const NOBODY = '0198c59f-0000-7000-8000-000000000000';
const UNKNOWN = { status: 404, message: `There is no tenant ${NOBODY}. List the tenants to find it.` };

let test: TestTenancy;
describe.each(storageKinds)('tenants on $name', (kind) => {
  beforeAll(async () => {
    test = await openTestTenancy(kind);
  });
  afterEach(() => test.reset());
  afterAll(() => test.close());

  describe('creating a tenant', () => {
    it('gives an enabled tenant with a first token and the Tenant URL', async () => {
      const { tenant, token, secret, tenantUrl } = await test.tenancy.createTenant(' Contoso ');
      expect(tenant).toEqual({
        id: expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-7[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u) as string,
        name: 'Contoso',
        enabled: true,
        settings: { groupReplaceAdds: false, unknownAttributes: 'ignore', rateLimit: 'default' },
        schemas: { revision: 0, all: [] },
        created: '2026-06-01T12:00:00.000Z',
        lastModified: '2026-06-01T12:00:00.000Z',
      });
      expect(token).toMatchObject({ tenantId: tenant.id, label: 'first', expiresAt: undefined, revokedAt: undefined });
      expect(secret).toMatch(/^fwscim_[\dA-Za-z]{49}$/u);
      expect(tenantUrl).toBe('https://scim.example.com/scim');
      expect(await test.tenancy.getTenant(tenant.id)).toEqual(tenant);
    });

    it('refuses a name that another tenant has, by the database and not by a lookup before it', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 10 }, () => test.tenancy.createTenant('Contoso')));
      const refused = outcomes
        .filter((outcome) => outcome.status === 'rejected')
        .map(({ reason }) => reason as unknown);
      expect(refused).toHaveLength(9);
      for (const error of refused) expect(error).toMatchObject({ status: 409, scimType: 'uniqueness' });
      expect((await test.tenancy.listTenants({ limit: 10 })).tenants).toHaveLength(1);
    });
  });

  describe('listing tenants', () => {
    it('goes page by page in the order of creation', async () => {
      for (const name of ['C', 'A', 'B']) await test.tenancy.createTenant(name);
      const first = await test.tenancy.listTenants({ limit: 2 });
      const second = await test.tenancy.listTenants({ after: first.next, limit: 2 });
      expect(first.tenants.map(({ name }) => name)).toEqual(['C', 'A']);
      expect(second.tenants.map(({ name }) => name)).toEqual(['B']);
      expect(second.next).toBeUndefined();
    });

    it('ends with a page that is exactly full', async () => {
      for (const name of ['A', 'B']) await test.tenancy.createTenant(name);
      expect((await test.tenancy.listTenants({ limit: 2 })).next).toBeUndefined();
    });

    it('refuses a cursor that was not given out', async () => {
      const listing = test.tenancy.listTenants({ after: "' OR 1=1", limit: 2 });
      await expect(listing).rejects.toMatchObject({ status: 400, scimType: 'invalidValue' });
    });
  });

  describe('finding a tenant', () => {
    it('takes an id, or else a name', async () => {
      const { tenant } = await test.tenancy.createTenant('Contoso');
      expect(await test.tenancy.findTenant(tenant.id)).toEqual(tenant);
      expect(await test.tenancy.findTenant('Contoso')).toEqual(tenant);
      expect(await test.tenancy.findTenant('CONTOSO')).toEqual(tenant);
      await expect(test.tenancy.findTenant('contos')).rejects.toMatchObject({ status: 404 });
    });

    it.each([
      ['a NUL', '\u0000'],
      ['a name of JavaScript', '__proto__'],
      ['a secret token', 'fwscim_pasted-by-mistake'],
      ['a long text', 'x'.repeat(10_000)],
    ])('answers %s in place of an id with 404 and does not repeat it', async (_what, id) => {
      await expect(test.tenancy.getTenant(id)).rejects.toMatchObject({
        status: 404,
        message: 'There is no tenant with that id. List the tenants to find it.',
      });
    });
  });

  describe('changing a tenant', () => {
    it('changes what is named, leaves the rest, and notes when', async () => {
      const { tenant } = await test.tenancy.createTenant('Contoso');
      test.clock.set('2026-06-02T00:00:00.000Z');
      await test.tenancy.setEnabled(tenant.id, false);
      await test.tenancy.setSetting(tenant.id, 'external-reference', ' C-10023 ');
      expect((await test.tenancy.getTenant(tenant.id)).settings.externalReference).toBe('C-10023');
      await expect(test.tenancy.setSetting(tenant.id, 'external-reference', 'a\nb')).rejects.toThrow(
        'control characters',
      );
      await test.tenancy.setSetting(tenant.id, 'external-reference', '');
      expect((await test.tenancy.getTenant(tenant.id)).settings).not.toHaveProperty('externalReference');
      await test.tenancy.setSetting(tenant.id, 'group-replace-adds', 'true');
      const changed = await test.tenancy.changeTenant(tenant.id, { name: 'Fabrikam' });
      expect(changed).toEqual({
        ...tenant,
        name: 'Fabrikam',
        enabled: false,
        settings: { groupReplaceAdds: true, unknownAttributes: 'ignore', rateLimit: 'default' },
        lastModified: '2026-06-02T00:00:00.000Z',
      });
      expect(await test.tenancy.getTenant(tenant.id)).toEqual(changed);
    });

    it('changes nothing when one of its parts is refused', async () => {
      await test.tenancy.createTenant('Fabrikam');
      const { tenant } = await test.tenancy.createTenant('Contoso');
      const change = test.tenancy.changeTenant(tenant.id, { enabled: false, name: 'Fabrikam' });
      await expect(change).rejects.toMatchObject({ status: 409, scimType: 'uniqueness' });
      expect(await test.tenancy.getTenant(tenant.id)).toEqual(tenant);
    });

    it('that changes nothing writes nothing', async () => {
      const { tenant } = await test.tenancy.createTenant('Contoso');
      test.clock.set('2026-06-02T00:00:00.000Z');
      expect(await test.tenancy.changeTenant(tenant.id, { name: ' Contoso', enabled: true, settings: {} })).toEqual(
        tenant,
      );
      expect(await test.tenancy.getTenant(tenant.id)).toEqual(tenant);
    });
  });

  describe('deleting a tenant', () => {
    it('erases it, and frees its name', async () => {
      const { tenant } = await test.tenancy.createTenant('Contoso');
      await test.tenancy.deleteTenant(tenant.id);
      await expect(test.tenancy.getTenant(tenant.id)).rejects.toMatchObject({ status: 404 });
      await expect(test.tenancy.createTenant('Contoso')).resolves.toBeDefined();
    });
  });

  describe('a tenant that does not exist', () => {
    it.each([
      ['getTenant', () => test.tenancy.getTenant(NOBODY)],
      ['setEnabled', () => test.tenancy.setEnabled(NOBODY, true)],
      ['setSetting', () => test.tenancy.setSetting(NOBODY, 'group-replace-adds', 'true')],
      ['deleteTenant', () => test.tenancy.deleteTenant(NOBODY)],
      ['issueToken', () => test.tenancy.issueToken(NOBODY, {})],
      ['listTokens', () => test.tenancy.listTokens(NOBODY)],
      ['revokeToken', () => test.tenancy.revokeToken(NOBODY, NOBODY)],
      ['rotateToken', () => test.tenancy.rotateToken(NOBODY, 'make start')],
    ])('is 404 for %s', async (_name, use) => {
      await expect(use()).rejects.toMatchObject(UNKNOWN);
    });
  });
});
