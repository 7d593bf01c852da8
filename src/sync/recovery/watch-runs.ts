import { setTimeout as sleep } from 'node:timers/promises';
import type { StartedRun } from '../synchronization.js';

/** How runs are watched. */
export interface RunWatchOptions {
  /** Milliseconds between two looks, on average: each pause is half to one and a half of it, so that processes take turns. */
  readonly everyMs: number;
  /** Told of each run that this process has taken up. */
  readonly onResumed: (run: StartedRun) => void;
  /** Told when a look failed; the next one is made all the same. */
  readonly onError: (error: unknown) => void;
  /** From 0 to 1, without 1. */
  readonly random?: () => number;
  /** Waits, or less long where the signal is aborted; tests have a clock of their own. */
  readonly wait?: (milliseconds: number, signal: AbortSignal) => Promise<unknown>;
}

/**
 * Looks again and again for runs whose process is gone, at once for the first time, and continues them in this process: each
 * as soon as its lease has run out.
 * @param resume takes up what can be taken up by now
 * @returns calls it off, and resolves when no look is in progress any more
 */
export function watchRuns(
  resume: () => Promise<readonly StartedRun[]>,
  {
    everyMs,
    onResumed,
    onError,
    random = Math.random,
    wait = (milliseconds, signal) => sleep(milliseconds, undefined, { signal, ref: false }),
  }: RunWatchOptions,
): () => Promise<void> {
  const over = new AbortController();
  const look = async (): Promise<void> => {
    if (over.signal.aborted) return;
    try {
      for (const run of await resume()) onResumed(run);
    } catch (error) {
      onError(error);
    }
  };
  const watching = (async () => {
    await look();
    while (!over.signal.aborted) {
      await wait(everyMs * (0.5 + random()), over.signal).catch(() => undefined);
      await look();
    }
  })();
  return async () => {
    over.abort();
    await watching;
  };
}
