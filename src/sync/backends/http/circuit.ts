import { setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { BackendUnavailable } from '../../backend.js';
import { RequestFailure } from './request-failure.js';
import type { BackendRequest, Send } from './signed-request.js';

/** When a circuit opens, and for how long. */
export interface CircuitOptions {
  /** So many failures in a row open the circuit. */
  readonly threshold: number;
  /** Milliseconds that it stays open before one request is let through as a trial. */
  readonly openMs: number;
  /** Milliseconds without any success after which those who wait are told that the backend is down. */
  readonly giveUpMs: number;
  readonly now: () => Date;
}

/**
 * Holds requests back from a backend that is down or asks for a pause. Closed, the circuit passes every request; open, it makes
 * them wait, and after a while passes one as a trial, whose success closes it.
 */
export class Circuit {
  readonly #options: CircuitOptions;
  #failures = 0;
  /** When it opened; undefined while it is closed. */
  #openSince: number | undefined;
  #closedUntil = 0;
  #trying = false;
  #lastSuccess = 0;
  #givenUp = new AbortController();

  constructor(options: CircuitOptions) {
    this.#options = options;
  }

  /** Milliseconds since 1970. */
  get #now(): number {
    return this.#options.now().getTime();
  }

  /** Whether an attempt succeeded at that time (milliseconds since 1970) or later. */
  succeededSince(time: number): boolean {
    return this.#lastSuccess >= time;
  }

  /** Whether nothing has succeeded since that time (milliseconds since 1970), for so long that the backend is given up. */
  isGivenUp(since: number): boolean {
    return this.#now - Math.max(since, this.#lastSuccess) >= this.#options.giveUpMs;
  }

  /**
   * Makes an attempt when the circuit allows it.
   * @throws BackendUnavailable if the backend has been down for too long; else what the attempt throws
   */
  async pass<T>(attempt: () => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#admission(signal);
    const trial = this.#openSince !== undefined;
    if (trial) this.#trying = true;
    try {
      const result = await attempt();
      this.#succeeded();
      return result;
    } catch (error) {
      throw error instanceof RequestFailure ? this.#failed(error) : error;
    } finally {
      if (trial) this.#trying = false;
    }
  }

  async #admission(signal: AbortSignal): Promise<void> {
    const { signal: givenUp } = this.#givenUp;
    const either = AbortSignal.any([signal, givenUp]);
    while (this.#trying || this.#closedUntil > this.#now) {
      const wait = this.#trying ? 20 : this.#closedUntil - this.#now;
      await sleep(wait, undefined, { signal: either }).catch(() => undefined);
      signal.throwIfAborted();
      givenUp.throwIfAborted();
    }
  }

  #succeeded(): void {
    this.#failures = 0;
    this.#openSince = undefined;
    this.#lastSuccess = this.#now;
  }

  /** @returns what whoever made the attempt is told */
  #failed(failure: RequestFailure): Error {
    this.#closedUntil = Math.max(this.#closedUntil, this.#now + failure.retryAfter);
    if (failure.kind !== 'later') {
      // The backend was there and understood that much.
      this.#openSince = undefined;
      this.#failures = 0;
      return failure;
    }
    if (failure.slowDown) return failure;
    this.#failures += 1;
    if (this.#failures < this.#options.threshold) return failure;
    this.#openSince ??= this.#now;
    this.#closedUntil = Math.max(this.#closedUntil, this.#now + this.#options.openMs);
    return this.#now - this.#openSince < this.#options.giveUpMs ? failure : this.#giveUp(failure);
  }

  /** Rejects all waiting requests, and starts over: the cause may be fixed by the time of the next attempt. */
  #giveUp(failure: RequestFailure): Error {
    const seconds = Math.round(this.#options.giveUpMs / 1_000);
    const unavailable = new BackendUnavailable(`${failure.message} It has been down for ${seconds} s or more.`);
    this.#givenUp.abort(unavailable);
    this.#givenUp = new AbortController();
    this.#failures = 0;
    this.#openSince = undefined;
    this.#closedUntil = 0;
    return unavailable;
  }
}

/** How long to wait between attempts. */
export interface Backoff {
  /** Milliseconds: the first pause is up to this long, each further one up to twice the one before. */
  readonly firstMs: number;
  readonly longestMs: number;
  /** From 0 to 1, without 1. */
  readonly random: () => number;
}

/**
 * Pauses before another attempt, with full jitter: somewhere between nothing and the limit, so that those who failed
 * together do not come back together.
 * @param failures how many attempts there were, from 1
 * @throws the signal's reason
 */
export async function pause(
  { firstMs, longestMs, random }: Backoff,
  failures: number,
  signal: AbortSignal,
): Promise<void> {
  const limit = Math.min(firstMs * 2 ** (failures - 1), longestMs);
  await sleep(random() * limit, undefined, { signal }).catch(() => undefined);
  signal.throwIfAborted();
}

/** How often, and how many at a time, requests are sent. */
export interface PersistenceOptions extends Backoff {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** How many requests are in progress at most, of all runs of this process. */
  readonly concurrency: number;
}

/**
 * Sends a request again and again while that may help.
 * @param read makes something of the answer; a RequestFailure that it throws counts as one of the request
 * @throws RequestFailure of the last attempt; BackendUnavailable if the circuit gave up; the signal's reason
 */
export type Ask = <T>(request: BackendRequest, read: (answer: unknown) => T, signal: AbortSignal) => Promise<T>;

/** Makes an Ask that sends over `send`, behind a circuit. */
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
