declare const checked: unique symbol;

/** An address of the console, made by `pathTo`: text from outside is in it as one segment or one parameter, encoded. */
export type ConsolePath = string & { readonly [checked]: true };

/**
 * The address of a page: `pathTo(['tenants', id], { q })` is `/admin/tenants/ID?q=…`. What is undefined or empty is left out
 * of the query.
 */
export function pathTo(
  segments: readonly string[],
  query: Readonly<Record<string, string | number | undefined>> = {},
): ConsolePath {
  const path = ['/admin', ...segments.map((segment) => encodeURIComponent(segment))].join('/');
  const given = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  );
  const search = new URLSearchParams(given).toString();
  return (search === '' ? path : `${path}?${search}`) as ConsolePath;
}

/** The address of the page of who has arrived, for whoever has a secret token. */
export const checkPath = (query: Readonly<Record<string, string | undefined>> = {}): ConsolePath =>
  pathTo([], query).replace('/admin', '/check') as ConsolePath;

/** An address of the setup page. */
export const setupPath = (...segments: readonly string[]): ConsolePath =>
  pathTo(segments).replace('/admin', '/setup') as ConsolePath;

/** An address that a form sent back, such as the page to return to after signing in; the list of companies for any other text. */
export function returnPath(text: string | null): ConsolePath {
  const own = text !== null && /^\/admin(?:[/?][\w\-./~%?&=+:]*)?$/u.test(text) && !text.includes('//');
  return (own ? text : '/admin') as ConsolePath;
}
