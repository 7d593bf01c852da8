/** What two lists have under one key: one of them, or both. */
export interface Joined<Left, Right> {
  readonly key: string;
  readonly left: Left | undefined;
  readonly right: Right | undefined;
}

/** A list in the order of its keys, in pages. */
export interface Listing<Item> {
  readonly pages: AsyncIterable<readonly Item[]>;
  readonly keyOf: (item: Item) => string;
}

/** Merges two lists by their keys, in pieces: neither is ever in memory as a whole. */
export async function* joined<Left, Right>(
  left: Listing<Left>,
  right: Listing<Right>,
): AsyncGenerator<readonly Joined<Left, Right>[]> {
  const [ours, theirs] = [new Cursor(left), new Cursor(right)];
  for (;;) {
    await Promise.all([ours.fill(), theirs.fill()]);
    const piece = merged(ours, theirs);
    if (piece.length === 0) return;
    yield piece;
  }
}

/** As far as both sides are known: until one has to be read on. */
function merged<Left, Right>(left: Cursor<Left>, right: Cursor<Right>): readonly Joined<Left, Right>[] {
  const piece: Joined<Left, Right>[] = [];
  while (left.isKnown() && right.isKnown()) {
    const [ours, theirs] = [left.key(), right.key()];
    if (ours === undefined && theirs === undefined) break;
    const key = theirs === undefined || (ours !== undefined && ours < theirs) ? (ours ?? '') : theirs;
    piece.push({
      key,
      left: ours === key ? left.take() : undefined,
      right: theirs === key ? right.take() : undefined,
    });
  }
  return piece;
}

/** Where a list has been read up to. */
class Cursor<Item> {
  readonly #pages: AsyncIterator<readonly Item[]>;
  readonly #keyOf: (item: Item) => string;
  #page: readonly Item[] = [];
  #at = 0;
  #ended = false;

  constructor({ pages, keyOf }: Listing<Item>) {
    this.#pages = pages[Symbol.asyncIterator]();
    this.#keyOf = keyOf;
  }

  /** Reads on where all items were taken. */
  async fill(): Promise<void> {
    while (this.#at === this.#page.length && !this.#ended) {
      const next: IteratorResult<readonly Item[], unknown> = await this.#pages.next();
      [this.#ended, this.#page, this.#at] = [next.done === true, next.done === true ? [] : next.value, 0];
    }
  }

  /** Whether the next item, or that there is none, is known without reading. */
  isKnown(): boolean {
    return this.#at < this.#page.length || this.#ended;
  }

  key(): string | undefined {
    const item = this.#page[this.#at];
    return item === undefined ? undefined : this.#keyOf(item);
  }

  take(): Item | undefined {
    return this.#page[this.#at++];
  }
}
