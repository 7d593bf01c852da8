import type { Knex } from 'knex';
import type { StorageState } from '../../storage-state.js';
import { busy, farQueue, lookedUp, scanned, type Database, type UnitLimits, type Work } from './database.js';
import { LaneCounts, stateOf } from './lane-counts.js';
import { SqliteSession } from './sqlite-session.js';
import { SqliteFile } from './sqlite-file.js';
import { StatementWatch } from './statements/watch.js';
import { TurnQueue } from './turn-queue.js';
import { TENANT_WAITING, WriteQueue } from './write-queue.js';

/** How long a statement waits for another process that writes, such as the command line, in milliseconds. */
const BUSY_TIMEOUT_MS = 4000;

/** How long a lookup may take, and wait for its turn, in milliseconds. */
const LOOKUP_MS = 2000;
const LOOKUP_WAIT_MS = 10_000;

const WRITER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma journal_mode = wal; pragma synchronous = full;
  pragma foreign_keys = on; pragma cache_size = -16000;`;
const READER = `pragma busy_timeout = ${BUSY_TIMEOUT_MS}; pragma query_only = on; pragma cache_size = -16000;`;

/** "FWSC" in the file's header says whose database it is. */
export const APPLICATION_ID = 0x46575343;

/** Writing the header takes the write lock as the first thing of a migration. */
const TAKE_WRITE_LOCK = `pragma application_id = ${APPLICATION_ID}`;

/**
 * A SQLite file: one connection writes, one looks up, one walks and one scans, so that they never wait for each other (WAL).
 * @throws Error if the file cannot be opened.
 */
export async function openSqlite(path: string, queryTimeoutMs: number): Promise<Database> {
  const file = new SqliteFile(path);
  file.prepare();
  const watch = new StatementWatch();
  const writer = new SqliteSession(path, WRITER, watch);
  // Reads the file, which opens the write-ahead log.
  await writer.open('select count(*) from sqlite_master').catch(async (error: unknown) => {
    await writer.close();
    throw error;
  });
  file.opened();
  return new SqliteDatabase({ path, file, writer, watch, queryTimeoutMs });
}

interface Opened {
  readonly path: string;
  readonly file: SqliteFile;
  readonly writer: SqliteSession;
  readonly watch: StatementWatch;
  readonly queryTimeoutMs: number;
}

class SqliteDatabase implements Database {
  readonly dialect = 'sqlite';
  readonly watch: StatementWatch;
  readonly #file: SqliteFile;
  readonly #path: string;
  readonly #writer: SqliteSession;
  readonly #units: WriteQueue;
  readonly #lookups: Channel;
  readonly #walks: Channel;
  readonly #scans: Channel;
  readonly #queryTimeoutMs: number;
  readonly #counts = new LaneCounts();

  constructor({ path, file, writer, watch, queryTimeoutMs }: Opened) {
    this.watch = watch;
    this.#path = path;
    this.#file = file;
    this.#writer = writer;
    this.#queryTimeoutMs = queryTimeoutMs;
    this.#units = new WriteQueue({
      connection: writer,
      checkFile: () => {
        file.check();
      },
    });
    const turns = { slots: 1, tenantWaiting: TENANT_WAITING, waitMs: LOOKUP_WAIT_MS, refusal: busy };
    this.#lookups = new Channel(new SqliteSession(path, READER, watch), new TurnQueue(turns));
    this.#walks = new Channel(new SqliteSession(path, READER, watch), farQueue(1, queryTimeoutMs));
    this.#scans = new Channel(new SqliteSession(path, READER, watch), farQueue(1, queryTimeoutMs));
  }

  lookup<T>(work: Work<T>, tenantId = '', budgetMs = LOOKUP_MS): Promise<T> {
    return lookedUp(this.#counts.count('lookup', this.#lookups.run(tenantId, work, budgetMs)));
  }

  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T> {
    return scanned(this.#counts.count('walk', this.#walks.run(tenantId, work, this.#queryTimeoutMs, waitMs)));
  }

  scan<T>(tenantId: string, work: Work<T>): Promise<T> {
    return scanned(this.#counts.count('scan', this.#scans.run(tenantId, work, this.#queryTimeoutMs)));
  }

  unit<T>(work: Work<T>, tenantId = '', limits?: UnitLimits): Promise<T> {
    return this.#counts.count('write', this.#units.add(tenantId, work, limits));
  }

  async snapshot<T>(work: Work<T>): Promise<T> {
    this.#file.check();
    const connection = new SqliteSession(this.#path, READER, this.watch);
    try {
      await connection.open('begin');
      return await work(connection);
    } finally {
      await connection.close();
    }
  }

  migrate(migration: (transaction: Knex) => Promise<void>): Promise<void> {
    return this.#units.alone(() =>
      this.#writer.knex.transaction(async (transaction) => {
        await transaction.raw(TAKE_WRITE_LOCK);
        await migration(transaction);
      }),
    );
  }

  async ping(): Promise<void> {
    this.#file.check();
    await this.lookup((session) => session.all('select count(*) from tenants where false', []));
  }

  state(): StorageState {
    const [lookup, walk, scan] = [this.#lookups.waiting, this.#walks.waiting, this.#scans.waiting];
    return stateOf(this.watch, this.#counts, { lookup, walk, scan, write: this.#units.waiting });
  }

  async close(cut: boolean): Promise<void> {
    await this.#units.close(cut);
    await Promise.all([this.#lookups, this.#walks, this.#scans].map((channel) => channel.close(cut)));
    // The last connection to close checkpoints the write-ahead log; only the writer may.
    await this.#writer.close();
  }
}

/** A connection that reads, one piece of work after the other. */
class Channel {
  readonly #connection: SqliteSession;
  readonly #turns: TurnQueue;

  constructor(connection: SqliteSession, turns: TurnQueue) {
    this.#connection = connection;
    this.#turns = turns;
  }

  run<T>(tenantId: string, work: Work<T>, budgetMs: number, waitMs?: number): Promise<T> {
    const within = async (): Promise<T> => {
      if (!this.#connection.isOpen) await this.#connection.open();
      return this.#connection.budget.within(budgetMs, () => work(this.#connection));
    };
    return this.#turns.run(tenantId, within, waitMs);
  }

  get waiting(): number {
    return this.#turns.waiting;
  }

  async close(cut: boolean): Promise<void> {
    if (cut) this.#connection.budget.interrupt();
    await this.#connection.close();
  }
}
