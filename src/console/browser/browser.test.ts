import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../storage/sql/open-storage.js';
import { selectRows } from '../../storage/sql/connections/database.js';
import { sendTo, startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { writeDocs } from '../../testing/docs/write.js';
import { ROUTES } from '../console.js';
import { startChromium, violations, watch } from './chromium.fixture.js';
import { asOperator, provision, provisionGroup } from './company.fixture.js';
import { pagesByRoute } from './crawl.fixture.js';

const PEOPLE = ['ada', 'ben', 'cem', 'dea'];

let server: TestServer;
let browser: Browser;
let folder: string;

/** One page of each kind that the docs have. */
const DOCS = [
  '',
  '/entra',
  '/operating',
  '/conformance',
  '/reference/scim',
  '/reference/scim/patchUser',
  '/search?q=token',
];

/** Addresses of the walk that are looked at again, and the cookies of who went there. */
let visited: readonly string[] = [];
let cookies: Awaited<ReturnType<ReturnType<Browser['contexts']>[number]['cookies']>> = [];

/** Signs in, creates a company, and returns its Secret Token. */
async function createCompany(page: Page): Promise<string> {
  await page.goto(`${server.url}/admin`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Admin token').fill(server.adminToken);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('link', { name: 'Create a company' }).click();
  await page.getByLabel('Name').fill('Contoso');
  await page.getByRole('button', { name: 'Create' }).click();
  const token = await page.locator('code', { hasText: 'fwscim_' }).innerText();
  await page.getByRole('link', { name: 'Go to Contoso' }).click();
  return token;
}

const readBy =
  (page: Page) =>
  async (address: string): Promise<string> =>
    (await page.request.get(address)).text();

async function waitForRun(page: Page, words: string): Promise<void> {
  await page.locator('#run').getByText(words).waitFor();
}

/** Has the latest calls come so many minutes earlier than they did, for pages that wait for silence. */
async function backdateActivity(minutes: number): Promise<void> {
  await server.running.flushActivity();
  const database = await openDatabase({ databaseUrl: server.databaseUrl, queryTimeoutMs: 5_000 });
  const at = new Date(Date.now() - minutes * 60_000).toISOString();
  await database.unit((session) => selectRows(session, 'update activity set at = ?', [at]));
  await database.close(false);
}

/** Milliseconds for a walk through the pages on a machine that has much else to do. */
const timeout = 240_000;

describe.skipIf(process.env['SKIP_BROWSER'] === '1')('the console in a browser', { timeout }, () => {
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-export-'));
    server = await startTestServer(sqliteStorage, { PUBLIC_URL: 'http://127.0.0.1', SYNC_EXPORT_DIR: folder });
    browser = await startChromium();
  });
  afterAll(async () => {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  });

  it('leads from signing in to a run, its undo, and the end of the token', async () => {
    const page = await browser.newPage();
    const faults = watch(page, server.url);
    const seen: string[] = [`${server.url}/admin/sign-in`];
    const token = await createCompany(page);
    await provision(server, PEOPLE, token);
    seen.push(page.url());

    await page.getByRole('link', { name: 'People' }).click();
    await page.getByLabel('userName or displayName').pressSequentially('be');
    await page.getByText('1 person whose userName begins with “be”').waitFor();
    expect(page.url()).toContain('q=be');
    seen.push(page.url());
    await page.getByRole('link', { name: 'ben@contoso.example' }).click();
    await page.getByRole('heading', { name: 'ben <script>' }).waitFor();
    seen.push(page.url());

    await page.getByRole('link', { name: 'Sync' }).click();
    seen.push(page.url());
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await page.getByRole('link', { name: 'Hold line 1' }).click();
    seen.push(page.url());
    await page.getByLabel('Why').fill('on leave');
    await page.getByRole('button', { name: 'Hold' }).click();
    await page.getByText('4 lines.').waitFor();
    seen.push(page.url());
    await page.getByRole('button', { name: 'Apply exactly this plan' }).click();
    await waitForRun(page, 'finished');
    await page.getByText('3 lines applied, 1 skipped').waitFor();
    seen.push(page.url());
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByText('3 need your eyes').waitFor();
    await page.getByRole('textbox').fill('3');
    await page.getByRole('button', { name: 'Apply exactly this plan' }).click();
    await waitForRun(page, 'finished');

    await provisionGroup(server, token);

    await page.getByRole('link', { name: 'Connection' }).click();
    seen.push(page.url());
    await page.getByRole('link', { name: 'Revoke first' }).click();
    seen.push(page.url());
    await page.getByRole('button', { name: 'Revoke the token' }).click();
    await page.getByText('revoked').first().waitFor();
    expect((await sendTo(server.url, { path: '/scim/Users', token })).status).toBe(401);
    expect(faults).toEqual([]);

    const company = new URL(seen[1] ?? '').pathname;
    await asOperator(server, '/admin/api/admin-tokens', { label: 'Cem', role: 'viewer' });
    await asOperator(server, `${company.replace('/admin/', '/admin/api/')}/oauth-clients`, { label: 'Entra' });
    await server.running.flushActivity();
    const nobody = `${server.url}${company}/people?q=nobody`;
    const linked = await pagesByRoute(readBy(page), server.url, ROUTES, [nobody, ...seen]);
    const shown = ROUTES.filter(({ method, live }) => method === 'GET' && live !== true);
    expect(shown.filter(({ path }) => !linked.has(path))).toEqual([]);
    const pages = shown.flatMap(({ path, saved }) => (saved === true ? [] : (linked.get(path)?.slice(0, 1) ?? [])));
    visited = [...new Set([...seen, ...pages, ...DOCS.map((path) => `${server.url}/docs${path}`)])];
    cookies = await page.context().cookies();
    await page.close();
  });

  // The rules that depend on colors and on the layout are looked at again in the other scheme and width.
  it.each([
    ['light, on a wide screen', { colorScheme: 'light', viewport: { width: 1280, height: 900 } }, undefined],
    [
      'dark, at 390 pixels',
      { colorScheme: 'dark', viewport: { width: 390, height: 844 } },
      ['color-contrast', 'target-size', 'scrollable-region-focusable', 'aria-hidden-focus'],
    ],
  ] as const)('passes axe-core and stays within its width: %s', async (_what, options, rules) => {
    const context = await browser.newContext(options);
    await context.addCookies(cookies);
    const page = await context.newPage();
    const faults = watch(page, server.url);
    const wrong: string[] = [];
    for (const address of visited) {
      await page.goto(address);
      const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
      wrong.push(
        ...(await violations(page, rules)).map((one) => `${address} ${one}`),
        ...(wide === true ? [`${address} is too wide`] : []),
      );
    }
    expect(visited.length).toBeGreaterThan(10);
    expect([...wrong, ...faults]).toEqual([]);
    await context.close();
  });

  it('works without script', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const faults = watch(page, server.url);
    await page.goto(`${server.url}/admin`);
    await page.getByLabel('Your name').fill('Ben');
    await page.getByLabel('Admin token').fill(server.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('link', { name: 'Contoso' }).click();
    await page.getByRole('link', { name: 'People' }).click();
    await page.getByLabel('userName or displayName').fill('ce');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByText('1 person whose userName begins with “ce”').waitFor();
    await page.getByRole('link', { name: 'Sync' }).click();
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await page.getByRole('button', { name: 'Discard it' }).click();
    await page.getByText('discarded').waitFor();
    expect(faults).toEqual([]);
    await context.close();
  });

  it('searches the docs without script, and tries an operation with Swagger UI', async () => {
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    const faults = watch(page, server.url);
    await page.goto(`${server.url}/docs`);
    await page.getByLabel('Search').fill('create a user');
    await page.getByRole('button', { name: 'Search' }).click();
    await page.getByRole('link', { name: 'Create a user (POST /Users)' }).click();
    const address = await page.getByRole('link', { name: 'Try it' }).getAttribute('href');
    await context.close();
    const trying = await browser.newPage();
    await trying.goto(server.url + (address ?? ''));
    await trying.getByRole('button', { name: 'Try it out' }).waitFor();
    expect(faults).toEqual([]);
    await trying.close();
  });

  it('searches the docs in a folder of files', async () => {
    const site = join(folder, 'site');
    await writeDocs(site);
    const page = await browser.newPage();
    const faults = watch(page, 'file://');
    await page.goto(`file://${site}/reference/scim/createUser.html`);
    await page.getByLabel('Search').fill('quarantine');
    await page.getByRole('button', { name: 'Search' }).click();
    await page
      .getByRole('link', { name: /^Connecting Microsoft Entra ID › / })
      .first()
      .click();
    await page.getByRole('heading', { name: 'Connecting Microsoft Entra ID' }).waitFor();
    expect(faults).toEqual([]);
    await page.close();
  });

  it('leads from an empty company to nine ticks by its setup link', async () => {
    const { id } = await server.createTenant('Northwind');
    const { url } = await server.running.tenancy.setupLinks.make(id);
    const page = await browser.newPage();
    const faults = watch(page, server.url);
    await page.goto(server.url + new URL(url).pathname);
    expect(page.url()).toBe(`${server.url}/setup`);
    const wrong = [...(await violations(page))];
    await page.getByRole('button', { name: 'Step 1 is done' }).click();
    await page.getByRole('button', { name: 'Show the secret token' }).click();
    const token = await page.locator('code', { hasText: 'fwscim_' }).innerText();
    wrong.push(...(await violations(page)));
    await page.getByRole('link', { name: 'Continue with the steps' }).click();
    const filter = encodeURIComponent('userName eq "cd5b2ed6-5e5a-4ae4-9d4e-ec9e2ba1e7c7"');
    await sendTo(server.url, { path: `/scim/Users?filter=${filter}`, token });
    await server.running.flushActivity();
    // The page looks by itself what has arrived.
    await page.getByText('3 of 9 steps are done').waitFor();
    for (const step of [4, 5, 7]) await page.getByRole('button', { name: `Step ${step} is done` }).click();
    await provision(server, PEOPLE, token);
    await backdateActivity(12);
    await page.getByRole('link', { name: 'Look again' }).click();
    await page.getByText('9 of 9 steps are done').waitFor();
    await page.getByText('4 people, 0 groups, quiet for 12 min').waitFor();
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    wrong.push(...(await violations(page)));
    const wide = await page.evaluate('document.documentElement.scrollWidth > innerWidth');
    expect([wrong, wide, faults]).toEqual([[], false, []]);
    await page.close();
  });

  it('leads through the setup page without script', async () => {
    const { id } = await server.createTenant('Tailspin');
    const { url } = await server.running.tenancy.setupLinks.make(id);
    const context = await browser.newContext({ javaScriptEnabled: false });
    const page = await context.newPage();
    await page.goto(server.url + new URL(url).pathname);
    await page.getByRole('button', { name: 'Step 4 is done' }).click();
    await page.getByText('1 of 9 steps are done').waitFor();
    await page.getByRole('button', { name: 'Show the secret token' }).click();
    await page.locator('code', { hasText: 'fwscim_' }).waitFor();
    await context.close();
  });

  it('shows a browser with a token who has arrived, and forgets the token', async () => {
    const { token } = await server.createTenant('Fabrikam');
    const page = await browser.newPage();
    const faults = watch(page, server.url);
    await page.goto(`${server.url}/scim/Users?access_token=${token}`);
    expect(page.url()).toBe(`${server.url}/check`);
    await page.getByRole('heading', { name: 'Fabrikam' }).waitFor();
    await page.getByText('0 people arrived.').waitFor();
    expect([await violations(page), faults]).toEqual([[], []]);
    await page.close();
  });
});
