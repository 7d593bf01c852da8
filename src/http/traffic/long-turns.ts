/** What so many bytes take is done within a few milliseconds at most; more waits for its turn. */
const SHORT = 4_096;

/**
 * Gives turns to what keeps the process busy for long, such as each step of reading a large body: one at a time, with everything else that
 * has arrived in between, and tenants one after the other. Bodies that arrive together are else read one behind the other,
 * and a small request of another tenant, which needs several turns, waits for all of them each time.
 */
export class LongTurns {
  /** In the order of the turns: who has had one goes behind the others. */
  readonly #waiting = new Map<string, (() => void)[]>();
  #isGiving = false;

  /** Resolves when the tenant may work on so many bytes, at once where they are few. */
  take(owner: string, bytes: number): Promise<void> | undefined {
    if (bytes <= SHORT) return undefined;
    return new Promise((resolve) => {
      const turns = this.#waiting.get(owner);
      if (turns === undefined) this.#waiting.set(owner, [resolve]);
      else turns.push(resolve);
      if (!this.#isGiving) this.#giveSoon();
    });
  }

  #giveSoon(): void {
    this.#isGiving = this.#waiting.size > 0;
    if (!this.#isGiving) return;
    setImmediate(() => {
      this.#give();
      this.#giveSoon();
    });
  }

  #give(): void {
    for (const [owner, turns] of this.#waiting) {
      this.#waiting.delete(owner);
      turns.shift()?.();
      if (turns.length > 0) this.#waiting.set(owner, turns);
      return;
    }
  }
}
