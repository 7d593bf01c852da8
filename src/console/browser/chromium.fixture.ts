import { existsSync } from 'node:fs';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** Where systems have the browser. */
const SYSTEM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

/**
 * Starts Chromium without a window: the system's, else the one that an npm package carries for Linux on x64.
 * @throws Error that says how to get one where neither starts
 */
export async function startChromium(): Promise<Browser> {
  try {
    const system = SYSTEM.find((path) => existsSync(path));
    const executablePath = system ?? (await (await import('@sparticuz/chromium')).default.executablePath());
    return await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  } catch (error) {
    const advice = 'The browser tests need Chromium: apt-get install chromium, or leave them out with SKIP_BROWSER=1.';
    throw new Error(advice, { cause: error });
  }
}

/** What a page must never do: noted while it is used. */
export function watch(page: Page, origin: string): readonly string[] {
  const faults: string[] = [];
  page.on('console', (message) => {
    if (message.type() === 'error') faults.push(`console: ${message.text()}`);
  });
  page.on('pageerror', (error) => faults.push(`script: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith(origin)) faults.push(`request: ${request.url()}`);
  });
  return faults;
}

/** What axe-core finds wrong with a page, as `rule: element`. @param rules those to look at; all unless given */
export async function violations(page: Page, rules?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(axe.source);
  return page.evaluate(async (runOnly) => {
    const { axe: inPage } = globalThis as unknown as {
      axe: {
        run: (
          options: object,
        ) => Promise<{ violations: readonly { id: string; nodes: readonly { html: string }[] }[] }>;
      };
    };
    const found = await inPage.run(runOnly === undefined ? {} : { runOnly });
    return found.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
  }, rules);
}
