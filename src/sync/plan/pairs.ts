import type { MirrorItem } from '../../model/mirror.js';
import type { StagedItem } from '../../model/resource.js';
import { joined } from '../mirror/joined.js';

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
  const idOf = ({ id }: StagedItem): string => id;
  const resourceIdOf = ({ resourceId }: MirrorItem): string => resourceId;
  const pieces = joined(
    { pages: pagesOf(readStaged, idOf, pageSize), keyOf: idOf },
    { pages: pagesOf(readMirror, resourceIdOf, pageSize), keyOf: resourceIdOf },
  );
  for await (const piece of pieces)
    yield piece.map(({ key, left, right }) => ({ id: key, staged: left, mirror: right }));
}

/** The pages of one side, one after the other. */
export async function* pagesOf<T>(
  read: ReadPage<T>,
  idOf: (row: T) => string,
  pageSize: number,
): AsyncGenerator<readonly T[]> {
  for (let after: string | undefined; ;) {
    const rows = await read(after);
    yield rows;
    const last = rows.at(-1);
    if (rows.length < pageSize || last === undefined) return;
    after = idOf(last);
  }
}
