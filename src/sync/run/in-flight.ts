/** Tasks under way, so many at a time. The first fault is kept and thrown when all have ended. */
export class InFlight {
  readonly #limit: number;
  readonly #tasks = new Set<Promise<void>>();
  #fault: { readonly error: unknown } | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Whether a task has failed, so that no further one is to begin. */
  get failed(): boolean {
    return this.#fault !== undefined;
  }

  /** Begins a task, when fewer than the limit are under way. */
  async begin(task: () => Promise<void>): Promise<void> {
    while (this.#tasks.size >= this.#limit) await Promise.race(this.#tasks);
    const running = task()
      .catch((error: unknown) => {
        this.#fault ??= { error };
      })
      .finally(() => this.#tasks.delete(running));
    this.#tasks.add(running);
  }

  /** Waits for all. @throws the first error of a task */
  async drained(): Promise<void> {
    await Promise.all(this.#tasks);
    if (this.#fault !== undefined) throw this.#fault.error;
  }
}
