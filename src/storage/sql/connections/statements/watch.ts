import type { Knex } from 'knex';

/** A value that is bound to a statement. */
export type Bound = Knex.RawBinding;

/** A statement that was run. */
export interface RanStatement {
  readonly sql: string;
  readonly bindings: readonly Bound[];
  /** How many rows it returned. */
  readonly rows: number;
}

/** Told of statements when they have run. */
export type StatementListener = (statement: RanStatement) => void;

/** Tells whoever wants to know which statements a database runs, whichever way they take to it. */
export class StatementWatch {
  readonly #listeners = new Set<StatementListener>();
  #count = 0;

  /** How many statements were run. */
  get count(): number {
    return this.#count;
  }

  /** @returns what ends the watch. */
  add(listener: StatementListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Notes the statements that are sent with the builder. */
  follow(knex: Knex): void {
    knex.on('query-response', (response: unknown, { sql, bindings = [] }: { sql: string; bindings?: Bound[] }) => {
      this.note(sql, bindings, this.#listeners.size > 0 ? rowsIn(response) : 0);
    });
  }

  note(sql: string, bindings: readonly Bound[], rows: number): void {
    this.#count += 1;
    for (const listener of this.#listeners) listener({ sql, bindings, rows });
  }
}

function rowsIn(response: unknown): number {
  if (Array.isArray(response)) return response.length;
  const rows = typeof response === 'object' && response !== null && 'rows' in response ? response.rows : undefined;
  return Array.isArray(rows) ? rows.length : 0;
}
