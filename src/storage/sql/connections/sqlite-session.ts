import knexOn, { type Knex } from 'knex';
import type { Session } from './database.js';
import { sqliteConnections, type SqliteConnection } from './driver.js';
import { SqliteStatements } from './statements/sqlite.js';
import type { Bound, StatementWatch } from './statements/watch.js';
import { WorkBudget } from './work-budget.js';

/** One connection to a SQLite file: statements go to it by the builder, or past it. */
export class SqliteSession implements Session {
  readonly dialect = 'sqlite';
  readonly knex: Knex;
  readonly budget = new WorkBudget();
  readonly #statements: SqliteStatements;
  #connection: SqliteConnection | undefined;

  /** @param setUp SQL that runs when the connection is opened */
  constructor(path: string, setUp: string, watch: StatementWatch) {
    this.#statements = new SqliteStatements(watch);
    const note = (connection: SqliteConnection): void => {
      this.#connection = connection;
      this.budget.note(connection);
      this.#statements.note(connection);
    };
    this.knex = knexOn(sqliteConnections(path, { size: 1, setUp, note }));
    watch.follow(this.knex);
  }

  get isOpen(): boolean {
    return this.#connection !== undefined;
  }

  /** Opens the connection, and runs a statement on it. */
  async open(first = 'pragma query_only'): Promise<void> {
    await this.knex.raw(first);
  }

  all<Row extends object>(sql: string, bindings: readonly Bound[]): Promise<readonly Row[]> {
    return this.#statements.all<Row>(sql, bindings);
  }

  /** Rolls back the transaction in progress, and allows no more writes. */
  async freeze(): Promise<void> {
    // One piece, so that nothing comes in between; a rollback outside a transaction fails and does no harm.
    await new Promise<void>((resolve) => {
      if (this.#connection === undefined) resolve();
      else {
        this.#connection.exec('pragma query_only = on; rollback', () => {
          resolve();
        });
      }
    });
  }

  async close(): Promise<void> {
    this.#statements.finalize();
    await this.knex.destroy();
  }
}
