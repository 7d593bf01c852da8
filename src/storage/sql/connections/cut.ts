/** Ends units of work from outside, once and for all. */
export class Cut {
  readonly #rejects = new Set<(reason: Error) => void>();
  #reason: Error | undefined;

  /** Rejects every piece of work that is raced with it, now and later. */
  now(): void {
    const reason = new Error('The storage was closed before this unit of work was done');
    this.#reason = reason;
    for (const reject of this.#rejects) reject(reason);
  }

  get isOver(): boolean {
    return this.#reason !== undefined;
  }

  /** @throws Error if work has been cut. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The result of the work, unless it is cut before. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      work.then(resolve, reject).finally(() => this.#rejects.delete(reject));
    });
  }
}
