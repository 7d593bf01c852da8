import type { Knex } from 'knex';
import type { SqliteConnection } from './driver.js';

/** How often an interrupt is repeated, in milliseconds: one that comes before the statement has begun has no effect. */
const REPEAT_MS = 20;

interface Statement {
  readonly __knexUid: string;
  readonly __knexQueryUid: string;
}

/** Interrupts statements that run longer than a budget, each on its connection. */
export class StatementBudget {
  readonly #budgetMs: number;
  readonly #connections = new Map<string | undefined, SqliteConnection>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(budgetMs: number) {
    this.#budgetMs = budgetMs;
  }

  /** Notes a new connection. */
  add(connection: SqliteConnection): void {
    this.#connections.set(connection.__knexUid, connection);
    connection.once('close', () => this.#connections.delete(connection.__knexUid));
  }

  /** Watches all statements of a pool. */
  watch(knex: Knex): void {
    knex.on('query', (statement: Statement) => {
      this.#after(this.#budgetMs, statement);
    });
    knex.on('query-response', (_response: unknown, statement: Statement) => {
      this.#end(statement);
    });
    knex.on('query-error', (_error: unknown, statement: Statement) => {
      this.#end(statement);
    });
  }

  /** Interrupts whatever runs now on the connections, watched or not. */
  interruptAll(): void {
    for (const connection of this.#connections.values()) connection.interrupt();
  }

  #after(delayMs: number, statement: Statement): void {
    const timer = setTimeout(() => {
      this.#connections.get(statement.__knexUid)?.interrupt();
      this.#after(REPEAT_MS, statement);
    }, delayMs);
    this.#timers.set(statement.__knexQueryUid, timer);
  }

  #end(statement: Statement): void {
    clearTimeout(this.#timers.get(statement.__knexQueryUid));
    this.#timers.delete(statement.__knexQueryUid);
  }
}
