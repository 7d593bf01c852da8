import { matchRoute } from '../match-route.js';
import type { Route } from '../visit.js';

/** Addresses of one route that a crawl looks at, at most. */
const MOST_OF_A_ROUTE = 4;

/**
 * Follows the links of the console from its first page and some others.
 * @param read reads a page as somebody who is signed in
 * @returns by the path of each route that is among them or that a link leads to, the first addresses found
 */
export async function pagesByRoute(
  read: (address: string) => Promise<string>,
  origin: string,
  routes: readonly Route[],
  starts: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  const found = new Map<string, string[]>();
  const known = new Set([...starts, `${origin}/admin`]);
  for (const address of known) {
    const { pathname } = new URL(address);
    const matched = matchRoute(routes, 'GET', pathname.replace(/^\/admin$/u, '/admin/').replace(/^\/admin/u, ''));
    if (matched === undefined) continue;
    // Some pages of a kind show where that kind leads.
    const { path, saved } = matched.route;
    const looked = found.get(path) ?? [];
    if (looked.length === MOST_OF_A_ROUTE) continue;
    found.set(path, [...looked, address]);
    const text = saved === true ? '' : await read(address);
    for (const [, link = ''] of text.matchAll(/ href="([^"#]+)/gu)) {
      const to = new URL(link.replaceAll('&amp;', '&'), address);
      if (to.origin === origin && to.pathname.startsWith('/admin')) known.add(to.href);
    }
  }
  return found;
}
