import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Page } from 'playwright-core';
import { startServer, type RunningServer } from '../../compose.js';
import { readConfig } from '../../config.js';
import { startChromium } from '../../console/browser/chromium.fixture.js';
import type { JsonObject } from '../../protocol/json.js';
import { ROOT } from '../structure/import-graph.js';
import { changeDemo, provisionDemo, type Send } from './demo-company.js';

// `make figures`: draws the pages that README and docs show, from a server with an invented company.

const ADMIN_TOKEN = 'figures'.repeat(6);
const SIZE = { width: 1100, height: 760 };

const sending =
  ({ url }: RunningServer, token: string): Send =>
  async (method, path, body) => {
    const headers = { Authorization: `Bearer ${token}`, 'Content-Type': 'application/scim+json' };
    const answer = await fetch(`${url}/scim${path}`, {
      ...{ method, headers },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return (await answer.json()) as JsonObject;
  };

const shoot = async (page: Page, name: string): Promise<void> => {
  await page.evaluate('window.scrollTo(0, 0)');
  await page.screenshot({ path: join(ROOT, 'docs/figures', `${name}.png`) });
};

async function signIn(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/admin`);
  await page.getByLabel('Your name').fill('Ada');
  await page.getByLabel('Admin token').fill(ADMIN_TOKEN);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

async function plan(page: Page, company: string): Promise<void> {
  await page.goto(`${company}/sync`);
  await page.getByRole('button', { name: 'Make a plan' }).click();
  await page.getByRole('button', { name: 'Apply exactly this plan' }).waitFor();
}

async function draw(page: Page, server: RunningServer): Promise<void> {
  const { tenant, secret } = await server.tenancy.createTenant('Contoso');
  await server.tenancy.createTenant('Fabrikam');
  const send = sending(server, secret);
  const company = `${server.url}/admin/tenants/${tenant.id}`;
  const ids = await provisionDemo(send, 40);
  await signIn(page, server.url);
  await plan(page, company);
  await page.getByRole('button', { name: 'Apply exactly this plan' }).click();
  await page.locator('#run').getByText('finished').waitFor();
  await changeDemo(send, ids);
  await plan(page, company);
  await shoot(page, 'plan');
  await page.goto(`${server.url}/admin`);
  await shoot(page, 'companies');
  await page.goto(`${company}/people/${ids[1] ?? ''}`);
  await shoot(page, 'person');
  // The log is written a moment after the answers.
  await page.goto(`${company}/activity`);
  await page.locator('.state.bad').first().waitFor();
  await shoot(page, 'activity');
  await page.setViewportSize({ width: SIZE.width, height: 640 });
  await page.goto(`${server.url}/docs/reference/scim/createUser`);
  await shoot(page, 'docs');
}

const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-figures-'));
const config = readConfig({
  ...{ PORT: '0', DATABASE_URL: `sqlite:${join(folder, 'figures.sqlite')}`, SYNC_EXPORT_DIR: join(folder, 'export') },
  ...{ ADMIN_TOKEN, PUBLIC_URL: 'http://127.0.0.1', RATE_LIMIT: 'off' },
});
const server = await startServer(config, pino({ level: 'silent' }));
const browser = await startChromium();
try {
  const context = await browser.newContext({
    viewport: SIZE,
    colorScheme: 'light',
    timezoneId: 'UTC',
    locale: 'en-US',
  });
  await draw(await context.newPage(), server);
} finally {
  await browser.close();
  await server.stop();
  await rm(folder, { recursive: true, force: true });
}
