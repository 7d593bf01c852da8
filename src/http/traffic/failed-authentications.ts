import { createHash } from 'node:crypto';
import type { RateLimit } from '../../model/tenant.js';
import { ScimError } from '../../protocol/scim-error.js';
import type { Authenticate, Principal } from '../authentication.js';
import { tooManyRequests } from './tenant-rates.js';
import { TokenBuckets } from './token-buckets.js';

/** How many secrets are remembered that were found good. */
const MOST_GOOD = 10_000;

/** Authenticates a secret that came from an address. */
export type AuthenticateFrom = (secret: string, address: string) => Promise<Principal>;

/**
 * Bounds how often an address may fail to authenticate. Past that, a secret that was never good here is not even looked up;
 * one that was is looked up as always, since the provisioning clients of many companies share their addresses, and one of them
 * must not shut the others out.
 */
export class FailedAuthentications {
  readonly #buckets: TokenBuckets;
  readonly #rate: RateLimit | 'off';
  /** Digests of secrets, the one that was used last at the end. It says nothing about whether one is good now. */
  readonly #good = new Set<string>();

  readonly #onRefused: () => void;

  /** @param rate `off` lets everybody fail as often as they like */
  constructor(rate: RateLimit | 'off', onRefused: () => void = () => undefined, now?: () => number) {
    this.#onRefused = onRefused;
    this.#rate = rate;
    this.#buckets = new TokenBuckets(now);
  }

  /** Authentication with that bound: ScimError 429 with `Retry-After` beyond it. */
  bounding(authenticate: Authenticate): AuthenticateFrom {
    const rate = this.#rate;
    if (rate === 'off') return authenticate;
    return (secret, address) => this.attempt(secret, address, isUnauthorized, () => authenticate(secret));
  }

  /**
   * An attempt to authenticate that counts for its address where it fails.
   * @param secret what this attempt is told from others by
   * @param isFailure whether an error says that the secret is wrong
   * @throws ScimError 429 with `Retry-After` beyond the bound
   */
  async attempt<T>(
    secret: string,
    address: string,
    isFailure: (error: unknown) => boolean,
    authenticate: () => Promise<T>,
  ): Promise<T> {
    const rate = this.#rate;
    if (rate === 'off') return authenticate();
    const digest = createHash('sha256').update(secret).digest('base64');
    const wait = this.#good.has(digest) ? 0 : this.#buckets.wait(address, rate);
    if (wait > 0) {
      this.#onRefused();
      throw tooManyRequests(FAILURES, wait);
    }
    try {
      const authenticated = await authenticate();
      this.#remember(digest);
      return authenticated;
    } catch (error) {
      if (isFailure(error)) {
        this.#good.delete(digest);
        this.#buckets.take(address, rate);
      }
      throw error;
    }
  }

  #remember(digest: string): void {
    this.#good.delete(digest);
    this.#good.add(digest);
    if (this.#good.size <= MOST_GOOD) return;
    for (const oldest of this.#good) {
      this.#good.delete(oldest);
      return;
    }
  }
}

const isUnauthorized = (error: unknown): boolean => error instanceof ScimError && error.status === 401;

const FAILURES =
  'Too many requests with a wrong token came from this address. Wait as many seconds as Retry-After says, and check the ' +
  'secret token.';
