import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { openTestTenancy, type TestTenancy } from './tenancy.fixture.js';

const DAY_LATER = '2026-06-02T12:00:00.000Z';
const MOMENT_BEFORE = '2026-06-02T11:59:59.999Z';

let test: TestTenancy;
describe.each(storageKinds)('setup links on $name', (kind) => {
  beforeAll(async () => {
    test = await openTestTenancy(kind);
  });
  afterEach(() => test.reset());
  afterAll(() => test.close());

  /** The secret of a link that lasts for a day, and the cookie that it is exchanged for. */
  async function opened(): Promise<{ readonly tenantId: string; readonly secret: string; readonly cookie: string }> {
    const { tenant } = await test.tenancy.createTenant('Contoso');
    const { url } = await test.tenancy.setupLinks.make(tenant.id, 1);
    const secret = url.slice(url.lastIndexOf('/') + 1);
    const cookie = await test.tenancy.setupLinks.enter(secret);
    return { tenantId: tenant.id, secret, cookie: cookie ?? expect.fail('the link leads nowhere') };
  }

  it('end with their time, for who opens them and for who has opened them, until they are renewed', async () => {
    const { tenantId, secret, cookie } = await opened();
    const { setupLinks } = test.tenancy;
    const outcomes = async () => [await setupLinks.enter(secret), (await setupLinks.visit(cookie))?.tenant.id];
    test.clock.set(MOMENT_BEFORE);
    expect(await outcomes()).toEqual([cookie, tenantId]);
    test.clock.set(DAY_LATER);
    expect(await outcomes()).toEqual([undefined, undefined]);
    await setupLinks.renew(tenantId, 1);
    expect(await outcomes()).toEqual([cookie, tenantId]);
  });

  it('are stored as hashes: neither the address nor the cookie is in the database', async () => {
    const { tenantId, secret, cookie } = await opened();
    const stored = JSON.stringify(await test.storage.setupLinks.find(tenantId));
    expect(stored).toContain(tenantId);
    expect([stored.includes(secret), stored.includes(cookie)]).toEqual([false, false]);
  });
});
