import type { JsonObject } from '../protocol/json.js';

/** JSON text that is ready to be sent, so that stored text needs no parsing; perhaps in pieces, for what is long. */
export type ReplyBody = JsonObject | string | AsyncIterable<string>;

/** What a handler answers; the router checks it against the document, and sends it. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The media type of a body in pieces that is not JSON, such as `text/csv`. */
  readonly type?: string;
  readonly body?: ReplyBody;
}
