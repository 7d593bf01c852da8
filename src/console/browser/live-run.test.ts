import { createServer, request as send, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { startReceiver, UNANSWERED, type Receiver } from '../../sync/testing/receiver.fixture.js';
import { startChromium, watch } from './chromium.fixture.js';

const timeout = 120_000;

describe.skipIf(process.env['SKIP_BROWSER'] === '1')('the page of a run in a browser', { timeout }, () => {
  let browser: Browser;
  let receiver: Receiver;
  let server: TestServer;

  beforeAll(async () => {
    browser = await startChromium();
  });
  afterAll(() => browser.close());
  beforeEach(async () => {
    receiver = await startReceiver();
    server = await startTestServer(sqliteStorage, { ...receiver.environment, PUBLIC_URL: 'http://127.0.0.1' });
    return async () => {
      receiver.answerAll();
      await server.stop();
      await receiver.close();
    };
  });

  /** Opens the page of a run whose backend does not answer yet. @returns the page, and how often its part was loaded */
  async function openRun(origin: string): Promise<{ page: Page; loads: () => number }> {
    const tenant = await server.createTenant('Contoso');
    const schemas = ['urn:ietf:params:scim:schemas:core:2.0:User'];
    await tenant.send('POST', '/Users', { schemas, userName: `${UNANSWERED}ann` });
    const page = await browser.newPage();
    await page.goto(`${origin}/admin/tenants/${tenant.id}/sync`);
    await page.getByLabel('Your name').fill('Ada');
    await page.getByLabel('Admin token').fill(server.adminToken);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Make a plan' }).click();
    await page.getByRole('button', { name: 'Apply exactly this plan' }).click();
    await page.locator('#run').waitFor();
    // What a reload of the page would lose.
    await page.evaluate('globalThis.isStillHere = true');
    let loads = 0;
    page.on('request', (request) => {
      if (request.method() === 'GET' && request.url() === page.url()) loads += 1;
    });
    return { page, loads: () => loads };
  }

  async function expectToFinish(page: Page): Promise<void> {
    receiver.answerAll();
    await page.getByText('1 line applied, 0 skipped, 0 failed, 0 left.').waitFor();
    await page.getByRole('button', { name: 'Undo' }).waitFor();
    expect(await page.locator('#said').textContent()).toBe('The run is finished.');
    expect(await page.evaluate('globalThis.isStillHere')).toBe(true);
  }

  it('shows by events how far the run is, and reads it aloud seldom', async () => {
    const { page, loads } = await openRun(server.url);
    const faults = watch(page, server.url);
    await expect.poll(() => page.locator('#said').textContent()).toBe('The run is running: 0 % done.');
    await expectToFinish(page);
    // Once, when the run had ended.
    expect([loads(), faults]).toEqual([1, []]);
    await page.close();
  });

  it('asks again and again where a proxy keeps the events to itself', async () => {
    const proxy = await startProxy(server.url);
    const { page, loads } = await openRun(proxy.url);
    await expect.poll(loads, { timeout: 30_000 }).toBeGreaterThan(1);
    await expectToFinish(page);
    const after = loads();
    await page.waitForTimeout(2_500);
    expect(loads()).toBe(after);
    await page.close();
    await proxy.stop();
  });
});

/** A proxy that never passes on an answer of events. */
async function startProxy(target: string): Promise<{ url: string; stop: () => Promise<void> }> {
  const { hostname, port } = new URL(target);
  const proxy: Server = createServer((incoming, outgoing) => {
    const { method, url: path, headers } = incoming;
    const asked = send({ hostname, port, method, path, headers }, (answer) => {
      if (answer.headers['content-type']?.startsWith('text/event-stream') === true) {
        answer.resume();
        return;
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    asked.on('error', () => outgoing.destroy());
    outgoing.on('close', () => asked.destroy());
    incoming.pipe(asked);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  return {
    url: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    stop: async () => {
      proxy.closeAllConnections();
      proxy.close();
      await once(proxy, 'close');
    },
  };
}
