import type { Page } from 'playwright-core';
import { matchRoute } from '../match-route.js';
import type { Route } from '../visit.js';

/** Addresses that a crawl looks at, at most. */
const MOST_LOOKED_AT = 300;

/** And of one route. */
const MOST_OF_A_ROUTE = 4;

/**
 * Follows the links of the console from its first page and some others, as the person whose session the page has.
 * @returns by the path of each route that is among them or that a link leads to, the first address found
 */
export async function pagesByRoute(
  page: Page,
  origin: string,
  routes: readonly Route[],
  starts: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const looks = new Map<string, number>();
  const known = new Set([...starts, `${origin}/admin`]);
  for (const address of known) {
    if (known.size > MOST_LOOKED_AT) throw new Error(`The links of the console lead to over ${MOST_LOOKED_AT} pages.`);
    const { pathname } = new URL(address);
    const matched = matchRoute(routes, 'GET', pathname.replace(/^\/admin$/u, '/admin/').replace(/^\/admin/u, ''));
    if (matched === undefined) continue;
    // Some pages of a kind show where that kind leads.
    const { path } = matched.route;
    const looked = looks.get(path) ?? 0;
    if (looked === MOST_OF_A_ROUTE) continue;
    looks.set(path, looked + 1);
    if (looked === 0) found.set(path, address);
    const text = await (await page.request.get(address)).text();
    for (const [, link = ''] of text.matchAll(/ href="([^"#]+)/gu)) {
      const to = new URL(link.replaceAll('&amp;', '&'), address);
      if (to.origin === origin && to.pathname.startsWith('/admin')) known.add(to.href);
    }
  }
  return found;
}
