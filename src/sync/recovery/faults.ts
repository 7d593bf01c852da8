/** How long a run is left alone after its first fault, in milliseconds, and at most. */
const [FIRST_MS, LONGEST_MS] = [10_000, 600_000];

/** How many runs are remembered: those that faulted longest ago are forgotten first. */
const MOST = 1_000;

/** Keeps a process from taking up a run again and again that ends in an internal error each time: it waits twice as long each time. */
export class Faults {
  readonly #runs = new Map<string, { readonly times: number; readonly until: number }>();

  /** @param now milliseconds since 1970 */
  isLeftAlone(runId: string, now: number): boolean {
    return (this.#runs.get(runId)?.until ?? 0) > now;
  }

  /** @param now milliseconds since 1970 */
  note(runId: string, now: number): void {
    const times = (this.#runs.get(runId)?.times ?? 0) + 1;
    this.#runs.delete(runId);
    this.#runs.set(runId, { times, until: now + Math.min(FIRST_MS * 2 ** (times - 1), LONGEST_MS) });
    const [oldest] = this.#runs.keys();
    if (this.#runs.size > MOST && oldest !== undefined) this.#runs.delete(oldest);
  }
}
