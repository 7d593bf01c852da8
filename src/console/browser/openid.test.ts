import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { freePort } from '../../testing/free-port.js';
import { startTestEntra, type TestEntra } from '../openid/entra.fixture.js';
import { startChromium, violations, watch } from './chromium.fixture.js';

let entra: TestEntra;
let server: TestServer;
let browser: Browser;

/** Milliseconds for a walk on a machine that has much else to do. */
const timeout = 120_000;

describe.skipIf(process.env['SKIP_BROWSER'] === '1')('the sign-in with Entra in a browser', { timeout }, () => {
  beforeAll(async () => {
    const port = String(await freePort());
    entra = await startTestEntra();
    const PUBLIC_URL = `http://127.0.0.1:${port}`;
    server = await startTestServer(sqliteStorage, { ...entra.environment, PORT: port, PUBLIC_URL });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await entra.stop();
  });

  it.each([
    ['light, on a wide screen', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }],
    ['dark, at 390 pixels', { colorScheme: 'dark', viewport: { width: 390, height: 844 } }],
  ] as const)('leads in by the link and out by the button: %s', async (_what, options) => {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    // The browser goes to Entra and back, and nowhere else.
    const faults = watch(page, 'http://127.0.0.1:');
    const looks: unknown[] = [];
    const look = async (): Promise<void> => {
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      looks.push(...(await violations(page)), ...(wide === true ? [`${page.url()} is too wide`] : []));
    };
    await page.goto(`${server.url}/admin/health`);
    await look();
    await page.getByRole('link', { name: 'Sign in with Microsoft Entra' }).click();
    await page.getByRole('heading', { name: 'Health' }).waitFor();
    expect(page.url()).toBe(`${server.url}/admin/health`);
    expect(entra.asked).toContain('authorize');
    await page.getByText('Ada Lovelace (operator)').waitFor();
    const { id } = await server.createTenant();
    await page.goto(`${server.url}/admin/tenants/${id}/sync`);
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await look();
    await page.goto(`${server.url}/admin/tenants/${id}/sync/audit`);
    await page.getByText(`Ada Lovelace (${entra.tenantId}/`).first().waitFor();
    await look();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Microsoft Entra' }).waitFor();
    await page.goto(`${server.url}/admin`);
    expect(page.url()).toBe(`${server.url}/admin/sign-in?next=%2Fadmin`);
    expect([looks, faults]).toEqual([[], []]);
    await context.close();
  });

  it('works without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(`${server.url}/admin/health`);
    await page.getByRole('link', { name: 'Sign in with Microsoft Entra' }).click();
    await page.getByText('Ada Lovelace (operator)').waitFor();
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('link', { name: 'Sign in with Microsoft Entra' }).waitFor();
    await context.close();
  });

  it('says on a page that can be read by everybody that a person has no role', async () => {
    entra.claims = { ...entra.claims, roles: undefined };
    const page = await browser.newPage({ viewport: { width: 390, height: 844 } });
    await page.goto(`${server.url}/admin`);
    await page.getByRole('link', { name: 'Sign in with Microsoft Entra' }).click();
    await page.getByRole('alert').getByText('Entra knows you as Ada Lovelace, but you have no role here.').waitFor();
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect([await violations(page), wide]).toEqual([[], false]);
    await page.close();
  });
});
