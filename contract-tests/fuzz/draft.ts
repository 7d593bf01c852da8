import type { DescribedRequest } from '../document/requests.js';
import type { Json } from '../../tools/entra-client/json.js';
import type { Outgoing } from './send.js';

/** A request that is about to be sent, still in its parts. */
export interface Draft {
  readonly described: DescribedRequest;
  readonly method: string;
  /** With ids for its parameters, relative to the document's server. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Json | undefined;
  /** What is sent in place of the body; undefined for the body itself. */
  readonly text?: string;
}

/** The draft as it goes out. */
export function outgoingOf({ method, path, query, headers, body, text }: Draft, basePath: string): Outgoing {
  const parameters = new URLSearchParams(query).toString();
  return {
    method,
    target: `${basePath}${path}${parameters === '' ? '' : `?${parameters}`}`,
    headers,
    body: text ?? (body === undefined ? undefined : JSON.stringify(body)),
  };
}
