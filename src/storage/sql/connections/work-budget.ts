import type { SqliteConnection } from './driver.js';

/** How often an interrupt is repeated, in milliseconds: one that comes between two statements has no effect. */
const REPEAT_MS = 20;

/** The time budget of work on one SQLite connection, which does one piece of work at a time. */
export class WorkBudget {
  #connection: SqliteConnection | undefined;

  /** Notes the connection when it has been opened. */
  readonly note = (connection: SqliteConnection): void => {
    this.#connection = connection;
    connection.once('close', () => {
      if (this.#connection === connection) this.#connection = undefined;
    });
  };

  /** Interrupts the statements that the work still runs when it has run for so many milliseconds. */
  async within<T>(budgetMs: number, work: () => Promise<T>): Promise<T> {
    let timer = setTimeout(() => {
      timer = setInterval(() => {
        this.interrupt();
      }, REPEAT_MS);
      this.interrupt();
    }, budgetMs);
    try {
      return await work();
    } finally {
      // Ends a timeout and an interval alike.
      clearTimeout(timer);
    }
  }

  /** Interrupts the statement that runs now. */
  interrupt(): void {
    this.#connection?.interrupt();
  }
}

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
