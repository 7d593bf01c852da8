import type { RateLimit } from '../../model/tenant.js';

/** What a process tells the others of: how many requests of each tenant it let in a second, lately. */
export type Usage = Readonly<Record<string, number>>;

/** What the processes on one database have told of themselves. */
export interface Reported {
  /** How many processes there are, this one included. */
  readonly processes: number;
  /** Requests a second of each tenant in all other processes. */
  readonly elsewhere: Usage;
}

export const ALONE: Reported = { processes: 1, elsewhere: {} };

/**
 * The part of a tenant's rate that one process may let in, so that all together stay within twice the rate, and a tenant
 * whose requests all come to one process has the whole of it: what the others do not use, but never less than an equal
 * share; and no more than twice an equal share or twice what it used lately, since the others may be about to ask for as
 * much before they hear of it.
 * @param own requests a second of the tenant that this process let in lately
 */
export function shareOf(
  { perSecond, burst }: RateLimit,
  { processes, elsewhere }: Reported,
  key: string,
  own: number,
): RateLimit {
  const equal = perSecond / processes;
  const others = Object.hasOwn(elsewhere, key) ? (elsewhere[key] ?? 0) : 0;
  const most = Math.min(perSecond, Math.max(2 * equal, 2 * own));
  return {
    perSecond: Math.max(equal, Math.min(most, perSecond - others)),
    burst: Math.max(1, Math.min(burst, (2 * burst) / processes)),
  };
}
