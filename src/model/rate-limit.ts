/** How many requests may come: so many a second, and so many at once after a rest. */
export interface RateLimit {
  readonly perSecond: number;
  readonly burst: number;
}

const RATE_AND_BURST = /^([1-9]\d{0,5})\/([1-9]\d{0,6})$/u;

/**
 * Reads a rate limit: `RATE/BURST`, such as `100/1000`, or `off`.
 * @returns undefined for any other text
 */
export function parseRateLimit(text: string): RateLimit | 'off' | undefined {
  if (text === 'off') return text;
  const [, perSecond, burst] = RATE_AND_BURST.exec(text) ?? [];
  return perSecond === undefined ? undefined : { perSecond: Number(perSecond), burst: Number(burst) };
}
