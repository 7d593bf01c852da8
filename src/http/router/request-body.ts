import type { IncomingMessage, ServerResponse } from 'node:http';
import express from 'express';
import { invalidSyntax, ScimError } from '../../protocol/scim-error.js';
import type { Serve } from '../traffic/exchange.js';
import { tooBusy, type Held } from '../traffic/memory-room.js';

const JSON_TYPES = new Set(['application/scim+json', 'application/json']);

/**
 * Refuses a body that is not JSON in UTF-8 (RFC 7644 §3.1).
 * @throws ScimError 415 that names the type to send
 */
export function checkContentType(request: IncomingMessage): void {
  const [type = '', ...parameters] = (request.headers['content-type'] ?? '').toLowerCase().split(';');
  if (!JSON_TYPES.has(type.trim())) {
    throw unsupported(`Send the header "Content-Type: application/scim+json"; it is "${printable(type)}".`);
  }
  for (const parameter of parameters) {
    const [name, value = ''] = parameter.trim().split('=', 2);
    if (name === 'charset' && value.replaceAll('"', '') !== 'utf-8') {
      throw unsupported('Send the body in UTF-8, with charset=utf-8 or without a charset.');
    }
  }
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding.toLowerCase() !== 'identity') throw unsupported('Send the body without a Content-Encoding.');
}

const unsupported = (detail: string): ScimError => new ScimError(415, detail);
const printable = (text: string): string => text.trim().slice(0, 100);

/** Bytes of memory for each byte of a body: the bytes themselves, their text, and what it is parsed into. */
const MEMORY_A_BYTE = 4;

/**
 * Reads bodies of at most `limit` bytes, for which there has to be room in memory; `advice` is what the 413 adds for the
 * sender.
 */
export function bodyReader(
  limit: number,
  advice: string,
): (request: IncomingMessage, response: ServerResponse, held: Held) => Promise<Uint8Array> {
  // It needs nothing of Express but what Node's own requests have.
  const read = express.raw({ type: () => true, limit, inflate: false }) as unknown as Serve;
  return async (request, response, held) => {
    const length = Number(request.headers['content-length']);
    // Said at once, for a client that waits with the rest; Node discards what comes of it.
    if (length > limit) throw tooLarge(limit, advice);
    if (length > 0) await held.take(length * MEMORY_A_BYTE);
    return new Promise((resolve, reject) => {
      if (Number.isNaN(length)) holdWhatComes(request, held, reject);
      read(request, response, (error?: unknown) => {
        const body: unknown = 'body' in request ? request.body : undefined;
        if (error !== undefined) reject(asBodyError(error, limit, advice));
        else resolve(body instanceof Uint8Array ? body : new Uint8Array());
      });
    });
  };
}

/** A body that does not say how long it is takes room as it comes. */
function holdWhatComes(request: IncomingMessage, held: Held, refuse: (error: Error) => void): void {
  request.on('data', (chunk: Uint8Array) => {
    if (!held.tryTake(chunk.length * MEMORY_A_BYTE)) refuse(tooBusy());
  });
}

const tooLarge = (limit: number, advice: string): ScimError =>
  new ScimError(413, `The body is larger than ${limit} bytes. ${advice}`);

function asBodyError(error: unknown, limit: number, advice: string): Error {
  const type = typeof error === 'object' && error !== null && 'type' in error ? error.type : undefined;
  switch (type) {
    case 'entity.too.large':
      return tooLarge(limit, advice);
    case 'request.aborted':
    case 'request.size.invalid':
      return invalidSyntax('The body ended before its Content-Length.');
    case 'encoding.unsupported':
      return unsupported('Send the body without a Content-Encoding.');
    default:
      return error instanceof Error ? error : new Error('the body could not be read', { cause: error });
  }
}
