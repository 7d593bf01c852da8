import type { Knex } from 'knex';
import { invalidValue, tooMany } from '../../../protocol/scim-error.js';
import { isOverBudget, isUnstorable, type Dialect } from './driver.js';
import { TurnQueue } from './turn-queue.js';

/** Where statements run: a pool of connections, or the one connection of a unit of work. */
export interface Session {
  readonly dialect: Dialect;
  readonly knex: Knex;
}

export type Work<T> = (session: Session) => Promise<T>;

/** The reads of a directory, by how long they may take. */
export interface Reads {
  /** Reads along an index. */
  lookup<T>(work: Work<T>): Promise<T>;
  /**
   * Reads along an index that go far; few run at a time, so that they hold up no look-ups.
   * @param waitMs how long they wait for their turn at most; as long as a statement may take unless given
   */
  walk<T>(tenantId: string, work: Work<T>, waitMs?: number): Promise<T>;
  /** Reads that may visit every resource of a tenant; few run at a time. */
  scan<T>(tenantId: string, work: Work<T>): Promise<T>;
}

/** What SQLite and PostgreSQL do each in its own way: connections, transactions, time budgets. */
export interface Database extends Reads {
  readonly dialect: Dialect;
  /**
   * Runs work in one transaction, perhaps more than once; resolves when it is on disk. Where it has to wait, tenants take
   * turns; what is of no tenant in particular waits like a tenant of its own.
   */
  unit<T>(work: Work<T>, tenantId?: string): Promise<T>;
  /** Runs migrations in one transaction; one process does so at a time. */
  migrate(migration: (transaction: Knex) => Promise<void>): Promise<void>;
  ping(): Promise<void>;
  close(cut: boolean): Promise<void>;
}

/** The rows of a statement; PostgreSQL wraps them, SQLite does not. */
export async function selectRows<Row extends object>(
  session: Session,
  sql: string,
  bindings: readonly Knex.RawBinding[],
): Promise<readonly Row[]> {
  const result = (await session.knex.raw(sql, bindings)) as Row[] | { rows: Row[] };
  return Array.isArray(result) ? result : result.rows;
}

/**
 * The result of reads on connections with a time budget.
 * @throws ScimError 400 `tooMany` when a statement was ended for its budget, `invalidValue` for text that cannot be stored.
 */
export async function answered<T>(reads: Promise<T>): Promise<T> {
  try {
    return await reads;
  } catch (error) {
    throw isOverBudget(error) ? tooMany(NARROW) : unlessUnstorable(error);
  }
}

const NARROW =
  'The query takes too long; narrow it, for example with a filter on userName, externalId, displayName or id.';

/** What to throw for a failed statement. */
export function unlessUnstorable(error: unknown): unknown {
  return isUnstorable(error) ? invalidValue('Text must not contain the character U+0000.') : error;
}

/** Gives scans, or walks, their turns: so many at a time, and none that waits longer than it might take. */
export function scanQueue(slots: number, queryTimeoutMs: number): TurnQueue {
  return new TurnQueue(slots, queryTimeoutMs, () => tooMany(BUSY));
}

const BUSY = 'The server is busy with other long queries; try again later, or filter by userName, externalId or id.';
