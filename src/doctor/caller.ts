import { request as requestPlain, type IncomingHttpHeaders, type RequestOptions } from 'node:http';
import { request as requestSecure } from 'node:https';
import { isJsonObject, type JsonObject } from '../protocol/json.js';

/** What the doctor calls itself in the header User-Agent, by which the activity log knows its requests. */
const DOCTOR_AGENT = 'flexwhere-doctor';

/** A request below the Tenant URL. */
interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  /** Such as `/Users?count=1`, percent-encoded. */
  readonly path: string;
  readonly body?: string;
  /** Whether the header User-Agent is left out. */
  readonly anonymous?: boolean;
}

/** The answer to a call, or why there is none. */
export interface Reply {
  /** 0 where no answer came. */
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  /** The body as an object; empty where it is none. */
  readonly body: JsonObject;
  /** Why no answer came: a code such as ECONNREFUSED, or `timeout`. */
  readonly failure: string | undefined;
}

/** Sends a request with the token; never follows a redirect, never throws. */
export type Caller = (call: Call) => Promise<Reply>;

/** How requests reach the server. */
export interface CallerOptions {
  /** The Tenant URL without a slash at its end. */
  readonly base: string;
  readonly token: string;
  /** Milliseconds that one answer may take. */
  readonly timeoutMs: number;
  /** Ends all requests. */
  readonly signal: AbortSignal;
}

/** Bytes of an answer that are read. */
const LARGEST = 1_048_576;

/** Makes the caller. Each request has a connection of its own, as after a pause of Entra's. */
export function createCaller({ base, token, timeoutMs, signal }: CallerOptions): Caller {
  const send = base.startsWith('https:') ? requestSecure : requestPlain;
  return ({ method = 'GET', path, body, anonymous = false }) =>
    new Promise((resolve) => {
      const none = (failure: string): void => {
        resolve({ status: 0, headers: {}, text: '', body: {}, failure });
      };
      const limit = AbortSignal.timeout(timeoutMs);
      const headers = {
        Authorization: `Bearer ${token}`,
        Accept: 'application/scim+json',
        'X-FlexWhere-Doctor': '1',
        ...(anonymous ? {} : { 'User-Agent': DOCTOR_AGENT }),
        ...(body === undefined
          ? {}
          : { 'Content-Type': 'application/scim+json', 'Content-Length': String(Buffer.byteLength(body)) }),
      };
      const options: RequestOptions = { method, headers, agent: false, signal: AbortSignal.any([signal, limit]) };
      const outgoing = send(`${base}${path}`, options, (incoming) => {
        const pieces: Buffer[] = [];
        let bytes = 0;
        incoming.on('data', (piece: Buffer) => {
          bytes += piece.length;
          if (bytes <= LARGEST) pieces.push(piece);
          else incoming.destroy(new Error('the answer is too long'));
        });
        incoming.once('error', (error) => {
          none(codeOf(error, limit));
        });
        incoming.once('end', () => {
          const text = Buffer.concat(pieces).toString('utf8');
          const { statusCode: status = 0, headers: received } = incoming;
          resolve({ status, headers: received, text, body: objectOf(text), failure: undefined });
        });
      });
      outgoing.once('error', (error) => {
        none(codeOf(error, limit));
      });
      outgoing.end(body);
    });
}

/** Node has the code of a system error; an answer that does not come in time has none. */
function codeOf(error: Error, limit: AbortSignal): string {
  if (limit.aborted) return 'timeout';
  return 'code' in error && typeof error.code === 'string' ? error.code : error.message;
}

function objectOf(text: string): JsonObject {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : {};
  } catch {
    return {};
  }
}

/** Whether an answer is one of this server's errors, and not of something in front (RFC 7644 §3.12). */
export const isOurError = ({ body }: Reply): boolean =>
  Array.isArray(body['schemas']) && body['schemas'].includes('urn:ietf:params:scim:api:messages:2.0:Error');

/** The `detail` of an error. */
export const detailOf = ({ body }: Reply): string => (typeof body['detail'] === 'string' ? body['detail'] : '');
