import { isJsonObject, member } from '../../../protocol/json.js';
import { RequestFailure, retryAfterOf } from './request-failure.js';
import { signing } from './signature.js';
import { cleanText } from './untrusted-text.js';

/** A request of openapi/backend.yaml. */
export interface BackendRequest {
  /** `webhook-id`: the same for every attempt. */
  readonly id: string;
  readonly method: 'GET' | 'POST';
  /** Below the backend's URL, such as `/batches`. */
  readonly path: string;
  /** JSON text; empty for GET. */
  readonly body: string;
}

/** Where signed requests go, and what signs them. */
export interface SigningOptions {
  /** The operator's; nothing in it comes from SCIM data. */
  readonly url: string;
  /** One or more, `whsec_…`, separated by spaces: each signs, so that a backend can be given another without a gap. */
  readonly secret: string;
  /** Milliseconds that an answer may take, its body included. */
  readonly timeoutMs: number;
  readonly now: () => Date;
}

/** Sends a request once. @returns the answer's JSON */
export type Send = (request: BackendRequest, signal: AbortSignal) => Promise<unknown>;

/**
 * Sends requests signed as Standard Webhooks says; redirects are not followed.
 * @throws RequestFailure (of the promise) that says what the failure means; the signal's reason if it was aborted
 */
export function signedRequests({ url, secret, timeoutMs, now }: SigningOptions): Send {
  const base = url.endsWith('/') ? url.slice(0, -1) : url;
  const sign = signing(secret);
  return async (request, signal) => {
    const headers = {
      ...sign(request.id, now(), request.body),
      accept: 'application/json',
      ...(request.method === 'GET' ? {} : { 'content-type': 'application/json' }),
    };
    const limit = AbortSignal.timeout(timeoutMs);
    let unread = false;
    try {
      const response = await fetch(`${base}${request.path}`, {
        method: request.method,
        headers,
        redirect: 'manual',
        signal: AbortSignal.any([signal, limit]),
        ...(request.method === 'GET' ? {} : { body: request.body }),
      });
      unread = response.status === 200;
      return answerOf(response.status, response.headers, await readBounded(response), now());
    } catch (error) {
      signal.throwIfAborted();
      throw failureOf(error, limit.aborted ? `did not answer within ${timeoutMs} ms` : undefined, unread);
    }
  };
}

function answerOf(status: number, headers: Headers, text: string, now: Date): unknown {
  if (status !== 200) throw refusal(status, headers, text, now);
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new RequestFailure('later', 'The backend answered with something that is not JSON.', {
      unread: true,
      cause: error,
    });
  }
}

const AGAIN: ReadonlySet<number> = new Set([408, 425, 429]);
const ABOUT_THE_BODY: ReadonlySet<number> = new Set([400, 413, 422]);

function refusal(status: number, headers: Headers, text: string, now: Date): RequestFailure {
  const again = status >= 500 || AGAIN.has(status);
  const kind = again ? 'later' : ABOUT_THE_BODY.has(status) ? 'refused' : 'unusable';
  const detail = detailOf(text);
  return new RequestFailure(kind, `The backend answered ${status}${detail === '' ? '.' : `: ${detail}`}`, {
    slowDown: status === 429,
    retryAfter: again ? retryAfterOf(headers.get('retry-after'), now) : 0,
  });
}

function detailOf(text: string): string {
  try {
    const body: unknown = JSON.parse(text);
    const detail = isJsonObject(body) ? member(body, 'detail') : undefined;
    return typeof detail === 'string' ? cleanText(detail) : '';
  } catch {
    return '';
  }
}

/** @param unread whether the answer had begun */
function failureOf(error: unknown, timedOut: string | undefined, unread: boolean): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const reason = timedOut ?? `could not be reached (${codeOf(error)})`;
  const broken = unread && timedOut === undefined ? `broke off its answer (${codeOf(error)})` : reason;
  return new RequestFailure('later', `The backend ${broken}.`, { unread, cause: error });
}

/** Such as ECONNREFUSED, which Node has in the cause. */
export function codeOf(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return 'unknown error';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}

/** How much of an answer is read, in bytes. */
const LARGEST = 5 * 1024 * 1024;

/**
 * Reads a body up to 5 MB.
 * @throws RequestFailure `later` if there is more; what is left is not read
 */
export async function readBounded(response: Response): Promise<string> {
  const decoder = new TextDecoder();
  let [size, text] = [0, ''];
  const chunks: AsyncIterable<Uint8Array> | null = response.body;
  if (chunks === null) return '';
  for await (const chunk of chunks) {
    size += chunk.byteLength;
    if (size > LARGEST)
      throw new RequestFailure('later', 'The backend answered with more than 5 MB.', { unread: true });
    text += decoder.decode(chunk, { stream: true });
  }
  return text + decoder.decode();
}
