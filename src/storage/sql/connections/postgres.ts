import { setTimeout as sleep } from 'node:timers/promises';
import knexOn, { type Knex } from 'knex';
import { ScimError } from '../../../protocol/scim-error.js';
import { Cut } from './write-queue.js';
import { answered, scanQueue, unlessUnstorable, type Database, type Work } from './database.js';
import { isWorthRetrying, postgresConnections, type PostgresConnection } from './driver.js';
import { TurnQueue } from './turn-queue.js';

/** How often a unit of work runs at most when it meets others. */
const ATTEMPTS = 6;

/** The first wait before a unit of work runs again, at most, in milliseconds; each one may be twice as long. */
const JITTER_MS = 5;

/** How many scans run at a time, and how many walks along an index. */
const SCANS = 2;
const WALKS = 2;

/** How long a unit of work waits for a connection at most, in milliseconds. */
const WRITE_WAIT_MS = 30_000;

/** Any number that stands for "the schema of FlexWhere SCIM" among the advisory locks: "FWSC". */
const MIGRATION_LOCK = 0x46575343;

/** What the operator configured for durability stands, unless it could lose what was acknowledged. */
const WRITER = `set default_transaction_isolation = 'read committed'; set idle_in_transaction_session_timeout = '30s';
  select set_config('synchronous_commit', 'on', false)
  where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')`;

/**
 * PostgreSQL: a pool for units of work and one for reads, whose statements end after their budget.
 * @throws Error where the database does not answer.
 */
export async function openPostgres(url: string, queryTimeoutMs: number, poolSize: number): Promise<Database> {
  const database = new PostgresDatabase(url, queryTimeoutMs, poolSize);
  try {
    await database.ping();
  } catch (error) {
    await database.close(true);
    throw error;
  }
  return database;
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly #writers: Knex;
  readonly #readers: Knex;
  readonly #scans: TurnQueue;
  readonly #walks: TurnQueue;
  readonly #writes: TurnQueue;
  readonly #connections = new Set<PostgresConnection>();
  readonly #units = new Set<Promise<unknown>>();
  readonly #cut = new Cut();

  constructor(url: string, queryTimeoutMs: number, poolSize: number) {
    const note = (connection: PostgresConnection): void => {
      this.#connections.add(connection);
      connection.once('end', () => this.#connections.delete(connection));
    };
    // Compiling a long filter takes longer than answering it, and no time budget ends that.
    const reader = `set statement_timeout = ${queryTimeoutMs}; set jit = off`;
    this.#writers = knexOn(postgresConnections(url, { size: poolSize, setUp: WRITER, note }));
    this.#readers = knexOn(postgresConnections(url, { size: poolSize + SCANS + WALKS, setUp: reader, note }));
    this.#scans = scanQueue(SCANS, queryTimeoutMs);
    this.#walks = scanQueue(WALKS, queryTimeoutMs);
    this.#writes = new TurnQueue(poolSize, WRITE_WAIT_MS, busy);
  }

  lookup<T>(work: Work<T>): Promise<T> {
    return answered(work({ dialect: 'postgres', knex: this.#readers }));
  }

  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T> {
    return this.#walks.run(tenantId, () => this.lookup(work), waitMs);
  }

  scan<T>(tenantId: string, work: Work<T>): Promise<T> {
    return this.#scans.run(tenantId, () => this.lookup(work));
  }

  async unit<T>(work: Work<T>, tenantId = ''): Promise<T> {
    const unit = this.#writes.run(tenantId, () => this.#attempts(work));
    this.#units.add(unit);
    try {
      return await unit;
    } finally {
      this.#units.delete(unit);
    }
  }

  async migrate(migration: (transaction: Knex) => Promise<void>): Promise<void> {
    await this.#writers.transaction(async (transaction) => {
      await transaction.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      await migration(transaction);
    });
  }

  async ping(): Promise<void> {
    await this.#readers.raw('select 1');
  }

  async close(cut: boolean): Promise<void> {
    if (cut) {
      this.#cut.now();
      await Promise.allSettled([...this.#connections].map((connection) => connection.end()));
    }
    await Promise.allSettled(this.#units);
    await Promise.all([this.#writers.destroy(), this.#readers.destroy()]);
  }

  async #attempts<T>(work: Work<T>): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.#cut.check();
      try {
        return await this.#writers.transaction((knex) => this.#cut.race(work({ dialect: 'postgres', knex })));
      } catch (error) {
        if (attempt === ATTEMPTS || !isWorthRetrying(error)) throw unlessUnstorable(error);
        await sleep(Math.random() * JITTER_MS * 2 ** attempt);
      }
    }
  }
}

/** RFC 9110 §15.6.4. */
function busy(): ScimError {
  return new ScimError(503, 'The server is busy; try again later.', { headers: { 'Retry-After': '10' } });
}
