import type { Knex } from 'knex';
import type { Session } from './database.js';
import type { SqliteSession } from './sqlite-session.js';
import type { Bound } from './statements/watch.js';

/** What can only be a read: `with` may begin a write. */
const READS = /^\s*select\b/iu;

/** The writer's connection for as long as a unit of work has it. */
export class UnitSession implements Session {
  readonly dialect = 'sqlite';
  readonly #connection: SqliteSession;
  #mayHaveWritten = false;
  #isOver = false;

  constructor(connection: SqliteSession) {
    this.#connection = connection;
  }

  /** False only if nothing but reads went past the builder. */
  get mayHaveWritten(): boolean {
    return this.#mayHaveWritten;
  }

  get knex(): Knex {
    this.#check();
    this.#mayHaveWritten = true;
    return this.#connection.knex;
  }

  async all<Row extends object>(sql: string, bindings: readonly Bound[]): Promise<readonly Row[]> {
    this.#check();
    if (!READS.test(sql)) this.#mayHaveWritten = true;
    return this.#connection.all<Row>(sql, bindings);
  }

  /** What comes later would not be part of the unit's transaction. */
  end(): void {
    this.#isOver = true;
  }

  #check(): void {
    if (this.#isOver) throw new Error('The unit of work of this statement is over');
  }
}
