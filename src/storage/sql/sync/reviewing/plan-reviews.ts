import { pageSize } from '../../../page-size.js';
import type { FingerprintPiece } from '../../../../model/reviewing/fingerprint.js';
import type { LineNumbers } from '../../../../model/reviewing/line-numbers.js';
import type { GroupPosition, LineIndex, PlanReview, StoredGroup } from '../../../../model/reviewing/plan-review.js';
import type { ReviewReader, ReviewWriter } from '../../../sync-store.js';
import { insertRows, type NewRow } from '../../statements.js';
import { FINGERPRINTS, NAMES, numbersOf, PIECE } from './line-index.js';
import { parseNumbers, parseReview } from '../stored-json.js';
import type { TenantReads, TenantSession } from '../tenant-reads.js';

interface GroupRow {
  readonly signature: string;
  readonly lines: number;
  readonly first: string;
}

/** Before every group: none has so many lines. */
const FIRST: GroupPosition = { lines: 2_147_483_647, signature: '' };

/** Reads of the tables `sync_plan_reviews`, `sync_plan_groups` and `sync_plan_index`. */
export class KnexReviewReader implements ReviewReader {
  readonly #reads: TenantReads;

  constructor(reads: TenantReads) {
    this.#reads = reads;
  }

  async find(planId: string): Promise<PlanReview | undefined> {
    const sql = 'select review from sync_plan_reviews where tenant_id = ? and plan_id = ?';
    const row = await this.#reads.row<{ review: string }>(sql, [planId]);
    return row && parseReview(row.review);
  }

  async groups(
    planId: string,
    { lines, signature }: GroupPosition = FIRST,
    limit: number,
  ): Promise<readonly StoredGroup[]> {
    const rows = await this.#reads.page<GroupRow>(
      `select signature, lines, first from sync_plan_groups
       where tenant_id = ? and plan_id = ? and (lines, signature) < (?, ?) order by lines desc, signature desc limit ?`,
      [planId, lines, signature, limit],
    );
    return rows.map(({ first, ...row }) => ({ ...row, first: parseNumbers(first) }));
  }

  numbers(planId: string, key: string): Promise<LineNumbers> {
    return numbersOf(this.#reads, planId, [key]);
  }

  fingerprints(planId: string, after: number, limit: number): Promise<readonly FingerprintPiece[]> {
    return this.#reads.page<FingerprintPiece>(
      `select first, entries as text from sync_plan_index
       where tenant_id = ? and plan_id = ? and key = ? and first > ? order by first limit ?`,
      [planId, FINGERPRINTS, after, limit],
    );
  }
}

/** How many rows one unit of work writes. */
const ROWS = pageSize(2_000);

/** Reads and writes of the same tables. */
export class KnexReviewWriter extends KnexReviewReader implements ReviewWriter {
  readonly #tenant: TenantSession;

  constructor(tenant: TenantSession) {
    super(tenant);
    this.#tenant = tenant;
  }

  async put(planId: string, index: LineIndex): Promise<void> {
    const { tenantId, session } = this.#tenant;
    const { review, groups } = index;
    const key = { tenant_id: tenantId, plan_id: planId };
    const write = async (table: string, rows: Iterable<NewRow>): Promise<void> => {
      for (const piece of inPieces(rows, ROWS.items)) await insertRows(session, table, piece, 'on conflict do nothing');
    };
    await write(
      'sync_plan_groups',
      mapped(groups, (group) => ({ ...key, ...groupRow(group) })),
    );
    await write(
      'sync_plan_index',
      mapped(indexRows(index), (row) => ({ ...key, ...row })),
    );
    await write('sync_plan_reviews', [{ ...key, review: JSON.stringify(review) }]);
  }
}

const groupRow = ({ signature, lines, first }: StoredGroup): NewRow => ({
  lines,
  signature,
  first: JSON.stringify(first),
});

function* indexRows({ numbers, names, fingerprints }: LineIndex): Generator<NewRow> {
  for (const [key, ranges] of numbers) {
    for (const piece of inPieces(ranges, 2 * PIECE.items))
      yield { key, first: piece[0], entries: JSON.stringify(piece) };
  }
  yield* textRows(NAMES, names, '\n');
  yield* textRows(FINGERPRINTS, fingerprints, '');
}

/** A text of each line, in the order of their numbers. */
function* textRows(key: string, texts: readonly string[], separator: string): Generator<NewRow> {
  let first = 1;
  for (const piece of inPieces(texts, PIECE.items)) {
    yield { key, first, entries: piece.join(separator) };
    first += piece.length;
  }
}

function* mapped<T, U>(all: Iterable<T>, map: (one: T) => U): Generator<U> {
  for (const one of all) yield map(one);
}

function* inPieces<T>(all: Iterable<T>, size: number): Generator<readonly T[]> {
  let piece: T[] = [];
  for (const one of all) {
    piece.push(one);
    if (piece.length < size) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
