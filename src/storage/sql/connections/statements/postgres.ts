import { createHash } from 'node:crypto';
import type { Knex } from 'knex';
import { namingStatement, type PostgresConnection } from '../driver.js';
import type { Bound, StatementWatch } from './watch.js';

/** How many texts are remembered with their places numbered. */
const KEPT = 500;

/** A statement's text as PostgreSQL takes it, and the name under which a connection keeps it prepared. */
interface Numbered {
  readonly text: string;
  readonly name: string;
}

/** What knex gives a connection out with; its types leave it open. */
interface Connections {
  acquireConnection(): Promise<PostgresConnection>;
  releaseConnection(connection: PostgresConnection): Promise<unknown>;
}

/** Statements for PostgreSQL past knex's builder, on connections of knex's pools. */
export class PostgresStatements {
  readonly #watch: StatementWatch;
  readonly #prepares: boolean;
  /** The least recently added first. */
  readonly #numbered = new Map<string, Numbered>();

  /** @param prepares whether statements may stay prepared on their connections; a pooler in transaction mode mixes these up */
  constructor(watch: StatementWatch, prepares: boolean) {
    this.#watch = watch;
    this.#prepares = prepares;
  }

  /**
   * Runs a statement on a connection of a pool, or on that of a transaction, and returns its rows.
   * @param isHot whether it stays prepared: it is one of few texts, and one plan suits all values
   * @throws Error of the driver, with the statement in front of its message, and without values.
   */
  async all<Row extends object>(
    knex: Knex | Knex.Transaction,
    sql: string,
    bindings: readonly Bound[],
    isHot: boolean,
  ): Promise<readonly Row[]> {
    if ('isCompleted' in knex && knex.isCompleted()) throw new Error('The unit of work of this statement is over');
    const connections = knex.client as Connections;
    const connection = await connections.acquireConnection();
    const { text, name } = this.#number(sql);
    try {
      const statement = { text, values: bindings, ...(isHot && this.#prepares ? { name } : {}) };
      const { rows }: { readonly rows: readonly Row[] } = await connection.query(statement);
      this.#watch.note(text, bindings, rows.length);
      return rows;
    } catch (error) {
      throw error instanceof Error ? namingStatement(error, text) : error;
    } finally {
      await connections.releaseConnection(connection);
    }
  }

  #number(sql: string): Numbered {
    const kept = this.#numbered.get(sql);
    if (kept !== undefined) return kept;
    let place = 0;
    const text = sql.replaceAll('?', () => `$${(place += 1)}`);
    const numbered = { text, name: createHash('sha256').update(text).digest('hex').slice(0, 32) };
    this.#numbered.set(sql, numbered);
    if (this.#numbered.size > KEPT) this.#numbered.delete([...this.#numbered.keys()][0] ?? '');
    return numbered;
  }
}
