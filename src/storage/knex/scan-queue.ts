import { tooMany } from '../../protocol/scim-error.js';

interface Waiting {
  start(): void;
}

/**
 * Lets few scans run at a time, and serves tenants in turn, so that one tenant's long lists hold up its own only.
 */
export class ScanQueue {
  readonly #waitMs: number;
  readonly #waiting = new Map<string, Waiting[]>();
  #free: number;

  /** @param waitMs how long a scan waits for its turn at most, in milliseconds */
  constructor(slots: number, waitMs: number) {
    this.#free = slots;
    this.#waitMs = waitMs;
  }

  /**
   * Runs a scan when it is its turn.
   * @throws ScimError 400 `tooMany` when its turn does not come in time.
   */
  async run<T>(tenantId: string, scan: () => Promise<T>): Promise<T> {
    if (this.#free === 0) await this.#turn(tenantId);
    else this.#free -= 1;
    try {
      return await scan();
    } finally {
      this.#next();
    }
  }

  #turn(tenantId: string): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#forget(tenantId, waiting);
        reject(
          tooMany(
            'The server is busy with other long queries; try again later, or filter by userName, externalId or id',
          ),
        );
      }, this.#waitMs);
      const waiting: Waiting = {
        start: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.set(tenantId, [...(this.#waiting.get(tenantId) ?? []), waiting]);
    });
  }

  #next(): void {
    const [turn] = this.#waiting;
    if (turn === undefined) {
      this.#free += 1;
      return;
    }
    const [tenantId, [first, ...others]] = turn;
    // Deleting and setting again moves the tenant behind the others.
    this.#waiting.delete(tenantId);
    if (others.length > 0) this.#waiting.set(tenantId, others);
    first?.start();
  }

  #forget(tenantId: string, gone: Waiting): void {
    const others = (this.#waiting.get(tenantId) ?? []).filter((waiting) => waiting !== gone);
    if (others.length > 0) this.#waiting.set(tenantId, others);
    else this.#waiting.delete(tenantId);
  }
}
