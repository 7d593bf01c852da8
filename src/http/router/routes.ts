import type { Operation } from 'openapi-backend';
import { notFound, ScimError } from '../../protocol/scim-error.js';
import type { RequestTarget } from './request-target.js';

/** A route, and the parameters in the path of a request to it, decoded. */
export interface Found<Route> {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

/**
 * Finds the route that a request asks for, by its method in upper case.
 * @throws ScimError 404, or 405 that names the methods
 */
export type FindRoute<Route> = (method: string, target: Pick<RequestTarget, 'path' | 'segments'>) => Found<Route>;

/** A path of the document and its routes by method, in upper case. */
interface Template<Route> {
  readonly segments: readonly { readonly text: string; readonly isParameter: boolean }[];
  readonly methods: Map<string, Route>;
}

const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

/**
 * Prepares the routes of a document. HEAD is GET without the body (RFC 9110 §9.3.2). A literal path, such as
 * `/Users/.search`, is not an id for any method; of several paths with parameters that fit, the one with more literal text
 * comes first.
 * @param prepare makes the route of an operation; called once for each
 * @throws Error if a parameter is only a part of a segment
 */
export function routesOf<Route>(
  operations: readonly Operation[],
  prepare: (operation: Operation) => Route,
): FindRoute<Route> {
  const byPath = new Map<string, Template<Route>>();
  for (const operation of operations) {
    const template = byPath.get(operation.path) ?? templateOf<Route>(operation.path);
    template.methods.set(operation.method.toUpperCase(), prepare(operation));
    byPath.set(operation.path, template);
  }
  const withParameters = [...byPath]
    .filter(([path]) => path.includes('{'))
    .sort(([a], [b]) => literalLength(b) - literalLength(a))
    .map(([, template]) => template);
  return (method, { path, segments }) => {
    const literal = byPath.get(path);
    const fitting = literal ? [literal] : withParameters.filter((template) => fits(template, segments));
    for (const template of fitting) {
      const route = template.methods.get(method === 'HEAD' ? 'GET' : method);
      if (route !== undefined) return { route, path: literal ? {} : parametersIn(template, segments) };
    }
    throw noRoute(method, fitting);
  };
}

const PARAMETER = /^\{[^{}]+\}$/u;

function templateOf<Route>(path: string): Template<Route> {
  const segments = path.split('/').slice(1);
  const broken = segments.find((segment) => /[{}]/u.test(segment) && !PARAMETER.test(segment));
  if (broken !== undefined) throw new Error(`${path}: a parameter has to be a whole segment, which ${broken} is not`);
  return {
    segments: segments.map((segment) =>
      PARAMETER.test(segment)
        ? { text: segment.slice(1, -1), isParameter: true }
        : { text: segment, isParameter: false },
    ),
    methods: new Map(),
  };
}

const literalLength = (path: string): number => path.replaceAll(/\{[^{}]+\}/gu, '').length;

function fits<Route>({ segments: parts }: Template<Route>, segments: readonly string[]): boolean {
  return (
    parts.length === segments.length &&
    parts.every(({ text, isParameter }, index) => isParameter || text === segments[index])
  );
}

function parametersIn<Route>(
  { segments: parts }: Template<Route>,
  segments: readonly string[],
): Record<string, string> {
  const path: Record<string, string> = {};
  for (const [index, { text, isParameter }] of parts.entries()) if (isParameter) path[text] = segments[index] ?? '';
  return path;
}

function noRoute<Route>(method: string, fitting: readonly Template<Route>[]): ScimError {
  const allowed = METHODS.filter((name) => fitting.some(({ methods }) => methods.has(name === 'HEAD' ? 'GET' : name)));
  if (allowed.length === 0) return notFound('There is nothing at this address; /docs lists the addresses that exist.');
  return new ScimError(405, `${method.slice(0, 20)} does not work here; use ${allowed.join(', ')}.`, {
    headers: { Allow: allowed.join(', ') },
  });
}
