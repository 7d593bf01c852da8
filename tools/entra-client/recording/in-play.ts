import { atPointer, type Json } from '../json.js';
import type { Exchange, Expectation } from './exchange.js';
import { unmet } from './expectation.js';
import type { Variables } from './variables.js';

/** A request as it goes over the wire. */
export interface FilledRequest {
  readonly method: string;
  /** Relative to the Tenant URL. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Undefined if there is no body. */
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

/** What was expected of an answer, and what is wrong with it. */
export interface Judgment {
  /** What was asked of the answer, with its placeholders filled in as far as the answer has what it is to yield. */
  readonly expected: Expectation;
  /** What is wrong with the answer, a sentence each. */
  readonly faults: readonly string[];
}

/**
 * Takes what an exchange captures out of its answer, and holds the answer to what the exchange expects.
 * @param body undefined if the answer has none
 * @throws Error as filledRequest
 */
export function judge(exchange: Exchange, status: number, body: Json | undefined, variables: Variables): Judgment {
  const missing = capture(exchange, body, variables);
  const expected = missing.length === 0 ? filledExpectation(exchange, variables) : { status: exchange.expect.status };
  return { expected, faults: [...unmet(expected, status, body), ...missing] };
}

function filledExpectation({ expect }: Exchange, variables: Variables): Expectation {
  const { body_contains: contains, body_lacks: lacks, ...rest } = expect;
  return {
    ...rest,
    ...(contains === undefined ? {} : { body_contains: variables.fill(contains) }),
    ...(lacks === undefined ? {} : { body_lacks: variables.fill(lacks) }),
  };
}

/** Returns a sentence for each value that is not there. */
function capture(exchange: Exchange, body: Json | undefined, variables: Variables): readonly string[] {
  return Object.entries(exchange.capture ?? {}).flatMap(([pointer, name]) => {
    const value = atPointer(body, pointer);
    if (typeof value !== 'string' || value === '') return [`there is nothing at ${pointer} to capture as ${name}`];
    variables.set(name, value);
    return [];
  });
}
