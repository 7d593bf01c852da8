import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { promisify } from 'node:util';
import { brotliCompress, constants, createBrotliCompress, createGzip, gzip } from 'node:zlib';
import type { Held } from './memory-room.js';

/** How a body is coded on its way (RFC 9110 §8.4.1). */
export type Coding = 'br' | 'gzip';

/** In the order in which the server takes them: Brotli makes less of a page, in half the time. */
const CODINGS: readonly Coding[] = ['br', 'gzip'];

/** A body of fewer bytes would hardly become shorter, and fits into one packet as it is. */
const LEAST = 1_024;

/** A longer Accept-Encoding is not read; clients send less than 50 characters. */
const LONGEST_HEADER = 200;

/** The media types that are compressed. Not `text/event-stream`, whose events a coder would keep back. */
const COMPRESSIBLE = /^(?:application\/(?:[\w.-]+\+)?json|application\/x-ndjson|text\/csv)(?:;|$)/u;

/** Bytes that a coder of either kind holds while it works, at most. */
const CODER_BYTES = 524_288;

/** The fastest of each kind: the next ones take three times as long for a tenth less. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 1, [constants.BROTLI_PARAM_LGWIN]: 18 } };
const GZIP = { level: 1 };

/**
 * The coding that a client likes best of those that the server has (RFC 9110 §12.5.3); undefined for a client that takes none,
 * or says nothing.
 */
export function acceptedCoding({ headers }: Pick<IncomingMessage, 'headers'>): Coding | undefined {
  const header = headers['accept-encoding'];
  if (typeof header !== 'string' || header === '' || header.length > LONGEST_HEADER) return undefined;
  const weights = new Map(header.split(',').map(weighed));
  let best: Coding | undefined;
  let most = 0;
  for (const coding of CODINGS) {
    const weight = weights.get(coding) ?? weights.get('*') ?? 0;
    if (weight > most) [best, most] = [coding, weight];
  }
  return most < (weights.get('identity') ?? 0) ? undefined : best;
}

function weighed(element: string): readonly [string, number] {
  const [name = '', ...parameters] = element.split(';').map((part) => part.trim().toLowerCase());
  const weight = parameters.find((one) => one.startsWith('q='))?.slice('q='.length) ?? '1';
  return [name, /^(?:0(?:\.\d{0,3})?|1(?:\.0{0,3})?)$/u.test(weight) ? Number(weight) : 0];
}

/**
 * Whether an answer is compressed. Only a 200 is: what hands out a secret is a 201, and errors are short.
 * @param bytes of the body, where they are known
 */
export const isCompressed = (status: number, type: string, bytes = Infinity): boolean =>
  status === 200 && bytes >= LEAST && COMPRESSIBLE.test(type);

/** A whole body, compressed beside the requests. */
export const compressed = (text: string, coding: Coding): Promise<Buffer> =>
  coding === 'br' ? promisify(brotliCompress)(text, BROTLI) : promisify(gzip)(text, GZIP);

/** A stream that compresses what goes through it; undefined where there is no room for it now. */
export function coderFor(coding: Coding, held: Held | undefined): Duplex | undefined {
  if (held?.tryTake(CODER_BYTES) === false) return undefined;
  return coding === 'br' ? createBrotliCompress(BROTLI) : createGzip(GZIP);
}
