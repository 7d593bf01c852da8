import type { Request, Response } from 'express';
import { once } from 'node:events';
import { ScimError } from '../protocol/scim-error.js';
import type { Reply } from './reply.js';

/**
 * The media type to answer in: the document's own, unless the client asks for `application/json`; browsers, which ask
 * for `text/html`, get `application/json`, which they show instead of saving it.
 * @throws ScimError 406 when the client accepts nothing that there is.
 */
export function negotiateType(request: Request, preferred: string): string {
  const offered = [preferred, 'application/json', 'text/html'];
  const accepted = request.accepts(offered);
  if (accepted === false) {
    throw new ScimError(406, 'The answer is application/scim+json or application/json; accept one of them.');
  }
  return accepted === 'text/html' ? 'application/json' : accepted;
}

/** Sends a reply. A body in pieces is written as the client takes it; when it breaks, the connection is cut. */
export async function sendReply(response: Response, type: string, reply: Reply): Promise<void> {
  response.statusCode = reply.status;
  for (const [name, value] of Object.entries(reply.headers ?? {})) response.setHeader(name, value);
  if (reply.body === undefined) {
    response.end();
    return;
  }
  response.setHeader('Content-Type', type);
  if (typeof reply.body === 'string') {
    response.setHeader('Content-Length', Buffer.byteLength(reply.body));
    response.end(reply.body);
  } else if (isPieces(reply.body)) {
    await writePieces(response, reply.body);
  } else {
    const text = JSON.stringify(reply.body);
    response.setHeader('Content-Length', Buffer.byteLength(text));
    response.end(text);
  }
}

/** Whether a body comes in pieces. */
export function isPieces(body: object): body is AsyncIterable<string> {
  return Symbol.asyncIterator in body;
}

async function writePieces(response: Response, pieces: AsyncIterable<string>): Promise<void> {
  try {
    for await (const piece of pieces) {
      if (response.destroyed) return;
      if (!response.write(piece)) await Promise.race([once(response, 'drain'), once(response, 'close')]);
    }
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    response.destroy(error instanceof Error ? error : undefined);
  }
}
