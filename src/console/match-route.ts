import type { Route } from './visit.js';

/** The route of an address, and the parts of it by their names. */
export interface Matched {
  readonly route: Route;
  readonly params: ReadonlyMap<string, string>;
}

/** Finds the route; undefined where there is no page. A segment that is not percent-encoded as it should be matches nothing. */
export function matchRoute(routes: readonly Route[], method: string, path: string): Matched | undefined {
  const segments = segmentsOf(path);
  if (segments === undefined) return undefined;
  for (const route of routes) {
    const params = route.method === method ? paramsOf(route.path, segments) : undefined;
    if (params !== undefined) return { route, params };
  }
  return undefined;
}

function segmentsOf(path: string): readonly string[] | undefined {
  try {
    return path.split('/').slice(1).map(decodeURIComponent);
  } catch {
    return undefined;
  }
}

function paramsOf(pattern: string, segments: readonly string[]): ReadonlyMap<string, string> | undefined {
  const names = pattern.split('/').slice(1);
  if (names.length !== segments.length) return undefined;
  const fits = names.every((name, index) => name.startsWith(':') || name === segments[index]);
  if (!fits) return undefined;
  return new Map(
    names.flatMap((name, index) => (name.startsWith(':') ? [[name.slice(1), segments[index] ?? '']] : [])),
  );
}
