import { repeatRounds, type RoundOptions } from '../../rounds.js';
import type { StartedRun } from '../synchronization.js';

/** How runs are watched. */
interface RunWatchOptions extends Omit<RoundOptions, 'atOnce'> {
  /** Told of each run that this process has taken up. */
  readonly onResumed: (run: StartedRun) => void;
}

/**
 * Looks again and again for runs whose process is gone, at once for the first time, and continues them in this process: each
 * as soon as its lease has run out.
 * @param resume takes up what can be taken up by now
 * @returns calls it off, and resolves when no look is in progress any more
 */
export function watchRuns(
  resume: () => Promise<readonly StartedRun[]>,
  { onResumed, ...timing }: RunWatchOptions,
): () => Promise<void> {
  const look = async (): Promise<void> => {
    for (const run of await resume()) onResumed(run);
  };
  return repeatRounds(look, { ...timing, atOnce: true });
}
