import { setTimeout as sleep } from 'node:timers/promises';

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
