import type { LineOutcome } from '../../model/line.js';
import type { RunCounts } from '../../model/run.js';

/** How far a run is, counted along so that no batch has to count all lines. */
export class Progress {
  readonly #onProgress: (counts: RunCounts) => void;
  #counts: RunCounts;

  constructor(counts: RunCounts, onProgress: (counts: RunCounts) => void = () => undefined) {
    this.#counts = counts;
    this.#onProgress = onProgress;
  }

  get counts(): RunCounts {
    return this.#counts;
  }

  /** What it will be when these lines have an outcome as well. */
  after(outcomes: readonly LineOutcome[]): RunCounts {
    const of = (state: LineOutcome['state']): number =>
      this.#counts[state] + outcomes.filter((outcome) => outcome.state === state).length;
    const left = this.#counts.left - outcomes.length;
    return { left, applied: of('applied'), skipped: of('skipped'), failed: of('failed') };
  }

  /** Counts lines that have an outcome. */
  settled(outcomes: readonly LineOutcome[]): void {
    if (outcomes.length === 0) return;
    this.#counts = this.after(outcomes);
    this.#onProgress(this.#counts);
  }
}
