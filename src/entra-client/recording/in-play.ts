import { atPointer, type Json } from '../json.js';
import type { Exchange, Expectation } from './exchange.js';
import type { Variables } from './variables.js';

/** A request as it goes over the wire. */
export interface FilledRequest {
  readonly method: string;
  /** Relative to the Tenant URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined where there is no body. */
  readonly body: string | undefined;
}

/**
 * The request of an exchange with its placeholders filled in.
 * @throws Error that names a variable which no earlier exchange yielded.
 */
export function filledRequest({ request }: Exchange, variables: Variables): FilledRequest {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]): [string, string] => [
    name,
    variables.fillText(value),
  ]);
  return {
    method: request.method,
    path: variables.fillText(request.path, encodeURIComponent),
    headers: Object.fromEntries(headers),
    body: request.body === undefined ? undefined : bodyText(variables.fill(request.body)),
  };
}

const bodyText = (body: Json): string => (typeof body === 'string' ? body : JSON.stringify(body));

/**
 * The expectation of an exchange with its placeholders filled in.
 * @throws Error as filledRequest
 */
export function filledExpectation({ expect }: Exchange, variables: Variables): Expectation {
  const { body_contains: contains, body_lacks: lacks, ...rest } = expect;
  return {
    ...rest,
    ...(contains === undefined ? {} : { body_contains: variables.fill(contains) }),
    ...(lacks === undefined ? {} : { body_lacks: variables.fill(lacks) }),
  };
}

/** Takes what an exchange captures out of the answer. Returns a sentence for each value that is not there. */
export function capture(exchange: Exchange, body: Json | undefined, variables: Variables): readonly string[] {
  return Object.entries(exchange.capture ?? {}).flatMap(([pointer, name]) => {
    const value = atPointer(body, pointer);
    if (typeof value !== 'string' || value === '') return [`there is nothing at ${pointer} to capture as ${name}`];
    variables.set(name, value);
    return [];
  });
}
