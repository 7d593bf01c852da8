import { ScimError } from '../../protocol/scim-error.js';

/** What requests under way may take of the process's memory; docs/operating.md names the variable. */
export interface RoomLimits {
  /** Bytes of all requests together. */
  readonly bytes: number;
  /** Milliseconds that a request waits for room at most. */
  readonly waitMs: number;
}

/** A tenant may have this part of the whole at most. */
const TENANT_SHARE = 1 / 4;

/** A tenant that has less than this part of the whole can always have room that others are refused. */
const SMALL_SHARE = 1 / 32;

/** This part of the whole is kept for tenants that have little. */
const KEPT_SHARE = 1 / 4;

/** How many requests of one tenant wait at a time; one more is refused at once. */
const MOST_WAITING = 500;

/** The room that one request holds. Once it is left, nothing more is held, and whoever asks for more is refused. */
export interface Held {
  /**
   * Holds so many bytes besides; waits until they are free.
   * @throws ScimError 503 with `Retry-After` when they are not free in time
   */
  take(bytes: number): Promise<void>;
  /** Holds so many bytes besides if they are free now. */
  tryTake(bytes: number): boolean;
  /** Holds so many bytes besides, free or not, for what must not fail any more: those who come next wait the longer. */
  force(bytes: number): void;
  /** Gives everything back, permanently. */
  leave(): void;
}

/** Bounds the bytes of requests and answers under way: of all together, and of each tenant. */
export class MemoryRoom {
  readonly #limits: RoomLimits;
  readonly #heldBy = new Map<string, number>();
  readonly #onRefused: () => void;
  #waiting: Waiter[] = [];
  #total = 0;

  constructor(limits: RoomLimits, onRefused: () => void = () => undefined) {
    this.#limits = limits;
    this.#onRefused = onRefused;
  }

  /** Bytes that are held now. */
  get total(): number {
    return this.#total;
  }

  /** The room of one request of a tenant, which holds nothing yet. */
  enter(owner: string): Held {
    return new Place(this, owner);
  }

  /**
   * Whether so many bytes are free now for a request that holds `own`. What is more than a tenant may have fits where its other
   * requests hold nothing.
   */
  fits(owner: string, bytes: number, own: number): boolean {
    const { bytes: whole } = this.#limits;
    const after = (this.#heldBy.get(owner) ?? 0) + bytes;
    if (after > whole * TENANT_SHARE && after > bytes + own) return false;
    const kept = after <= whole * SMALL_SHARE ? 0 : whole * KEPT_SHARE;
    return this.#total === own || this.#total + bytes <= whole - kept;
  }

  add(owner: string, bytes: number): void {
    this.#total += bytes;
    const held = (this.#heldBy.get(owner) ?? 0) + bytes;
    if (held > 0) this.#heldBy.set(owner, held);
    else this.#heldBy.delete(owner);
    if (bytes < 0) this.#wake();
  }

  /** Waits until so many bytes are free, and then calls `place.put`. */
  wait(place: Waiter['place'], bytes: number): Promise<void> {
    if (this.#waiting.filter((waiter) => waiter.place.owner === place.owner).length >= MOST_WAITING) {
      return Promise.reject(this.#refusal());
    }
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting = this.#waiting.filter((other) => other !== waiter);
        reject(this.#refusal());
      }, this.#limits.waitMs);
      const waiter: Waiter = {
        place,
        bytes,
        resolve: () => {
          clearTimeout(timer);
          resolve();
        },
      };
      this.#waiting.push(waiter);
    });
  }

  #refusal(): ScimError {
    this.#onRefused();
    return tooBusy();
  }

  /** In the order of their coming, but nobody waits for one whose tenant has its part already. */
  #wake(): void {
    const before = this.#waiting;
    this.#waiting = [];
    const still: Waiter[] = [];
    for (const waiter of before) {
      if (this.fits(waiter.place.owner, waiter.bytes, waiter.place.held)) {
        waiter.place.put(waiter.bytes);
        waiter.resolve();
      } else still.push(waiter);
    }
    this.#waiting = [...still, ...this.#waiting];
  }
}

interface Waiter {
  readonly place: Pick<Place, 'owner' | 'held' | 'put'>;
  readonly bytes: number;
  readonly resolve: () => void;
}

class Place implements Held {
  readonly #room: MemoryRoom;
  #held = 0;
  #left = false;

  constructor(
    room: MemoryRoom,
    readonly owner: string,
  ) {
    this.#room = room;
  }

  get held(): number {
    return this.#held;
  }

  put(bytes: number): void {
    if (this.#left) return;
    this.#held += bytes;
    this.#room.add(this.owner, bytes);
  }

  async take(bytes: number): Promise<void> {
    if (!this.#left && !this.tryTake(bytes)) await this.#room.wait(this, bytes);
    // Nobody hears this: what it would take to answer a client that is gone is not done.
    if (this.#left) throw tooBusy();
  }

  tryTake(bytes: number): boolean {
    const fits = !this.#left && this.#room.fits(this.owner, bytes, this.#held);
    if (fits) this.put(bytes);
    return fits;
  }

  force(bytes: number): void {
    this.put(bytes);
  }

  /** Left before anything is given back: what becomes free would else go to what this very request waits for. */
  leave(): void {
    const held = this.#held;
    this.#left = true;
    this.#held = 0;
    this.#room.add(this.owner, -held);
  }
}

/** 503 (RFC 9110 §15.6.4). */
export function tooBusy(): ScimError {
  return new ScimError(503, 'The server has too much to do at the moment; send the request again.', {
    headers: { 'Retry-After': '2' },
  });
}
