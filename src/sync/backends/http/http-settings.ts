import type { Backoff } from './backoff.js';
import type { CircuitOptions } from './circuit.js';
import type { PersistenceOptions } from './persistent-requests.js';
import type { SigningOptions } from './signed-request.js';

/** What the operator sets of the `http` backend. */
export interface HttpSettings extends Pick<SigningOptions, 'url' | 'secret' | 'timeoutMs'> {
  /** How often a request is sent at most. */
  readonly attempts: number;
  /** Milliseconds without any success after which a run pauses. */
  readonly giveUpMs: number;
}

/** What only tests set otherwise. */
export interface HttpTuning extends Omit<Backoff, 'random'>, Pick<CircuitOptions, 'threshold' | 'openMs'> {
  readonly concurrency: PersistenceOptions['concurrency'];
  readonly random: () => number;
  readonly now: () => Date;
  readonly newId: () => string;
}

export const HTTP_TUNING: Omit<HttpTuning, 'random' | 'now' | 'newId'> = {
  firstMs: 500,
  longestMs: 30_000,
  threshold: 5,
  openMs: 10_000,
  concurrency: 8,
};
