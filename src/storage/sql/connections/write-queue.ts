import { busy, OPERATOR_LIMITS, refusalOf, type Session, type UnitLimits, type Work } from './database.js';
import { endsSqliteTransaction, isOverBudget } from './driver.js';
import type { SqliteSession } from './sqlite-session.js';
import { TenantTurns } from './turn-queue.js';
import { UnitCosts } from './unit-costs.js';
import { UnitSession } from './unit-session.js';
import { Cut } from './work-budget.js';

/**
 * How many units of work share a transaction at most, and how many milliseconds they may take together where that can be
 * foreseen: each is acknowledged when the last one is done, so that none may wait for another tenant's long one.
 */
const BATCH = 32;
const BATCH_MS = 50;

/** How many units of work of one tenant wait at most. */
export const TENANT_WAITING = 1000;

interface Unit {
  readonly tenantId: string;
  readonly limits: UnitLimits;
  /** Runs the work; resolves with what to do when it is on disk. */
  run(session: Session): Promise<() => void>;
  /** Told when it begins: it waits no longer. */
  begin(): void;
  reject(reason: unknown): void;
}

/** The writer's connection, as the queue uses it. */
export interface Writer {
  readonly connection: SqliteSession;
  /** @throws ScimError 503 if the file is not the one that was opened. */
  readonly checkFile: () => void;
}

/**
 * Units of work on SQLite's one writer; tenants take turns. Units that wait at the same time share one transaction, and are
 * acknowledged after the common commit: one flush to disk for all of them. A tenant whose latest units took long, with their
 * commits, shares its transactions with nobody. Where one of them fails when it has written, the transaction is rolled back,
 * and the others run again, each within a savepoint of its own; savepoints cost as much as the work, and few units fail. A
 * unit that holds the writer for longer than its budget is rolled back in the same way.
 */
export class WriteQueue {
  readonly #writer: Writer;
  readonly #waiting = new TenantTurns<Unit>();
  readonly #cut = new Cut();
  readonly #costs = new UnitCosts();
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
      const run = async (session: Session): Promise<() => void> => {
        const result = await this.#cut.race(work(session));
        return () => {
          resolve(result);
        };
      };
      const unit = { tenantId, limits, run, begin, reject };
      this.#waiting.add(tenantId, unit);
      this.#running ??= this.#runAll();
    });
  }

  /** How many units wait now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Runs what is no unit of work, such as a migration, when no unit runs; units wait meanwhile. */
  async alone(work: () => Promise<void>): Promise<void> {
    while (this.#running !== undefined) await this.#running;
    const done = work();
    this.#running = done.catch(() => undefined).then(() => this.#runAll());
    await done;
  }

  /** Waits for the units it has; with `cut`, rolls back what runs and refuses what waits. */
  async close(cut: boolean): Promise<void> {
    if (cut) {
      this.#cut.now();
      this.#writer.connection.budget.interrupt();
    }
    await this.#running;
    // Work that was cut may still be on its way.
    if (cut) await this.#writer.connection.freeze();
  }

  async #runAll(): Promise<void> {
    for (let unit = this.#waiting.next(); unit !== undefined; unit = this.#waiting.next()) {
      await this.#runBatch(new Batch(unit, this.#waiting, this.#costs));
    }
    this.#running = undefined;
  }

  /** Runs a batch until what is left of it has been committed, or has failed as a whole. */
  async #runBatch(batch: Batch): Promise<void> {
    while (batch.size > 0) {
      try {
        this.#writer.checkFile();
        const acknowledgements = await this.#transaction(batch);
        // What went into a file that was replaced meanwhile is not on disk.
        this.#writer.checkFile();
        for (const acknowledge of acknowledgements) acknowledge();
        return;
      } catch (error) {
        if (this.#cut.isOver) await this.#writer.connection.freeze();
        // Nothing is open where BEGIN failed, or SQLite rolled back by itself; a COMMIT that failed may leave it open.
        else await this.#run('rollback').catch(() => undefined);
        if (error instanceof Unwritten) batch.refuseRunning(error.cause);
        else if (isOverBudget(error) && batch.running !== undefined) batch.refuseRunning(refusalOf(error));
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

  async #transaction(batch: Batch): Promise<readonly (() => void)[]> {
    await this.#run('begin immediate');
    const acknowledgements: (() => void)[] = [];
    for (const unit of batch.units()) {
      this.#cut.check();
      const acknowledge = await (batch.isCareful ? this.#runWithin(unit, batch) : this.#runUnit(unit, batch));
      if (acknowledge !== undefined) acknowledgements.push(acknowledge);
    }
    const began = performance.now();
    await this.#run('commit');
    batch.shareCost(performance.now() - began);
    return acknowledgements;
  }

  /**
   * Runs a unit of work; undefined if it has failed without writing anything.
   * @throws Unwritten where it has written, so that the transaction has to be rolled back
   */
  async #runUnit(unit: Unit, batch: Batch): Promise<(() => void) | undefined> {
    const session = new UnitSession(this.#writer.connection);
    const began = performance.now();
    try {
      return await this.#writer.connection.budget.within(unit.limits.budgetMs, () => unit.run(session));
    } catch (error) {
      if (endsSqliteTransaction(error) || this.#cut.isOver) throw error;
      if (session.mayHaveWritten) throw new Unwritten(error);
      batch.refuseRunning(error);
      return undefined;
    } finally {
      session.end();
      batch.noteCost(performance.now() - began);
    }
  }

  /** Runs a unit of work within a savepoint; undefined if it has failed, and nothing of it is left. */
  async #runWithin(unit: Unit, batch: Batch): Promise<(() => void) | undefined> {
    await this.#run('savepoint unit');
    try {
      const acknowledge = await this.#runUnit(unit, batch);
      await this.#run('release unit');
      return acknowledge;
    } catch (error) {
      if (!(error instanceof Unwritten)) throw error;
      await this.#run('rollback to unit');
      await this.#run('release unit');
      batch.refuseRunning(error.cause);
      return undefined;
    }
  }

  async #run(sql: string): Promise<void> {
    await this.#writer.connection.all(sql, []);
  }
}

/** A unit of work has failed, and what it wrote has to be rolled back. */
class Unwritten extends Error {
  constructor(cause: unknown) {
    super('The unit of work failed', { cause });
  }
}

/** Units that share a transaction. */
class Batch {
  readonly #units: Unit[];
  readonly #waiting: TenantTurns<Unit>;
  readonly #costs: UnitCosts;
  /** Milliseconds that each tenant's units have taken. */
  #took = new Map<string, number>();
  /** The unit that runs; undefined if none does. */
  running: Unit | undefined;
  /** Whether a unit has failed before, so that each runs within a savepoint. */
  isCareful = false;

  constructor(first: Unit, waiting: TenantTurns<Unit>, costs: UnitCosts) {
    first.begin();
    this.#units = [first];
    this.#waiting = waiting;
    this.#costs = costs;
  }

  get size(): number {
    return this.#units.length;
  }

  /**
   * The units one by one: those that there are, and what waits meanwhile, until the batch is full. Who is passed over has the
   * first turn in the next one.
   */
  *units(): Generator<Unit> {
    const end = performance.now() + BATCH_MS;
    const isLong = this.#units.some(({ tenantId }) => this.#costs.of(tenantId) >= BATCH_MS);
    for (const unit of [...this.#units]) yield (this.running = unit);
    while (!isLong && this.#units.length < BATCH) {
      const now = performance.now();
      const unit = this.#waiting.next((tenantId) => now + this.#costs.of(tenantId) < end);
      if (unit === undefined) break;
      unit.begin();
      this.#units.push(unit);
      yield (this.running = unit);
    }
    this.running = undefined;
  }

  /** Notes how many milliseconds the unit that runs has taken. */
  noteCost(milliseconds: number): void {
    const { tenantId = '' } = this.running ?? {};
    this.#costs.note(tenantId, milliseconds);
    this.#waiting.charge(tenantId, milliseconds);
    this.#took.set(tenantId, (this.#took.get(tenantId) ?? 0) + milliseconds);
  }

  /**
   * Counts the commit as well, which takes the longer the more was written: to each tenant as much of it as it has of the time
   * that the units took.
   */
  shareCost(milliseconds: number): void {
    const all = [...this.#took.values()].reduce((sum, took) => sum + took, 0);
    for (const [tenantId, took] of this.#took) {
      const share = (milliseconds * took) / all;
      this.#costs.add(tenantId, share);
      this.#waiting.charge(tenantId, share);
    }
  }

  /** Takes the unit that runs out of the batch. */
  refuseRunning(reason: unknown): void {
    const position = this.#units.findIndex((unit) => unit === this.running);
    if (position >= 0) this.#units.splice(position, 1);
    this.running?.reject(reason);
    this.isCareful = true;
  }

  /** Refuses all units of the batch. */
  refuseAll(reason: unknown): void {
    for (const unit of this.#units.splice(0)) unit.reject(reason);
  }
}
