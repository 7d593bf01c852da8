import type { Knex } from 'knex';
import { invalidValue, ScimError, tooMany, unavailable } from '../../../protocol/scim-error.js';
import type { StorageState } from '../../storage-state.js';
import { isOverBudget, isUnavailable, isUnstorable, type Dialect } from './driver.js';
import type { Bound, StatementWatch } from './statements/watch.js';
import { TurnQueue } from './turn-queue.js';

/** Where statements run: a pool of connections, or the one connection of a unit of work. */
export interface Session {
  readonly dialect: Dialect;
  readonly knex: Knex;
  /**
   * Runs a statement past the builder; its places are question marks. SQLite keeps it prepared.
   * @param isHot whether PostgreSQL keeps it prepared as well: it is one of few texts, and one plan suits all values
   */
  all<Row extends object>(sql: string, bindings: readonly Bound[], isHot?: boolean): Promise<readonly Row[]>;
}

/** A unit of work: runs in one transaction, and may be run again after a serialization failure. */
export type Work<T> = (session: Session) => Promise<T>;

/** The reads of a directory, by how long they may take. */
export interface Reads {
  /**
   * Reads along an index, on connections that nothing else runs on.
   * @param tenantId whose turn it takes where there are more than connections; what is of none waits like one of its own
   * @param budgetMs how long it may take where it can go on as a scan; SQLite, with its one connection, holds it to that
   * @throws SlowLookUp if it takes longer than lookups do.
   */
  lookup<T>(work: Work<T>, tenantId?: string, budgetMs?: number): Promise<T>;
  /**
   * Reads along an index that go far; few run at a time, on connections of their own.
   * @param waitMs how long they wait for their turn at most; as long as a statement may take unless given
   */
  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T>;
  /**
   * Reads that may visit every resource of a tenant; few run at a time, on connections of their own.
   * @throws ScimError 400 `tooMany` for one that takes longer than its budget, 503 if too many wait.
   */
  scan<T>(tenantId: string, work: Work<T>): Promise<T>;
}

/** What a unit of work may take; the defaults are those of the operator's own work. */
export interface UnitLimits {
  /** How long it waits for its turn at most, in milliseconds. */
  readonly waitMs: number;
  /** How long it may hold SQLite's writer, or a statement of it may take on PostgreSQL, in milliseconds. */
  readonly budgetMs: number;
}

/** The limits of units of work that no provisioning client sends. */
export const OPERATOR_LIMITS: UnitLimits = { waitMs: 60_000, budgetMs: 60_000 };

/** What SQLite and PostgreSQL do differently: connections, transactions, time budgets. */
export interface Database extends Reads {
  readonly dialect: Dialect;
  /** Tells of the statements that are run; those of a heartbeat aside. */
  readonly watch: StatementWatch;
  /**
   * Runs work in one transaction, perhaps more than once; resolves when it is on disk. Where it has to wait, tenants take
   * turns; what is of no tenant in particular waits like a tenant of its own.
   * @throws ScimError 503 when it waits or takes longer than its limits, and when the database is unavailable.
   */
  unit<T>(work: Work<T>, tenantId?: string, limits?: UnitLimits): Promise<T>;
  /**
   * Reads that all see the database as it is at one moment, whatever is written meanwhile; on a connection of their own, for an
   * operator's work that may take long.
   */
  snapshot<T>(work: Work<T>): Promise<T>;
  /** Runs migrations in one transaction; one process does so at a time. */
  migrate(migration: (transaction: Knex) => Promise<void>): Promise<void>;
  /** @throws ScimError 503 when the database does not answer, or is not the one that was opened. */
  ping(): Promise<void>;
  /** What it has done since it was opened. */
  state(): StorageState;
  close(cut: boolean): Promise<void>;
}

/** The rows of a statement. */
export function selectRows<Row extends object>(
  session: Session,
  sql: string,
  bindings: readonly Bound[],
): Promise<readonly Row[]> {
  return session.all<Row>(sql, bindings);
}

/** The rows of a statement that requests run again and again, along an index whatever the values. */
export function hotRows<Row extends object>(
  session: Session,
  sql: string,
  bindings: readonly Bound[],
): Promise<readonly Row[]> {
  return session.all<Row>(sql, bindings, true);
}

/** A lookup that took longer than its budget, for a reader that can continue it as a scan. */
export class SlowLookUp extends ScimError {
  constructor(cause: unknown) {
    super(503, SLOW, { headers: { 'Retry-After': String(RETRY_SECONDS) }, cause });
  }
}

/**
 * The result of a lookup.
 * @throws SlowLookUp for one that took longer than its budget, and what `refusalOf` makes of other errors.
 */
export async function lookedUp<T>(reads: Promise<T>): Promise<T> {
  try {
    return await reads;
  } catch (error) {
    throw isOverBudget(error) ? new SlowLookUp(error) : refusalOf(error);
  }
}

/**
 * The result of a read that may take its whole budget.
 * @throws ScimError 400 `tooMany` when it took longer, and what `refusalOf` makes of other errors.
 */
export async function scanned<T>(reads: Promise<T>): Promise<T> {
  try {
    return await reads;
  } catch (error) {
    throw isOverBudget(error) ? tooMany(NARROW) : refusalOf(error);
  }
}

/** The detail of the error for a query that takes longer than its budget. */
export const NARROW =
  'The query takes too long; narrow it, for example with a filter on userName, externalId, displayName or id.';
const SLOW = 'The database takes longer than it should; send the request again later.';

/** After how many seconds a refused request may be sent again. */
const RETRY_SECONDS = 10;

/**
 * What to throw for a failed statement: 503 where the database is unavailable, full or too slow, 400 `invalidValue` for text that
 * it cannot store, and the error itself where it is an internal error.
 */
export function refusalOf(error: unknown): unknown {
  if (isUnstorable(error)) return invalidValue('Text must not contain the character U+0000.');
  if (isOverBudget(error)) return unavailable(SLOW, RETRY_SECONDS, error);
  return isUnavailable(error) ? databaseUnavailable(error) : error;
}

/** 503 for a database that does not answer, or not as it should; the log has the cause. */
export const databaseUnavailable = (cause: unknown): ScimError =>
  unavailable('The database is not available; send the request again later.', RETRY_SECONDS, cause);

/** 503 for what waited too long for its turn, or stood too far behind in the queue. */
export class Busy extends ScimError {
  constructor() {
    const headers = { 'Retry-After': String(RETRY_SECONDS) };
    super(503, 'The server is busy; send the request again later.', { headers });
  }
}

/** Makes the refusal of a queue. */
export const busy = (): ScimError => new Busy();

/** How many scans of one tenant, or walks, wait for their turn at most. */
const TENANT_SCANS = 8;

/**
 * The turns of scans and walks, which are as many as there are connections for them.
 * @param waitMs how long one waits at most: as long as a scan may take
 */
export function farQueue(slots: number, waitMs: number): TurnQueue {
  return new TurnQueue({
    slots,
    tenantSlots: Math.ceil(slots / 2),
    tenantWaiting: TENANT_SCANS,
    waitMs,
    refusal: busy,
  });
}
