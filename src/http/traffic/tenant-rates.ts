import { parseRateLimit, type RateLimit, type Tenant } from '../../model/tenant.js';
import { ScimError } from '../../protocol/scim-error.js';
import { ALONE, shareOf, type Reported, type Usage } from './shared-rates.js';
import { TokenBuckets } from './token-buckets.js';

/** How many tenants a process tells the others of: those with the most requests. */
const MOST_TOLD = 200;

/** Lets each tenant's requests in at its rate. */
export class TenantRates {
  readonly #buckets: TokenBuckets;
  readonly #defaultRate: RateLimit | 'off';
  #reported = ALONE;
  #counts = new Map<string, number>();
  #lately = new Map<string, number>();

  readonly #onRefused: () => void;

  /** @param defaultRate of tenants without a rate of their own; `off` lets in whatever comes */
  constructor(defaultRate: RateLimit | 'off', onRefused: () => void = () => undefined, now?: () => number) {
    this.#onRefused = onRefused;
    this.#defaultRate = defaultRate;
    this.#buckets = new TokenBuckets(now);
  }

  /** @throws ScimError 429 with `Retry-After` when the tenant has used up its rate and burst. */
  admit({ id, settings }: Pick<Tenant, 'id' | 'settings'>): void {
    const rate = parseRateLimit(settings.rateLimit) ?? this.#defaultRate;
    if (rate === 'off') return;
    const share = shareOf(rate, this.#reported, id, this.#lately.get(id) ?? 0);
    const wait = this.#buckets.take(id, share);
    if (wait > 0) {
      this.#onRefused();
      throw tooManyRequests(TENANT_RATE, wait);
    }
    this.#counts.set(id, (this.#counts.get(id) ?? 0) + 1);
  }

  /** What was let in since this was asked last, as requests a second, of the tenants with the most. */
  takeUsage(seconds: number): Usage {
    this.#lately = new Map([...this.#counts].map(([id, count]) => [id, count / seconds]));
    this.#counts = new Map();
    const most = [...this.#lately].sort(([, a], [, b]) => b - a).slice(0, MOST_TOLD);
    return Object.fromEntries(most.map(([id, perSecond]) => [id, Math.ceil(perSecond)]));
  }

  /** Goes by what the processes have told from now on. */
  heed(reported: Reported): void {
    this.#reported = reported;
  }
}

const TENANT_RATE =
  'The tenant sends more requests than its rate allows. Wait as many seconds as Retry-After says, and send this one again; ' +
  'FlexWhere can set another rate for the tenant.';

/** 429 (RFC 6585 §4). */
export function tooManyRequests(detail: string, waitMs: number): ScimError {
  return new ScimError(429, detail, { headers: { 'Retry-After': String(Math.max(1, Math.ceil(waitMs / 1_000))) } });
}
