import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import knexOn, { type Knex } from 'knex';
import { answered, scanQueue, type Database, type Work } from './database.js';
import { sqliteConnections, type SqliteConnection } from './driver.js';
import type { TurnQueue } from './turn-queue.js';
import { StatementBudget } from './statement-budget.js';
import { WriteQueue } from './write-queue.js';

/** How long a statement waits for another process that writes, such as the command line, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

const WRITER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma journal_mode = wal; pragma synchronous = full;
  pragma foreign_keys = on; pragma cache_size = -16000;`;
const READER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma query_only = on; pragma cache_size = -16000;`;

/** "FWSC" in the file's header says whose database it is; writing it takes the write lock as the first thing of a migration. */
const TAKE_WRITE_LOCK = 'pragma application_id = 0x46575343';

/**
 * A SQLite file: one connection writes, two look up and one scans, so that they never wait for each other (WAL). Of those
 * that look up, one at most walks.
 * @throws Error where the file cannot be opened.
 */
export async function openSqlite(path: string, queryTimeoutMs: number): Promise<Database> {
  await mkdir(dirname(path), { recursive: true });
  const budget = new StatementBudget(queryTimeoutMs);
  const writer = knexOn(sqliteConnections(path, { size: 1, setUp: WRITER, note: noteIn(budget) }));
  await writer.raw('select 1').catch(async (error: unknown) => {
    await writer.destroy();
    throw error;
  });
  const turns = { walks: scanQueue(1, queryTimeoutMs), scans: scanQueue(1, queryTimeoutMs) };
  return new SqliteDatabase(path, writer, budget, turns);
}

function noteIn(budget: StatementBudget) {
  return (connection: SqliteConnection): void => {
    budget.add(connection);
  };
}

interface Turns {
  readonly walks: TurnQueue;
  readonly scans: TurnQueue;
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #writer: Knex;
  readonly #lookups: Knex;
  readonly #scans: Knex;
  readonly #units: WriteQueue;
  readonly #turns: Turns;
  readonly #budget: StatementBudget;

  constructor(path: string, writer: Knex, budget: StatementBudget, turns: Turns) {
    this.#writer = writer;
    this.#budget = budget;
    this.#turns = turns;
    this.#units = new WriteQueue(writer, () => {
      budget.interruptAll();
    });
    this.#lookups = this.#readers(path, 2);
    this.#scans = this.#readers(path, 1);
  }

  lookup<T>(work: Work<T>): Promise<T> {
    return answered(work({ dialect: 'sqlite', knex: this.#lookups }));
  }

  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T> {
    return this.#turns.walks.run(tenantId, () => this.lookup(work), waitMs);
  }

  scan<T>(tenantId: string, work: Work<T>): Promise<T> {
    return this.#turns.scans.run(tenantId, () => answered(work({ dialect: 'sqlite', knex: this.#scans })));
  }

  unit<T>(work: Work<T>, tenantId = ''): Promise<T> {
    return this.#units.add(tenantId, work);
  }

  async migrate(migration: (transaction: Knex) => Promise<void>): Promise<void> {
    await this.#writer.transaction(async (transaction) => {
      await transaction.raw(TAKE_WRITE_LOCK);
      await migration(transaction);
    });
  }

  async ping(): Promise<void> {
    await this.#lookups.raw('select count(*) from tenants where false');
  }

  async close(cut: boolean): Promise<void> {
    await this.#units.close(cut);
    await Promise.all([this.#lookups.destroy(), this.#scans.destroy()]);
    // The last connection to close checkpoints the write-ahead log; only the writer may.
    await this.#writer.destroy();
  }

  #readers(path: string, size: number): Knex {
    const readers = knexOn(sqliteConnections(path, { size, setUp: READER, note: noteIn(this.#budget) }));
    this.#budget.watch(readers);
    return readers;
  }
}
