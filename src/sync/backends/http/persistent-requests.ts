import pLimit from 'p-limit';
import { pause, type Backoff } from './backoff.js';
import type { Circuit } from './circuit.js';
import { RequestFailure } from './request-failure.js';
import type { BackendRequest, Send } from './signed-request.js';

export interface PersistenceOptions extends Backoff {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** How many requests are under way at most, of all runs of this process. */
  readonly concurrency: number;
}

/**
 * Sends a request again and again while that may help.
 * @param read makes something of the answer; a RequestFailure that it throws counts as one of the request
 * @throws RequestFailure of the last attempt; BackendUnavailable where the circuit gave up; the signal's reason
 */
export type Ask = <T>(request: BackendRequest, read: (answer: unknown) => T, signal: AbortSignal) => Promise<T>;

export function persistentRequests(send: Send, circuit: Circuit, options: PersistenceOptions): Ask {
  const limit = pLimit(options.concurrency);
  return async (request, read, signal) => {
    const attempt = async () => read(await limit(() => send(request, signal)));
    for (let failures = 1; ; failures += 1) {
      signal.throwIfAborted();
      try {
        return await circuit.pass(attempt, signal);
      } catch (error) {
        if (!mayHelp(error) || failures === options.attempts) throw error;
      }
      await pause(options, failures, signal);
    }
  };
}

const mayHelp = (error: unknown): boolean => error instanceof RequestFailure && error.kind === 'later';
