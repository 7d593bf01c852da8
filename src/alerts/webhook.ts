import { retryAfterOf } from '../sync/backends/http/request-failure.js';
import { signing } from '../sync/backends/http/signature.js';
import { codeOf } from '../sync/backends/http/signed-request.js';
import type { WebhookMessage } from './message.js';

/** Where messages about alerts go: what the operator has set, so that an address within the own network is as good as any. */
export interface WebhookSettings {
  readonly url: string;
  /** One or more secrets of Standard Webhooks, separated by spaces. */
  readonly secret: string;
}

/** What came of an attempt: undefined where it was accepted, or why not. No reason has the address or anything of the answer. */
type Refused =
  | {
      readonly reason: string;
      /** Milliseconds that the receiver asks to wait; 0 if it does not say. */
      readonly retryAfter: number;
    }
  | undefined;

/** Sends a message once. @throws the signal's reason (of the promise) if it was aborted */
export type SendMessage = (message: WebhookMessage, signal: AbortSignal) => Promise<Refused>;

/** Milliseconds that an answer may take. */
const TIMEOUT = 10_000;

/** Sends messages signed as Standard Webhooks says. Any 2xx accepts one; redirects are not followed, and no answer is read. */
export function webhookSender(
  { url, secret }: WebhookSettings,
  { now, timeoutMs = TIMEOUT }: { readonly now: () => Date; readonly timeoutMs?: number },
): SendMessage {
  const sign = signing(secret);
  return async ({ id, body }, signal) => {
    const text = JSON.stringify(body);
    const limit = AbortSignal.timeout(timeoutMs);
    try {
      const response = await fetch(url, {
        ...{ method: 'POST', body: text, redirect: 'manual', signal: AbortSignal.any([signal, limit]) },
        headers: { ...sign(id, now(), text), 'content-type': 'application/json' },
      });
      await response.body?.cancel();
      return response.ok ? undefined : refusalOf(response, now());
    } catch (error) {
      signal.throwIfAborted();
      const reason = limit.aborted
        ? `The webhook did not answer within ${timeoutMs} ms.`
        : `The webhook could not be reached (${codeOf(error)}).`;
      return { reason, retryAfter: 0 };
    }
  };
}

function refusalOf({ status, headers }: Response, now: Date): Refused {
  const redirect = status >= 300 && status < 400 ? ', a redirect, which is not followed' : '';
  return {
    reason: `The webhook answered ${status}${redirect}.`,
    retryAfter: retryAfterOf(headers.get('retry-after'), now),
  };
}
