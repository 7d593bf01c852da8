import { namingStatement, type SqliteConnection, type SqliteStatement } from '../driver.js';
import type { Bound, StatementWatch } from './watch.js';

/** How many statements a connection keeps prepared, the longest text it keeps one of, and the longest values that stay bound. */
const KEPT = 200;
const KEPT_TEXT = 8_192;
const KEPT_VALUES = 65_536;

/**
 * The statements of one connection to SQLite. Preparing one takes longer than most take to run, so those used most recently
 * stay prepared.
 */
export class SqliteStatements {
  readonly #watch: StatementWatch;
  /** The least recently used first. */
  readonly #kept = new Map<string, SqliteStatement>();
  #connection: SqliteConnection | undefined;

  constructor(watch: StatementWatch) {
    this.#watch = watch;
  }

  /** Notes the connection when it has been opened. */
  readonly note = (connection: SqliteConnection): void => {
    this.#connection = connection;
  };

  /**
   * Runs a statement, and returns its rows.
   * @throws Error of the driver, with the statement in front of its message, and without values.
   */
  all<Row extends object>(sql: string, bindings: readonly Bound[] = []): Promise<readonly Row[]> {
    return new Promise((resolve, reject) => {
      const fail = (error: Error): void => {
        reject(namingStatement(error, sql));
      };
      const statement = this.#take(sql) ?? this.#prepare(sql, fail);
      statement.all(bindings, (error, rows: readonly Row[] = []) => {
        this.#putBack(sql, statement, bindings);
        if (error !== null) {
          fail(error);
          return;
        }
        this.#watch.note(sql, bindings, rows.length);
        resolve(rows);
      });
    });
  }

  /** Lets go of all statements: a connection with prepared statements cannot be closed. */
  finalize(): void {
    this.#connection = undefined;
    for (const statement of this.#kept.values()) statement.finalize();
    this.#kept.clear();
  }

  /** A prepared statement, which nobody else has until it is put back. */
  #take(sql: string): SqliteStatement | undefined {
    const kept = this.#kept.get(sql);
    this.#kept.delete(sql);
    return kept;
  }

  #prepare(sql: string, fail: (error: Error) => void): SqliteStatement {
    if (this.#connection === undefined) throw new Error('The connection to the database is closed');
    return this.#connection.prepare(sql, (error) => {
      if (error !== null) fail(error);
    });
  }

  #putBack(sql: string, statement: SqliteStatement, bindings: readonly Bound[]): void {
    if (this.#connection === undefined || this.#kept.has(sql) || !isWorthKeeping(sql, bindings)) {
      statement.finalize();
      return;
    }
    this.#kept.set(sql, statement);
    if (this.#kept.size <= KEPT) return;
    const [oldest = ''] = this.#kept.keys();
    this.#take(oldest)?.finalize();
  }
}

/**
 * A statement holds on to the values that were bound last. An explanation holds on to what it read of the database, so that
 * its connection would never see what is written later.
 */
function isWorthKeeping(sql: string, bindings: readonly Bound[]): boolean {
  if (sql.length > KEPT_TEXT || sql.startsWith('explain ')) return false;
  let length = 0;
  for (const value of bindings) if (typeof value === 'string') length += value.length;
  return length <= KEPT_VALUES;
}
