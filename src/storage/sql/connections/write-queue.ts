import type { Knex } from 'knex';
import { busy, OPERATOR_LIMITS, refusalOf, type UnitLimits, type Work } from './database.js';
import { endsSqliteTransaction, isOverBudget } from './driver.js';
import { TenantTurns } from './turn-queue.js';
import type { WorkBudget } from './work-budget.js';

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

  /** @throws Error if work has been cut. */
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

/** How many units of work share a transaction at most, and after how many milliseconds it takes no more of them. */
const BATCH = 32;
const BATCH_MS = 50;

/** How many units of work of one tenant wait at most. */
export const TENANT_WAITING = 1000;

/** Takes the write lock without writing: knex begins deferred transactions only, whose later upgrade may fail. */
const TAKE_WRITE_LOCK = 'delete from tenants where false';

interface Unit {
  readonly limits: UnitLimits;
  /** Runs the work within a savepoint; resolves with what to do when it is on disk. */
  run(batch: Knex): Promise<() => void>;
  /** Told when it begins: it waits no longer. */
  begin(): void;
  reject(reason: unknown): void;
}

/** The writer's connection, as the queue uses it. */
export interface Writer {
  readonly knex: Knex;
  readonly budget: WorkBudget;
  /** @throws ScimError 503 if the file is not the one that was opened. */
  readonly checkFile: () => void;
}

/**
 * Units of work on SQLite's one writer; tenants take turns. Units that wait at the same time share one transaction, each
 * within a savepoint of its own, and are acknowledged after the common commit: one flush to disk for all of them. A unit
 * that holds the writer for longer than its budget is rolled back, and the others of its transaction run again.
 */
export class WriteQueue {
  readonly #writer: Writer;
  readonly #waiting = new TenantTurns<Unit>();
  readonly #cut = new Cut();
  #running: Promise<void> | undefined;

  constructor(writer: Writer) {
    this.#writer = writer;
  }

  /** Resolves with the work's result when it is on disk; rejects when nothing of it is kept. */
  add<T>(tenantId: string, work: Work<T>, limits: UnitLimits = OPERATOR_LIMITS): Promise<T> {
    if (this.#waiting.count(tenantId) >= TENANT_WAITING) return Promise.reject(busy());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.remove(tenantId, unit);
        reject(busy());
      }, limits.waitMs);
      const begin = (): void => {
        clearTimeout(timer);
      };
      const run = async (batch: Knex): Promise<() => void> => {
        const result = await batch.transaction((knex) => this.#cut.race(work({ dialect: 'sqlite', knex })));
        return () => {
          resolve(result);
        };
      };
      const unit = { limits, run, begin, reject };
      this.#waiting.add(tenantId, unit);
      this.#running ??= this.#runAll();
    });
  }

  /** Waits for the units it has; with `cut`, rolls back what runs and refuses what waits. */
  async close(cut: boolean): Promise<void> {
    if (cut) {
      this.#cut.now();
      this.#writer.budget.interrupt();
    }
    await this.#running;
  }

  async #runAll(): Promise<void> {
    for (let unit = this.#waiting.next(); unit !== undefined; unit = this.#waiting.next()) {
      await this.#runBatch(new Batch(unit, this.#waiting));
    }
    this.#running = undefined;
  }

  /** Runs a batch until what is left of it has been committed, or has failed as a whole. */
  async #runBatch(batch: Batch): Promise<void> {
    while (batch.size > 0) {
      try {
        this.#writer.checkFile();
        const acknowledgements = await this.#writer.knex.transaction((knex) => this.#runUnits(knex, batch));
        // What went into a file that was replaced meanwhile is not on disk.
        this.#writer.checkFile();
        for (const acknowledge of acknowledgements) acknowledge();
        return;
      } catch (error) {
        // A COMMIT that failed may have left the transaction open.
        await this.#writer.knex.raw('rollback').catch(() => undefined);
        if (isOverBudget(error) && batch.running !== undefined) batch.refuseRunning(refusalOf(error));
        else this.#refuse(batch, error);
      }
    }
  }

  /** What fails a whole batch, such as a full disk, would fail what waits behind it as well, each after its own wait. */
  #refuse(batch: Batch, error: unknown): void {
    const reason = refusalOf(error);
    batch.refuseAll(reason);
    for (const unit of this.#waiting.drain()) {
      unit.begin();
      unit.reject(reason);
    }
  }

  async #runUnits(knex: Knex, batch: Batch): Promise<readonly (() => void)[]> {
    const acknowledgements: (() => void)[] = [];
    await knex.raw(TAKE_WRITE_LOCK);
    for (const unit of batch.units()) {
      this.#cut.check();
      try {
        acknowledgements.push(await this.#writer.budget.within(unit.limits.budgetMs, () => unit.run(knex)));
      } catch (error) {
        if (endsSqliteTransaction(error)) throw error;
        batch.refuseRunning(error);
      }
    }
    return acknowledgements;
  }
}

/** Units that share a transaction. */
class Batch {
  readonly #units: Unit[];
  readonly #waiting: TenantTurns<Unit>;
  /** The unit that runs; undefined if none does. */
  running: Unit | undefined;

  constructor(first: Unit, waiting: TenantTurns<Unit>) {
    first.begin();
    this.#units = [first];
    this.#waiting = waiting;
  }

  get size(): number {
    return this.#units.length;
  }

  /** The units one by one: those that there are, and what waits meanwhile, until the batch is full. */
  *units(): Generator<Unit> {
    const end = performance.now() + BATCH_MS;
    for (const unit of [...this.#units]) yield (this.running = unit);
    while (this.#units.length < BATCH && performance.now() < end) {
      const unit = this.#waiting.next();
      if (unit === undefined) break;
      unit.begin();
      this.#units.push(unit);
      yield (this.running = unit);
    }
    this.running = undefined;
  }

  /** Takes the unit that runs out of the batch. */
  refuseRunning(reason: unknown): void {
    const position = this.#units.findIndex((unit) => unit === this.running);
    if (position >= 0) this.#units.splice(position, 1);
    this.running?.reject(reason);
  }

  /** Refuses all units of the batch. */
  refuseAll(reason: unknown): void {
    for (const unit of this.#units.splice(0)) unit.reject(reason);
  }
}
