import type { RateLimit } from '../../model/tenant.js';

interface Bucket {
  tokens: number;
  /** Milliseconds, when `tokens` was counted. */
  at: number;
}

/** How many keys are remembered; the one that has been quiet longest is forgotten, and begins with a full bucket. */
const MOST_KEYS = 10_000;

/** Token buckets by key: each fills by its rate up to its burst, and a request takes a token. */
export class TokenBuckets {
  readonly #buckets = new Map<string, Bucket>();
  readonly #now: () => number;

  /** @param now milliseconds that only go forward */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now;
  }

  /**
   * Takes a token.
   * @returns 0 where there was one, or else the milliseconds until there is
   */
  take(key: string, rate: RateLimit): number {
    const bucket = this.#filled(key, rate);
    if (bucket.tokens < 1) return this.#until(bucket, rate);
    bucket.tokens -= 1;
    return 0;
  }

  /** The milliseconds until there is a token, of which none is taken. */
  wait(key: string, rate: RateLimit): number {
    const bucket = this.#filled(key, rate);
    return bucket.tokens < 1 ? this.#until(bucket, rate) : 0;
  }

  #filled(key: string, { perSecond, burst }: RateLimit): Bucket {
    const now = this.#now();
    const bucket = this.#buckets.get(key) ?? { tokens: burst, at: now };
    bucket.tokens = Math.min(burst, bucket.tokens + ((now - bucket.at) / 1_000) * perSecond);
    bucket.at = now;
    this.#buckets.delete(key);
    this.#buckets.set(key, bucket);
    if (this.#buckets.size > MOST_KEYS) this.#forgetOldest();
    return bucket;
  }

  #until({ tokens }: Bucket, { perSecond }: RateLimit): number {
    return ((1 - tokens) / perSecond) * 1_000;
  }

  #forgetOldest(): void {
    for (const key of this.#buckets.keys()) {
      this.#buckets.delete(key);
      return;
    }
  }
}
