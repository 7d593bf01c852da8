import { TenantTurns } from './tenant-turns.js';

/** Lets so much work of all tenants run at a time; tenants take turns. */
export class TurnQueue {
  readonly #waitMs: number;
  readonly #refusal: () => Error;
  /** Each starts a piece of work. */
  readonly #waiting = new TenantTurns<() => void>();
  #free: number;

  /**
   * @param slots how much runs at a time
   * @param waitMs how long work waits for its turn at most, in milliseconds
   * @param refusal what is thrown when its turn does not come in time
   */
  constructor(slots: number, waitMs: number, refusal: () => Error) {
    this.#free = slots;
    this.#waitMs = waitMs;
    this.#refusal = refusal;
  }

  /**
   * Runs work when it is its turn.
   * @param waitMs how long this work waits at most, where not as long as other work
   */
  async run<T>(tenantId: string, work: () => Promise<T>, waitMs = this.#waitMs): Promise<T> {
    if (this.#free === 0) await this.#turn(tenantId, waitMs);
    else this.#free -= 1;
    try {
      return await work();
    } finally {
      this.#next();
    }
  }

  #turn(tenantId: string, waitMs: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const start = (): void => {
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.#waiting.remove(tenantId, start);
        reject(this.#refusal());
      }, waitMs);
      this.#waiting.add(tenantId, start);
    });
  }

  #next(): void {
    const start = this.#waiting.next();
    if (start === undefined) this.#free += 1;
    else start();
  }
}
