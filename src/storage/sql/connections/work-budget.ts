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
