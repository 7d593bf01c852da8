import knexOn, { type Knex } from 'knex';
import { busy, farQueue, lookedUp, scanned, type Database, type UnitLimits, type Work } from './database.js';
import { sqliteConnections } from './driver.js';
import { SqliteFile } from './sqlite-file.js';
import { TurnQueue } from './turn-queue.js';
import { WorkBudget } from './work-budget.js';
import { TENANT_WAITING, WriteQueue } from './write-queue.js';

/** How long a statement waits for another process that writes, such as the command line, in milliseconds. */
const BUSY_TIMEOUT_MS = 4000;

/** How long a look-up may take, and wait for its turn, in milliseconds. */
const LOOKUP_MS = 2000;
const LOOKUP_WAIT_MS = 10_000;

const WRITER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma journal_mode = wal; pragma synchronous = full;
  pragma foreign_keys = on; pragma cache_size = -16000;`;
const READER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma query_only = on; pragma cache_size = -16000;`;

/** "FWSC" in the file's header says whose database it is; writing it takes the write lock as the first thing of a migration. */
const TAKE_WRITE_LOCK = 'pragma application_id = 0x46575343';

/**
 * A SQLite file: one connection writes, one looks up, one walks and one scans, so that they never wait for each other (WAL).
 * @throws Error if the file cannot be opened.
 */
export async function openSqlite(path: string, queryTimeoutMs: number): Promise<Database> {
  const file = new SqliteFile(path);
  file.prepare();
  const budget = new WorkBudget();
  const writer = knexOn(sqliteConnections(path, { size: 1, setUp: WRITER, note: budget.note }));
  // Reads the file, which opens the write-ahead log.
  await writer.raw('select count(*) from sqlite_master').catch(async (error: unknown) => {
    await writer.destroy();
    throw error;
  });
  file.opened();
  return new SqliteDatabase({ path, file, writer, budget, queryTimeoutMs });
}

interface Opened {
  readonly path: string;
  readonly file: SqliteFile;
  readonly writer: Knex;
  readonly budget: WorkBudget;
  readonly queryTimeoutMs: number;
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly #file: SqliteFile;
  readonly #writer: Knex;
  readonly #units: WriteQueue;
  readonly #lookups: Channel;
  readonly #walks: Channel;
  readonly #scans: Channel;
  readonly #queryTimeoutMs: number;

  constructor({ path, file, writer, budget, queryTimeoutMs }: Opened) {
    this.#file = file;
    this.#writer = writer;
    this.#queryTimeoutMs = queryTimeoutMs;
    this.#units = new WriteQueue({
      knex: writer,
      budget,
      checkFile: () => {
        file.check();
      },
    });
    const turns = { slots: 1, tenantWaiting: TENANT_WAITING, waitMs: LOOKUP_WAIT_MS, refusal: busy };
    this.#lookups = new Channel(path, new TurnQueue(turns));
    this.#walks = new Channel(path, farQueue(1, queryTimeoutMs));
    this.#scans = new Channel(path, farQueue(1, queryTimeoutMs));
  }

  lookup<T>(work: Work<T>, tenantId = '', budgetMs = LOOKUP_MS): Promise<T> {
    return lookedUp(this.#lookups.run(tenantId, work, budgetMs));
  }

  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T> {
    return scanned(this.#walks.run(tenantId, work, this.#queryTimeoutMs, waitMs));
  }

  scan<T>(tenantId: string, work: Work<T>): Promise<T> {
    return scanned(this.#scans.run(tenantId, work, this.#queryTimeoutMs));
  }

  unit<T>(work: Work<T>, tenantId = '', limits?: UnitLimits): Promise<T> {
    return this.#units.add(tenantId, work, limits);
  }

  async migrate(migration: (transaction: Knex) => Promise<void>): Promise<void> {
    await this.#writer.transaction(async (transaction) => {
      await transaction.raw(TAKE_WRITE_LOCK);
      await migration(transaction);
    });
  }

  async ping(): Promise<void> {
    this.#file.check();
    await this.lookup(({ knex }) => knex.raw('select count(*) from tenants where false'));
  }

  async close(cut: boolean): Promise<void> {
    await this.#units.close(cut);
    await Promise.all([this.#lookups, this.#walks, this.#scans].map((channel) => channel.close(cut)));
    // The last connection to close checkpoints the write-ahead log; only the writer may.
    await this.#writer.destroy();
  }
}

/** A connection that reads, one piece of work after the other. */
class Channel {
  readonly #knex: Knex;
  readonly #turns: TurnQueue;
  readonly #budget = new WorkBudget();

  constructor(path: string, turns: TurnQueue) {
    this.#knex = knexOn(sqliteConnections(path, { size: 1, setUp: READER, note: this.#budget.note }));
    this.#turns = turns;
  }

  run<T>(tenantId: string, work: Work<T>, budgetMs: number, waitMs?: number): Promise<T> {
    const within = (): Promise<T> => this.#budget.within(budgetMs, () => work({ dialect: 'sqlite', knex: this.#knex }));
    return this.#turns.run(tenantId, within, waitMs);
  }

  async close(cut: boolean): Promise<void> {
    if (cut) this.#budget.interrupt();
    await this.#knex.destroy();
  }
}
