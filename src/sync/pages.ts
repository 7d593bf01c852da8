import { pageSize } from '../storage/page-size.js';
/** A page of a list, and where the next one begins; undefined on the last page. */
export interface Page<Item, Position> {
  readonly items: readonly Item[];
  readonly next: Position | undefined;
}

/** Reads a page, and looks whether there is more behind it. */
export async function readPage<Item, Position>(
  read: (limit: number) => Promise<readonly Item[]>,
  limit: number,
  positionOf: (item: Item) => Position,
): Promise<Page<Item, Position>> {
  const found = await read(limit + 1);
  const items = found.slice(0, limit);
  const last = items.at(-1);
  return { items, next: found.length > limit && last !== undefined ? positionOf(last) : undefined };
}

/** How many items are in memory at a time. */
const CHUNK = pageSize(500);

/** All items of a list, a page at a time. */
export async function* everyPage<Item, Position>(
  read: (after: Position | undefined, limit: number) => Promise<readonly Item[]>,
  positionOf: (item: Item) => Position,
  start?: Position,
): AsyncGenerator<readonly Item[]> {
  let after = start;
  for (;;) {
    const items = await read(after, CHUNK.items);
    if (items.length > 0) yield items;
    const last = items.at(-1);
    if (last === undefined || items.length < CHUNK.items) return;
    after = positionOf(last);
  }
}

/** The items of pages, one by one. */
export async function* eachOf<Item>(pages: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const page of pages) yield* page;
}
