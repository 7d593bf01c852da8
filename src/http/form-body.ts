import type { Request } from 'express';
import { invalidSyntax, ScimError } from '../protocol/scim-error.js';

/**
 * Reads a form (`application/x-www-form-urlencoded`).
 * @param mostBytes what it has at most
 * @throws ScimError 413 for one that is longer, 400 for one that ends too early
 */
export async function readForm(request: Request, mostBytes: number): Promise<URLSearchParams> {
  const pieces: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const piece of request.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
      bytes += piece.length;
      if (bytes > mostBytes) throw new ScimError(413, 'The form is too long.', { headers: { Connection: 'close' } });
      pieces.push(piece);
    }
  } catch (error) {
    if (request.readableAborted) throw invalidSyntax('The form ended before its Content-Length.');
    throw error;
  }
  return new URLSearchParams(Buffer.concat(pieces).toString('utf8'));
}
