/** What tenants wait for, each in its own order; tenants take turns, so that one that wants much holds up itself only. */
export class TenantTurns<Item> {
  /** In the order of the turns: who has had one goes behind the others. */
  readonly #waiting = new Map<string, Item[]>();

  add(tenantId: string, item: Item): void {
    const items = this.#waiting.get(tenantId);
    if (items === undefined) this.#waiting.set(tenantId, [item]);
    else items.push(item);
  }

  /** Takes what is next out of the queue. */
  next(): Item | undefined {
    for (const [tenantId, items] of this.#waiting) {
      this.#waiting.delete(tenantId);
      const item = items.shift();
      if (items.length > 0) this.#waiting.set(tenantId, items);
      return item;
    }
    return undefined;
  }

  /** Takes as much as there is, `limit` at most. */
  nextOnes(limit: number): readonly Item[] {
    const taken: Item[] = [];
    while (taken.length < limit) {
      const item = this.next();
      if (item === undefined) break;
      taken.push(item);
    }
    return taken;
  }

  /** Takes out what no longer waits. */
  remove(tenantId: string, gone: Item): void {
    const items = (this.#waiting.get(tenantId) ?? []).filter((item) => item !== gone);
    if (items.length > 0) this.#waiting.set(tenantId, items);
    else this.#waiting.delete(tenantId);
  }
}

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
