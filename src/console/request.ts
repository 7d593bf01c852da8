import type { EventStream } from './live/event-stream.js';

/** A request to the console, read from HTTP. */
export interface ConsoleRequest {
  readonly method: string;
  /** Percent-encoded, from the first slash behind `/admin`; `/` for the console itself. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** The fields of a form; empty unless the method is POST. */
  readonly form: URLSearchParams;
  readonly headers: Readonly<
    Record<'cookie' | 'host' | 'origin' | 'sec-fetch-site' | 'last-event-id', string | undefined>
  >;
  /** What attempts to sign in are counted by. */
  readonly address: string;
  readonly requestId: string;
}

/** The answer to it. */
export interface ConsoleReply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** `Set-Cookie` headers, where there are several. */
  readonly cookies?: readonly string[];
  /** A text, a long one in pieces, or events as they come. */
  readonly body: string | AsyncIterable<string> | EventStream;
  /** The route, for the log and the metrics. */
  readonly operation: string;
}
