import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { retryAfterOf } from '../request-failure.js';
import { readBounded } from '../signed-request.js';

/** Where the backend is that is checked, and what signs requests to it. */
export interface CheckedBackend {
  readonly url: string;
  /** `whsec_…`, or several separated by spaces, of which the first signs. */
  readonly secret: string;
  /** Milliseconds that an answer may take. */
  readonly timeoutMs: number;
}

/** A request to be sent once; members that are left out have their valid values. */
export interface CheckRequest {
  readonly method: 'GET' | 'POST';
  /** Below the backend's URL, such as `/batches`. */
  readonly path: string;
  readonly body?: string;
  readonly webhookId?: string;
  /** `none`: unsigned; several sign one after the other. */
  readonly signedWith?: readonly string[] | 'none';
  /** When it says that it was signed. */
  readonly at?: Date;
  /** The body that is signed in place of the one that is sent. */
  readonly signedBody?: string;
}

/** What was answered; without a status, why there is no answer. */
export type Answer =
  | { readonly status: number; readonly text: string; readonly json: unknown }
  | { readonly status: undefined; readonly reason: string };

/** How often a request is sent that the backend wants to have again, and how long it may ask us to wait, in milliseconds. */
const TRIES = 5;
const LONGEST_PAUSE = 5_000;

const LATER: ReadonlySet<number> = new Set([408, 425, 429, 503]);

/** Sends a request, again where the backend asks for that; never throws for what the backend does. */
export async function exchange(backend: CheckedBackend, request: CheckRequest): Promise<Answer> {
  const webhookId = request.webhookId ?? `msg_${randomUUID()}`;
  for (let tries = 1; ; tries += 1) {
    const { answer, retryAfter } = await once(backend, { ...request, webhookId });
    if (answer.status === undefined || !LATER.has(answer.status) || tries === TRIES) return answer;
    await sleep(Math.min(Math.max(retryAfter, 100), LONGEST_PAUSE));
  }
}

interface Once {
  readonly answer: Answer;
  /** Milliseconds that the backend asks us to wait. */
  readonly retryAfter: number;
}

async function once(backend: CheckedBackend, request: CheckRequest & { readonly webhookId: string }): Promise<Once> {
  const { method, path, body = '' } = request;
  try {
    const response = await fetch(`${backend.url.replace(/\/$/u, '')}${path}`, {
      method,
      headers: headersOf(backend, request),
      redirect: 'manual',
      signal: AbortSignal.timeout(backend.timeoutMs),
      ...(method === 'GET' ? {} : { body }),
    });
    const text = await readBounded(response);
    const answer = { status: response.status, text, json: jsonOf(text) };
    return { answer, retryAfter: retryAfterOf(response.headers.get('retry-after'), new Date()) };
  } catch (error) {
    return { answer: { status: undefined, reason: reasonOf(error, backend.timeoutMs) }, retryAfter: 0 };
  }
}

function headersOf(
  { secret }: CheckedBackend,
  {
    method,
    body = '',
    webhookId,
    signedWith = [firstOf(secret)],
    at = new Date(),
    signedBody = body,
  }: CheckRequest & {
    readonly webhookId: string;
  },
): Record<string, string> {
  const signature =
    signedWith === 'none' ? [] : signedWith.map((one) => new Webhook(one).sign(webhookId, at, signedBody));
  return {
    accept: 'application/json',
    'webhook-id': webhookId,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    ...(signature.length === 0 ? {} : { 'webhook-signature': signature.join(' ') }),
    ...(method === 'GET' ? {} : { 'content-type': 'application/json' }),
  };
}

const firstOf = (secret: string): string => secret.split(' ').find((one) => one !== '') ?? '';

/** Undefined for what is not JSON. */
function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function reasonOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === 'TimeoutError') return `there was no answer within ${timeoutMs} ms`;
  const { cause = error } = error;
  return cause instanceof Error && 'code' in cause ? String(cause.code) : error.message;
}
