import type { MirrorItem } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';

/** A resource on both sides: staged, mirrored, or both. */
export interface Pair {
  readonly id: string;
  readonly staged: StagedItem | undefined;
  readonly mirror: MirrorItem | undefined;
}

/** Reads one page, behind an id. */
export type ReadPage<T> = (after: string | undefined) => Promise<readonly T[]>;

/**
 * Merges staged resources and mirror, both in the order of their ids, in pieces: neither side is ever in memory as a whole.
 * @param pageSize how many rows a page has that is not the last one
 */
export async function* pairsOf(
  readStaged: ReadPage<StagedItem>,
  readMirror: ReadPage<MirrorItem>,
  pageSize: number,
): AsyncGenerator<readonly Pair[]> {
  const staged = new Pages(readStaged, ({ id }) => id, pageSize);
  const mirror = new Pages(readMirror, ({ resourceId }) => resourceId, pageSize);
  for (;;) {
    await Promise.all([staged.fill(), mirror.fill()]);
    const pairs = merged(staged, mirror);
    if (pairs.length === 0) return;
    yield pairs;
  }
}

/** As far as both sides are known: until one has to be read on. */
function merged(staged: Pages<StagedItem>, mirror: Pages<MirrorItem>): readonly Pair[] {
  const pairs: Pair[] = [];
  while (staged.isKnown() && mirror.isKnown()) {
    const [left, right] = [staged.id(), mirror.id()];
    if (left === undefined && right === undefined) break;
    const id = right === undefined || (left !== undefined && left < right) ? (left ?? '') : right;
    pairs.push({
      id,
      staged: left === id ? staged.take() : undefined,
      mirror: right === id ? mirror.take() : undefined,
    });
  }
  return pairs;
}

/** Rows that are read a page at a time. */
class Pages<T> {
  #rows: readonly T[] = [];
  #at = 0;
  #last: string | undefined;
  #ended = false;

  constructor(
    readonly read: ReadPage<T>,
    readonly idOf: (row: T) => string,
    readonly size: number,
  ) {}

  /** Reads on where all rows were taken. */
  async fill(): Promise<void> {
    if (this.#at < this.#rows.length || this.#ended) return;
    this.#rows = await this.read(this.#last);
    this.#at = 0;
    this.#ended = this.#rows.length < this.size;
    const last = this.#rows.at(-1);
    if (last !== undefined) this.#last = this.idOf(last);
  }

  /** Whether the next row, or that there is none, is known without reading. */
  isKnown(): boolean {
    return this.#at < this.#rows.length || this.#ended;
  }

  id(): string | undefined {
    const row = this.#rows[this.#at];
    return row === undefined ? undefined : this.idOf(row);
  }

  take(): T | undefined {
    return this.#rows[this.#at++];
  }
}
