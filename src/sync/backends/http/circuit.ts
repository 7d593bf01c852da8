import { setTimeout as sleep } from 'node:timers/promises';
import { BackendUnavailable } from '../../backend.js';
import { RequestFailure } from './request-failure.js';

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
 * Keeps requests from a backend that is down or wants to be left alone. Closed, it lets all through; open, it lets them wait,
 * and after a while one through as a trial, whose success closes it.
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

  /**
   * Makes an attempt when it may be made.
   * @throws BackendUnavailable where the backend has been down for too long; else what the attempt throws
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

  /** Tells all who wait, and begins anew: whoever tries again later may have mended something. */
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
