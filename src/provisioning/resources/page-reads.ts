import { setTimeout } from 'node:timers/promises';
import type { Page } from '../../model/list.js';

/** Room in memory for an answer (http/traffic/memory-room.ts). */
export interface AnswerRoom {
  /** Waits until so many bytes are free: @throws ScimError 503 when they are not in time. */
  take(bytes: number): Promise<void>;
  tryTake(bytes: number): boolean;
  giveBack(bytes: number): void;
}

/** What is to be read for a list. */
export interface PageRead {
  readonly tenantId: string;
  /** The most resources that the page may have. */
  readonly limit: number;
  readonly read: () => Promise<Page>;
  readonly room: AnswerRoom;
}

/** Bytes in memory for each byte that is read for a page: what was read, its text, and what is on its way to the client. */
const MEMORY_A_BYTE = 3;

/** Milliseconds that others wait for the first page of a tenant: look-ups must not wait for a long search. */
const FIRST_WAIT = 100;

/** How many tenants are remembered; the one that has read nothing for longest is forgotten. */
const MOST_TENANTS = 10_000;

/**
 * Reads pages for which there is room in memory. Nobody knows how long a page is before it has been read, and a tenant may ask
 * for many at once and take none of them, so room is taken for what its resources were like last time; and of a tenant that
 * is not known yet, one page is read before the others.
 */
export class PageReads {
  readonly #mostBytes: number;
  /** Bytes of a resource, by tenant; who has read last at the end. */
  readonly #sizes = new Map<string, number>();
  readonly #first = new Map<string, Promise<unknown>>();

  /** @param mostBytes what a page may have */
  constructor(mostBytes: number) {
    this.#mostBytes = mostBytes;
  }

  /** @throws ScimError 503 where there is no room in time, and what `read` throws */
  async page(asked: PageRead): Promise<Page> {
    const { tenantId } = asked;
    if (this.#sizes.has(tenantId)) return this.#readWithRoom(asked);
    const first = this.#first.get(tenantId);
    if (first === undefined) return this.#readFirst(asked);
    await Promise.race([first.catch(() => undefined), setTimeout(FIRST_WAIT, undefined, { ref: false })]);
    return this.#readWithRoom(asked);
  }

  #readFirst(asked: PageRead): Promise<Page> {
    const first = this.#readWithRoom(asked).finally(() => this.#first.delete(asked.tenantId));
    this.#first.set(asked.tenantId, first);
    return first;
  }

  /** Reads a page. Where it is longer than was thought, and there is no room for that, it is dropped and read again when there is. */
  async #readWithRoom(asked: PageRead): Promise<Page> {
    const expected = this.#expected(asked);
    if (expected > 0) await asked.room.take(expected);
    const page = await asked.read();
    const bytes = this.#remember(asked.tenantId, page);
    if (bytes <= expected) asked.room.giveBack(expected - bytes);
    else if (!asked.room.tryTake(bytes - expected)) return this.#readAgain(asked, expected, bytes);
    return page;
  }

  async #readAgain({ room, read }: PageRead, held: number, bytes: number): Promise<Page> {
    room.giveBack(held);
    await room.take(bytes);
    return read();
  }

  #expected({ tenantId, limit }: PageRead): number {
    return MEMORY_A_BYTE * Math.min(this.#mostBytes, limit * (this.#sizes.get(tenantId) ?? 0));
  }

  /** Remembers what the resources of a page are like, and what they were like before for a while; returns what it takes. */
  #remember(tenantId: string, { resources }: Page): number {
    const bytes = resources.reduce((total, { document }) => total + document.length, 0);
    const before = this.#sizes.get(tenantId) ?? 0;
    this.#sizes.delete(tenantId);
    this.#sizes.set(tenantId, Math.max(bytes / Math.max(1, resources.length), before / 2));
    for (const oldest of this.#sizes.keys()) {
      if (this.#sizes.size <= MOST_TENANTS) break;
      this.#sizes.delete(oldest);
    }
    return MEMORY_A_BYTE * bytes;
  }
}
