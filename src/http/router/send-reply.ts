import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import express, { type Request } from 'express';
import type { JsonObject } from '../../protocol/json.js';
import { ScimError } from '../../protocol/scim-error.js';
import { acceptedCoding, coderFor, compressed, isCompressed, type Coding } from '../traffic/coding.js';
import { commonHeaders } from '../traffic/exchange.js';
import type { Held } from '../traffic/memory-room.js';

/** How an answer is written: its media type, and whether it is indented. */
export interface Presentation {
  readonly type: string;
  /** Whether a person reads it in a browser. */
  readonly indented: boolean;
  /** How it may be compressed: not at all for `identity`; left out where the client has no say. */
  readonly coding?: Coding | 'identity';
}

/** The longest Accept header that is read, in characters; browsers send less than 200. */
export const MOST_ACCEPT = 4_000;

/** How many Accept headers are remembered, and how long they may be: a client always sends the same. */
const MOST_REMEMBERED = 100;
const LONGEST_REMEMBERED = 200;

/** What was negotiated: by the document's media type and the Accept header, `false` where nothing fits. */
const negotiated = new Map<string, Presentation | false>();

/**
 * How to answer: in the document's own media type, unless the client asks for `application/json`. Browsers, which ask for
 * `text/html`, get indented `application/json`, which they show instead of saving it.
 * @throws ScimError 406 if the client accepts neither, or sends too long a list; never if `application/json` is the only media type of the document
 */
export function negotiate(request: IncomingMessage, preferred: string): Presentation {
  const accept = request.headers.accept ?? '*/*';
  const key = `${preferred} ${accept}`;
  const presentation = negotiated.get(key) ?? remembered(key, presentationFor(request, preferred));
  if (presentation !== false) return presentation;
  throw new ScimError(406, 'The answer is application/scim+json or application/json; accept one of them.');
}

function remembered(key: string, presentation: Presentation | false): Presentation | false {
  if (key.length > LONGEST_REMEMBERED) return presentation;
  if (negotiated.size >= MOST_REMEMBERED) negotiated.clear();
  negotiated.set(key, presentation);
  return presentation;
}

function presentationFor(request: IncomingMessage, preferred: string): Presentation | false {
  const types = [preferred, 'application/json', 'text/html'];
  const tooLong = (request.headers.accept ?? '').length > MOST_ACCEPT;
  const offered = [...types, ...types.map((type) => `${type}; charset=utf-8`)];
  // It reads the headers, which a request has that Express has not seen.
  const accepted = !tooLong && express.request.accepts.apply(request as Request, offered as [string]);
  if (accepted === false) return preferred === 'application/json' && { type: preferred, indented: false };
  const [type = preferred] = accepted.split(';', 1);
  return type === 'text/html' ? { type: 'application/json', indented: true } : { type, indented: false };
}

/** The same, compressed as the client takes it. @param compresses whether the server compresses at all */
export const codedFor = (request: IncomingMessage, presentation: Presentation, compresses: boolean): Presentation =>
  compresses ? { ...presentation, coding: acceptedCoding(request) ?? 'identity' } : presentation;

/** A longer text is written in slices of so many characters, each when the client has taken those before. */
const SLICE = 65_536;

/**
 * Sends a reply as fast as the client reads it; if a body in pieces fails midway, the connection is cut. Where the client
 * reads nothing, listen.ts closes the connection.
 * @param held room that the text is to be counted in
 */
export async function sendReply(
  response: ServerResponse,
  presentation: Presentation,
  reply: Reply,
  held?: Held,
): Promise<void> {
  if (response.destroyed) return;
  const { status, body } = reply;
  const way: Way = { coding: presentation.coding, held };
  if (body === undefined) {
    const ofBody = hasNoContent(status) ? [] : ['Content-Length', '0'];
    response.writeHead(status, headersOf(response, reply, way, ofBody)).end();
    return;
  }
  if (typeof body !== 'string' && isPieces(body)) {
    await writePieces(response, reply, { type: reply.type ?? presentation.type, pieces: body }, way);
    return;
  }
  await writeText(response, reply, { type: presentation.type, text: textOf(body, presentation.indented) }, way);
}

/** How an answer goes out: how it may be compressed, and the room that it is counted in. */
interface Way {
  readonly coding: Presentation['coding'] | undefined;
  readonly held: Held | undefined;
}

/** An answer of these has no body, and none of length 0 either. */
const hasNoContent = (status: number): boolean => status === 204 || status === 304;

/** All headers of a reply as Node writes them at once: names and values, one after the other. */
function headersOf(response: ServerResponse, reply: Reply, { coding }: Way, ofBody: readonly string[]): string[] {
  const vary = coding === undefined ? 'Accept' : 'Accept, Accept-Encoding';
  const headers = [...commonHeaders(response), 'Vary', vary, ...ofBody];
  let isCachingGiven = response.hasHeader('Cache-Control');
  for (const name in reply.headers) {
    if (name === 'Cache-Control') isCachingGiven = true;
    headers.push(name, reply.headers[name] ?? '');
  }
  if (!isCachingGiven) headers.push('Cache-Control', cachingOf(reply));
  return headers;
}

async function writeText(
  response: ServerResponse,
  reply: Reply,
  { type, text }: { readonly type: string; readonly text: string },
  way: Way,
): Promise<void> {
  const bytes = Buffer.byteLength(text);
  const coding = codingOf(reply, type, way, bytes);
  if (text.length > SLICE) {
    way.held?.force(text.length);
    await writeStream(response, reply, { type, bytes, pieces: Readable.from(slicesOf(text)) }, way);
    return;
  }
  const body = coding === undefined ? text : await compressed(text, coding);
  const length = ['Content-Length', String(coding === undefined ? bytes : body.length)];
  if (response.destroyed) return;
  response.writeHead(reply.status, headersOf(response, reply, way, [...typeOf(type, coding), ...length]));
  response.end(body);
}

/** Writes a long body as the client takes it; where it is compressed, its length is known to nobody. */
async function writeStream(
  response: ServerResponse,
  reply: Reply,
  { type, bytes, pieces }: { readonly type: string; readonly bytes?: number; readonly pieces: Readable },
  way: Way,
): Promise<void> {
  const coding = codingOf(reply, type, way, bytes);
  const coder = coding === undefined ? undefined : coderFor(coding, way.held);
  const length = coder === undefined && bytes !== undefined ? ['Content-Length', String(bytes)] : [];
  const ofBody = [...typeOf(type, coder === undefined ? undefined : coding), ...length];
  response.writeHead(reply.status, headersOf(response, reply, way, ofBody));
  await pipeline(coder === undefined ? [pieces, response] : [pieces, coder, response]).catch(unlessClientLeft);
}

function codingOf({ status }: Reply, type: string, { coding }: Way, bytes?: number): Coding | undefined {
  if (coding === undefined || coding === 'identity') return undefined;
  return isCompressed(status, type, bytes) ? coding : undefined;
}

const typeOf = (type: string, coding: Coding | undefined): readonly string[] =>
  coding === undefined ? ['Content-Type', type] : ['Content-Type', type, 'Content-Encoding', coding];

/** People's data stays in no cache, unless the client can ask whether its copy is still the current one (RFC 9111 §5.2.2). */
const cachingOf = ({ headers }: Reply): string => (headers?.['ETag'] === undefined ? 'no-store' : 'private, no-cache');

function* slicesOf(text: string): Generator<string> {
  for (let from = 0; from < text.length;) {
    const behind = from + SLICE;
    // A character of two code units stays whole.
    const to = isHighSurrogate(text.charCodeAt(behind - 1)) ? behind + 1 : behind;
    yield text.slice(from, to);
    from = to;
  }
}

const isHighSurrogate = (unit: number): boolean => unit >= 0xd800 && unit <= 0xdbff;

function textOf(body: object | string, indented: boolean): string {
  if (typeof body === 'string') return indented ? JSON.stringify(JSON.parse(body), null, 2) : body;
  return JSON.stringify(body, null, indented ? 2 : undefined);
}

/** Whether a body comes in pieces. */
export function isPieces(body: object): body is AsyncIterable<string> {
  return Symbol.asyncIterator in body;
}

/**
 * The first two pieces are awaited before anything is written, so that an early failure is answered as an error, and one piece
 * alone is written like any other text. No more than one further piece waits until the client takes it.
 */
async function writePieces(
  response: ServerResponse,
  reply: Reply,
  { type, pieces }: { readonly type: string; readonly pieces: AsyncIterable<string> },
  way: Way,
): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  const second = first.done === true ? first : await iterator.next();
  if (second.done === true) {
    await writeText(response, reply, { type, text: first.done === true ? '' : first.value }, way);
    return;
  }
  const all = Readable.from(withFirst([first, second], iterator), { highWaterMark: 1 });
  await writeStream(response, reply, { type, pieces: all }, way);
}

function unlessClientLeft(error: unknown): void {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code !== 'ERR_STREAM_PREMATURE_CLOSE') throw error;
}

async function* withFirst(
  first: readonly IteratorResult<string>[],
  iterator: AsyncIterator<string>,
): AsyncGenerator<string> {
  for (const piece of first) if (piece.done !== true) yield piece.value;
  for (let piece = await iterator.next(); piece.done !== true; piece = await iterator.next()) yield piece.value;
}

/** A body: an object, JSON text ready to be sent (so that stored text needs no parsing), or a long text in pieces. */
export type ReplyBody = JsonObject | string | AsyncIterable<string>;

/** The answer of a handler, which the router checks against the document and sends. */
export interface Reply {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** The media type of a body in pieces that is not JSON, such as `text/csv`. */
  readonly type?: string;
  readonly body?: ReplyBody;
}
