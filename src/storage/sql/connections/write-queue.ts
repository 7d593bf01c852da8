import type { Knex } from 'knex';
import type { Work } from './database.js';
import { endsSqliteTransaction } from './driver.js';
import { TenantTurns } from './turn-queue.js';

/** Ends units of work from outside, once and for all. */
export class Cut {
  readonly #rejects = new Set<(reason: Error) => void>();
  #reason: Error | undefined;

  /** Rejects every piece of work that is raced with it, now and later. */
  now(): void {
    const reason = new Error('The storage was closed before this unit of work was done');
    this.#reason = reason;
    for (const reject of this.#rejects) reject(reason);
  }

  /** @throws Error when work has been cut. */
  check(): void {
    if (this.#reason !== undefined) throw this.#reason;
  }

  /** The result of the work, unless it is cut before. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      this.#rejects.add(reject);
      work.then(resolve, reject).finally(() => this.#rejects.delete(reject));
    });
  }
}

/** How many units of work share a transaction at most. */
const BATCH = 32;

/** Takes the write lock without writing: knex begins deferred transactions only, whose later upgrade may fail. */
const TAKE_WRITE_LOCK = 'delete from tenants where false';

interface Unit {
  /** Runs the work within a savepoint; resolves with what to do when it is on disk. */
  run(batch: Knex): Promise<() => void>;
  reject(reason: unknown): void;
}

/**
 * Units of work on SQLite's one writer; tenants take turns. Units that wait at the same time share one transaction, each
 * within a savepoint of its own, and are acknowledged after the common commit: one flush to disk for all of them.
 */
export class WriteQueue {
  readonly #writer: Knex;
  readonly #interrupt: () => void;
  readonly #waiting = new TenantTurns<Unit>();
  readonly #cut = new Cut();
  #running: Promise<void> | undefined;

  /** @param interrupt ends the statement that the writer runs */
  constructor(writer: Knex, interrupt: () => void) {
    this.#writer = writer;
    this.#interrupt = interrupt;
  }

  /** Resolves with the work's result when it is on disk; rejects when nothing of it is kept. */
  add<T>(tenantId: string, work: Work<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const run = async (batch: Knex): Promise<() => void> => {
        const result = await batch.transaction((knex) => this.#cut.race(work({ dialect: 'sqlite', knex })));
        return () => {
          resolve(result);
        };
      };
      this.#waiting.add(tenantId, { run, reject });
      this.#running ??= this.#runAll();
    });
  }

  /** Waits for the units it has; with `cut`, rolls back what runs and refuses what waits. */
  async close(cut: boolean): Promise<void> {
    if (cut) {
      this.#cut.now();
      this.#interrupt();
    }
    await this.#running;
  }

  async #runAll(): Promise<void> {
    for (let units = this.#waiting.nextOnes(BATCH); units.length > 0; units = this.#waiting.nextOnes(BATCH)) {
      await this.#runBatch(units);
    }
    this.#running = undefined;
  }

  async #runBatch(units: readonly Unit[]): Promise<void> {
    try {
      const acknowledgements = await this.#writer.transaction((batch) => this.#runUnits(batch, units));
      for (const acknowledge of acknowledgements) acknowledge();
    } catch (error) {
      // A COMMIT that failed may have left the transaction open.
      await this.#writer.raw('rollback').catch(() => undefined);
      for (const unit of units) unit.reject(error);
    }
  }

  async #runUnits(batch: Knex, units: readonly Unit[]): Promise<readonly (() => void)[]> {
    const acknowledgements: (() => void)[] = [];
    await batch.raw(TAKE_WRITE_LOCK);
    for (const unit of units) {
      this.#cut.check();
      try {
        acknowledgements.push(await unit.run(batch));
      } catch (error) {
        if (endsSqliteTransaction(error)) throw error;
        unit.reject(error);
      }
    }
    return acknowledgements;
  }
}
