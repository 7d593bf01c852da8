/** How many tenants are remembered, and what a turn counts for at least, in milliseconds. */
const REMEMBERED = 1_000;
const LEAST = 1;

/**
 * What tenants wait for, each in its own order. The next turn is that of the tenant whose turns have taken the least time, so
 * that one that wants much, or whose work takes long, holds up itself. Time counts from when a tenant begins to wait: one that
 * has been away has the same claim as the one whose turn it is, and no greater one (start-time fair queueing).
 */
export class TenantTurns<Item> {
  /** In the order of the turns where tenants have had the same time: who has had one goes behind the others. */
  readonly #waiting = new Map<string, Item[]>();
  /** How much time each tenant has had; the least recently charged first. */
  readonly #had = new Map<string, number>();
  /** What the tenant whose turn it is had before it. */
  #floor = 0;

  add(tenantId: string, item: Item): void {
    const items = this.#waiting.get(tenantId);
    if (items !== undefined) {
      items.push(item);
      return;
    }
    this.#remember(tenantId, this.#hadBy(tenantId));
    this.#waiting.set(tenantId, [item]);
  }

  /** How much a tenant waits for. */
  count(tenantId: string): number {
    return this.#waiting.get(tenantId)?.length ?? 0;
  }

  /** How much of all tenants waits. */
  get size(): number {
    let size = 0;
    for (const items of this.#waiting.values()) size += items.length;
    return size;
  }

  /** Takes what is next out of the queue, of the tenants that may have a turn. */
  next(mayRun: (tenantId: string) => boolean = () => true): Item | undefined {
    let first: { readonly tenantId: string; readonly items: Item[]; readonly had: number } | undefined;
    for (const [tenantId, items] of this.#waiting) {
      const had = this.#had.get(tenantId) ?? this.#floor;
      if ((first === undefined || had < first.had) && mayRun(tenantId)) first = { tenantId, items, had };
    }
    if (first === undefined) return undefined;
    const { tenantId, items } = first;
    this.begin(tenantId);
    this.#waiting.delete(tenantId);
    const item = items.shift();
    if (items.length > 0) this.#waiting.set(tenantId, items);
    return item;
  }

  /** Notes that a tenant has a turn: without having waited, where nobody waits. */
  begin(tenantId: string): void {
    this.#floor = Math.max(this.#floor, this.#had.get(tenantId) ?? 0);
  }

  /** Notes how many milliseconds a turn of a tenant has taken. */
  charge(tenantId: string, milliseconds: number): void {
    this.#remember(tenantId, this.#hadBy(tenantId) + Math.max(milliseconds, LEAST));
  }

  /** Takes out what no longer waits. */
  remove(tenantId: string, gone: Item): void {
    const items = (this.#waiting.get(tenantId) ?? []).filter((item) => item !== gone);
    if (items.length > 0) this.#waiting.set(tenantId, items);
    else this.#waiting.delete(tenantId);
  }

  /** Takes everything out. */
  drain(): readonly Item[] {
    const all = [...this.#waiting.values()].flat();
    this.#waiting.clear();
    return all;
  }

  /** How much time a tenant has had; one that comes anew, as much as the one whose turn it is. */
  #hadBy(tenantId: string): number {
    const had = this.#had.get(tenantId) ?? this.#floor;
    return this.#waiting.has(tenantId) ? had : Math.max(had, this.#floor);
  }

  #remember(tenantId: string, had: number): void {
    this.#had.delete(tenantId);
    this.#had.set(tenantId, had);
    const [oldest] = this.#had.size > REMEMBERED ? this.#had.keys() : [];
    if (oldest !== undefined) this.#had.delete(oldest);
  }
}

/** How much work a queue runs and keeps waiting. */
export interface TurnLimits {
  /** How much runs at a time. */
  readonly slots: number;
  /** How much of one tenant runs at a time; as much as there are slots unless given. */
  readonly tenantSlots?: number;
  /** How much of one tenant waits at most; no bound unless given. */
  readonly tenantWaiting?: number;
  /** How long work waits for its turn at most, in milliseconds. */
  readonly waitMs: number;
  /** What is thrown for work that waits too long, or has too much in front of it. */
  readonly refusal: () => Error;
}

interface Waiting {
  readonly start: () => void;
  readonly refuse: (reason: Error) => void;
}

/** Lets so much work of all tenants run at a time; tenants take turns. */
export class TurnQueue {
  readonly #limits: TurnLimits;
  readonly #waiting = new TenantTurns<Waiting>();
  /** How much of each tenant runs. */
  readonly #running = new Map<string, number>();
  #free: number;

  constructor(limits: TurnLimits) {
    this.#limits = limits;
    this.#free = limits.slots;
  }

  /**
   * Runs work when it is its turn.
   * @param waitMs how long this work waits at most, where not as long as other work
   */
  async run<T>(tenantId: string, work: () => Promise<T>, waitMs = this.#limits.waitMs): Promise<T> {
    if (this.#free > 0 && this.#mayRun(tenantId)) this.#begin(tenantId);
    else await this.#turn(tenantId, waitMs);
    const began = performance.now();
    try {
      return await work();
    } finally {
      this.#waiting.charge(tenantId, performance.now() - began);
      this.#end(tenantId);
    }
  }

  /** How much work waits now. */
  get waiting(): number {
    return this.#waiting.size;
  }

  /** Refuses all work that waits now. */
  refuseWaiting(reason: Error): void {
    for (const { refuse } of this.#waiting.drain()) refuse(reason);
  }

  #turn(tenantId: string, waitMs: number): Promise<void> {
    const { tenantWaiting = Infinity, refusal } = this.#limits;
    if (this.#waiting.count(tenantId) >= tenantWaiting) return Promise.reject(refusal());
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.remove(tenantId, waiting);
        reject(refusal());
      }, waitMs);
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          this.#begin(tenantId);
          resolve();
        },
        refuse: (reason) => {
          clearTimeout(timer);
          reject(reason);
        },
      };
      this.#waiting.add(tenantId, waiting);
    });
  }

  #mayRun(tenantId: string): boolean {
    const { slots, tenantSlots = slots } = this.#limits;
    return (this.#running.get(tenantId) ?? 0) < tenantSlots;
  }

  #begin(tenantId: string): void {
    this.#free -= 1;
    this.#waiting.begin(tenantId);
    this.#running.set(tenantId, (this.#running.get(tenantId) ?? 0) + 1);
  }

  #end(tenantId: string): void {
    this.#free += 1;
    const running = (this.#running.get(tenantId) ?? 0) - 1;
    if (running > 0) this.#running.set(tenantId, running);
    else this.#running.delete(tenantId);
    if (this.#free > 0) this.#waiting.next((waiting) => this.#mayRun(waiting))?.start();
  }
}
