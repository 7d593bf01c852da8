import { setTimeout as sleep } from 'node:timers/promises';
import knexOn, { type Knex } from 'knex';
import type { StorageState } from '../../storage-state.js';
import {
  databaseUnavailable,
  busy,
  farQueue,
  lookedUp,
  OPERATOR_LIMITS,
  refusalOf,
  scanned,
  type Database,
  type Session,
  type UnitLimits,
  type Work,
} from './database.js';
import { isWorthRetrying, postgresConnections, type PostgresConnection } from './driver.js';
import { Heartbeat } from './heartbeat.js';
import { LaneCounts, stateOf } from './lane-counts.js';
import { PostgresStatements } from './statements/postgres.js';
import { StatementWatch } from './statements/watch.js';
import { tlsProblem } from './tls/problem.js';
import { TurnQueue } from './turn-queue.js';
import { TENANT_WAITING } from './write-queue.js';
import { Cut } from './work-budget.js';

/** How often a unit of work runs at most when it meets others. */
const ATTEMPTS = 6;

/** The first wait before a unit of work runs again, at most, in milliseconds; each one may be twice as long. */
const JITTER_MS = 5;

/** How many scans run at a time, and how many walks along an index. */
const SCANS = 2;
const WALKS = 2;

/** How long a statement of a lookup may take, and how long a lookup waits for its turn, in milliseconds. */
const LOOKUP_MS = 2000;
const LOOKUP_WAIT_MS = 10_000;

/** Any number that stands for "the schema of FlexWhere SCIM" among the advisory locks: "FWSC". */
const MIGRATION_LOCK = 0x46575343;

/** What a connection, or a transaction behind a pooler, is set to. */
type Settings = readonly (readonly [name: string, value: string])[];

const writing = (budgetMs: number): Settings => [
  ['statement_timeout', `${budgetMs}`],
  ['idle_in_transaction_session_timeout', "'30s'"],
];

// Compiling a long filter takes longer than answering it, and no time budget ends that.
const reading = (budgetMs: number): Settings => [
  ['statement_timeout', `${budgetMs}`],
  ['jit', 'off'],
];

// Lookups go along an index even where the planner knows too little of a table to see it.
const LOOKING_UP: Settings = [...reading(LOOKUP_MS), ['enable_seqscan', 'off']];

/** What the operator configured for durability stands, unless it could lose what was acknowledged. */
const durable = (isLocal: boolean): string => `select set_config('synchronous_commit', 'on', ${isLocal})
  where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')`;

/** How a unit of work begins behind a pooler; the level comes before anything that reads. */
const pooledUnit = (budgetMs: number): string =>
  `set transaction isolation level read committed; ${setOf(writing(budgetMs), 'set local')}; ${durable(true)}`;

const setOf = (settings: Settings, word: 'set' | 'set local'): string =>
  settings.map(([name, value]) => `${word} ${name} = ${value}`).join('; ');

/**
 * PostgreSQL: pools of connections for units of work, for lookups, and for what goes far, each with its time budget.
 * @throws Error if the database does not answer.
 */
export async function openPostgres(url: string, limits: PostgresLimits): Promise<Database> {
  const database = new PostgresDatabase(url, limits);
  try {
    await database.ping();
  } catch (error) {
    await database.close(true);
    const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
    const problem = tlsProblem(url, cause);
    throw problem === undefined ? cause : new Error(problem, { cause });
  }
  return database;
}

/** What statements and connections on PostgreSQL may cost. */
export interface PostgresLimits {
  /** How long a statement may take, in milliseconds: of a scan or a walk, and of a unit of work. */
  readonly queryTimeoutMs: number;
  readonly writeTimeoutMs: number;
  /** How many connections units of work use, and how many lookups. */
  readonly poolSize: number;
  /** Whether statements stay prepared on their connections. */
  readonly prepares: boolean;
  /** Whether a pooler gives each transaction another connection: settings then hold for a transaction, never longer. */
  readonly isPooled: boolean;
}

class PostgresDatabase implements Database {
  readonly dialect = 'postgres';
  readonly watch = new StatementWatch();
  readonly #statements: PostgresStatements;
  readonly #writers: Knex;
  readonly #readers: Knex;
  readonly #far: Knex;
  readonly #monitor: Knex;
  readonly #scans: TurnQueue;
  readonly #walks: TurnQueue;
  readonly #lookups: TurnQueue;
  readonly #writes: TurnQueue;
  readonly #heartbeat: Heartbeat;
  readonly #connections = new Set<PostgresConnection>();
  readonly #units = new Set<Promise<unknown>>();
  readonly #cut = new Cut();
  readonly #writeTimeoutMs: number;
  readonly #isPooled: boolean;
  readonly #farSettings: Settings;
  readonly #counts = new LaneCounts();

  constructor(url: string, { queryTimeoutMs, writeTimeoutMs, poolSize, prepares, isPooled }: PostgresLimits) {
    this.#isPooled = isPooled;
    this.#farSettings = reading(queryTimeoutMs);
    this.#statements = new PostgresStatements(this.watch, prepares);
    this.#writeTimeoutMs = writeTimeoutMs;
    this.#monitor = this.#connect(url, 1, 'select 1');
    this.#heartbeat = new Heartbeat(
      () => this.#monitor.raw('select 1'),
      (reason) => {
        this.#refuseWaiting(reason);
      },
    );
    const fixed = (settings: Settings): string => (isPooled ? 'select 1' : setOf(settings, 'set'));
    const writer = `${setOf(writing(writeTimeoutMs), 'set')}; set default_transaction_isolation = 'read committed'; ${durable(false)}`;
    this.#writers = this.#connect(url, poolSize, isPooled ? 'select 1' : writer);
    this.#readers = this.#connect(url, poolSize, fixed(LOOKING_UP));
    this.#far = this.#connect(url, SCANS + WALKS, fixed(this.#farSettings));
    for (const pool of [this.#writers, this.#readers, this.#far]) this.watch.follow(pool);
    this.#scans = farQueue(SCANS, queryTimeoutMs);
    this.#walks = farQueue(WALKS, queryTimeoutMs);
    const turns = { slots: poolSize, tenantWaiting: TENANT_WAITING, refusal: busy };
    this.#lookups = new TurnQueue({ ...turns, tenantSlots: Math.ceil(poolSize / 2), waitMs: LOOKUP_WAIT_MS });
    this.#writes = new TurnQueue({ ...turns, tenantSlots: Math.ceil(poolSize * 0.8), waitMs: OPERATOR_LIMITS.waitMs });
  }

  lookup<T>(work: Work<T>, tenantId = ''): Promise<T> {
    return lookedUp(
      this.#counts.count(
        'lookup',
        this.#lookups.run(tenantId, () => this.#on(this.#readers, LOOKING_UP, work)),
      ),
    );
  }

  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T> {
    return scanned(
      this.#counts.count(
        'walk',
        this.#walks.run(tenantId, () => this.#on(this.#far, this.#farSettings, work), waitMs),
      ),
    );
  }

  scan<T>(tenantId: string, work: Work<T>): Promise<T> {
    return scanned(
      this.#counts.count(
        'scan',
        this.#scans.run(tenantId, () => this.#on(this.#far, this.#farSettings, work)),
      ),
    );
  }

  #session(knex: Knex): Session {
    return {
      dialect: 'postgres',
      knex,
      all: (sql, bindings, isHot = false) => this.#statements.all(knex, sql, bindings, isHot),
    };
  }

  #on<T>(knex: Knex, settings: Settings, work: Work<T>): Promise<T> {
    if (!this.#isPooled) return this.#heartbeat.watch(() => work(this.#session(knex)));
    return this.#heartbeat.watch(() =>
      knex.transaction(async (transaction) => {
        await transaction.raw(setOf(settings, 'set local'));
        return work(this.#session(transaction));
      }),
    );
  }

  async unit<T>(work: Work<T>, tenantId = '', limits: UnitLimits = OPERATOR_LIMITS): Promise<T> {
    const unit = this.#writes.run(tenantId, () => this.#attempts(work, limits), limits.waitMs);
    this.#units.add(unit);
    try {
      return await this.#counts.count('write', unit);
    } finally {
      this.#units.delete(unit);
    }
  }

  snapshot<T>(work: Work<T>): Promise<T> {
    return this.#far.transaction(
      async (knex) => {
        await knex.raw(setOf(reading(OPERATOR_LIMITS.budgetMs), 'set local'));
        return this.#cut.race(work(this.#session(knex)));
      },
      { isolationLevel: 'repeatable read', readOnly: true },
    );
  }

  async migrate(migration: (transaction: Knex) => Promise<void>): Promise<void> {
    await this.#writers.transaction(async (transaction) => {
      await transaction.raw('set local statement_timeout = 0');
      await transaction.raw('select pg_advisory_xact_lock(?)', [MIGRATION_LOCK]);
      await migration(transaction);
    });
  }

  async ping(): Promise<void> {
    await this.#heartbeat.ask().catch((error: unknown) => {
      throw databaseUnavailable(error);
    });
  }

  state(): StorageState {
    const [lookup, walk, scan] = [this.#lookups.waiting, this.#walks.waiting, this.#scans.waiting];
    return stateOf(this.watch, this.#counts, { lookup, walk, scan, write: this.#writes.waiting });
  }

  async close(cut: boolean): Promise<void> {
    if (cut) {
      this.#cut.now();
      await Promise.allSettled([...this.#connections].map((connection) => connection.end()));
    }
    await Promise.allSettled(this.#units);
    this.#heartbeat.stop();
    await Promise.all([this.#writers, this.#readers, this.#far, this.#monitor].map((pool) => pool.destroy()));
  }

  #connect(url: string, size: number, setUp: string): Knex {
    const note = (connection: PostgresConnection): void => {
      this.#connections.add(connection);
      connection.once('end', () => this.#connections.delete(connection));
      this.#heartbeat.add(connection);
    };
    return knexOn(postgresConnections(url, { size, setUp, note }));
  }

  #refuseWaiting(cause: Error): void {
    for (const queue of [this.#lookups, this.#writes, this.#scans, this.#walks])
      queue.refuseWaiting(databaseUnavailable(cause));
  }

  async #attempts<T>(work: Work<T>, { budgetMs }: UnitLimits): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      this.#cut.check();
      try {
        return await this.#heartbeat.watch(() => this.#transaction(work, budgetMs));
      } catch (error) {
        if (attempt === ATTEMPTS || !isWorthRetrying(error)) throw refusalOf(error);
        await sleep(Math.random() * JITTER_MS * 2 ** attempt);
      }
    }
  }

  #transaction<T>(work: Work<T>, budgetMs: number): Promise<T> {
    return this.#writers.transaction(async (knex) => {
      if (this.#isPooled) await knex.raw(pooledUnit(budgetMs));
      else if (budgetMs !== this.#writeTimeoutMs) await knex.raw(`set local statement_timeout = ${budgetMs}`);
      return this.#cut.race(work(this.#session(knex)));
    });
  }
}
