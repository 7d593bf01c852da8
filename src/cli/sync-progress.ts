import { Presets, SingleBar } from 'cli-progress';
import type { RunCounts } from '../storage/sync-model.js';
import type { Terminal } from './terminal.js';

/** Shows how far a run is, until it is ended. */
export interface RunWatch {
  readonly show: (counts: RunCounts) => void;
  readonly end: () => void;
}

const FORMAT = '{bar} {value} of {total} lines · {applied} applied, {skipped} skipped, {failed} failed';

/** A bar on a terminal; nothing elsewhere, where what comes of it is printed at the end. */
export function watchRun({ interactive }: Terminal, silent: boolean): RunWatch {
  if (silent || !interactive) return { show: () => undefined, end: () => undefined };
  const bar = new SingleBar({ format: FORMAT, hideCursor: true }, Presets.shades_classic);
  return {
    show: ({ left, applied, skipped, failed }) => {
      const done = applied + skipped + failed;
      if (!bar.isActive) bar.start(left + done, 0, { applied: 0, skipped: 0, failed: 0 });
      bar.update(done, { applied, skipped, failed });
    },
    end: () => {
      bar.stop();
    },
  };
}
