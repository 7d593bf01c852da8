import type { LineKind, TrackedLine } from '../../model/line.js';
import { pageSize } from '../../storage/page-size.js';
import { addNumber, countNumbers, eachNumber, unionOf, type LineNumbers } from '../../model/reviewing/line-numbers.js';
import { codeIn, lengthOf, type FingerprintPiece } from '../../model/reviewing/fingerprint.js';
import type { Example } from '../../model/reviewing/plan-review.js';
import type { Subject } from '../../model/subject.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { EXAMPLES } from '../plan-review/groups-of-lines.js';
import { exampleOf } from '../plan-review/read-groups.js';
import { kindIn } from './fingerprint.js';
import { FingerprintTable } from './fingerprint-table.js';

/** In which ways lines differ between two plans. */
export const DIFFERENCES = ['new', 'changed', 'gone'] as const;

/** How a line differs: the other plan has none about the same, or another one; or this plan has none any more. */
export type Difference = (typeof DIFFERENCES)[number];

/** Lines of a kind that differ, and who they are about. */
export interface ComparedKind {
  readonly subject: Subject;
  readonly kind: LineKind;
  readonly lines: number;
  /** The first three. */
  readonly examples: readonly Example[];
}

/** Lines that differ in one way. */
interface ComparedLines {
  readonly lines: number;
  /** The most first. */
  readonly kinds: readonly ComparedKind[];
}

/** What a plan has that another one does not. */
export interface PlanComparison extends Readonly<Record<Difference, ComparedLines>> {
  readonly same: number;
}

/** The numbers of the lines that differ, by subject and kind: of `gone`, those of the other plan. */
export interface ComparedNumbers {
  readonly same: number;
  readonly numbers: Readonly<Record<Difference, ReadonlyMap<string, LineNumbers>>>;
}

/**
 * Compares two plans by the fingerprints of their lines, a thousand at a time; those of the other plan are in memory, 21 characters
 * for each line.
 */
export async function compareNumbers(reader: SyncReader, planId: string, otherId: string): Promise<ComparedNumbers> {
  const others = new FingerprintTable(await allPieces(reader, otherId));
  const numbers = {
    new: new Map<string, number[]>(),
    changed: new Map<string, number[]>(),
    gone: new Map<string, number[]>(),
  };
  let same = 0;
  for await (const piece of pieces(reader, planId)) {
    for (let place = 0; place < lengthOf(piece); place += 1) {
      const met = others.meet(piece, place);
      if (met === 'same') same += 1;
      else add(numbers[met], codeIn(piece, place), piece.first + place);
    }
  }
  for (const [number, code] of others.unmet()) add(numbers.gone, code, number);
  return { same, numbers };
}

async function allPieces(reader: SyncReader, planId: string): Promise<readonly FingerprintPiece[]> {
  const all: FingerprintPiece[] = [];
  for await (const piece of pieces(reader, planId)) all.push(piece);
  return all;
}

/** How many pieces are read at a time. */
const PIECES = pageSize(20);

async function* pieces(reader: SyncReader, planId: string): AsyncGenerator<FingerprintPiece> {
  for (let after = 0; ;) {
    const read = await reader.reviews.fingerprints(planId, after, PIECES.items);
    yield* read;
    const last = read.at(-1);
    if (last === undefined || read.length < PIECES.items) return;
    after = last.first;
  }
}

function add(numbers: Map<string, number[]>, code: string, number: number): void {
  const before = numbers.get(code);
  if (before === undefined) numbers.set(code, [number, 1]);
  else addNumber(before, number);
}

/** Who the lines are about that differ. */
export async function comparisonOf(
  reader: SyncReader,
  planId: string,
  otherId: string,
  { same, numbers }: ComparedNumbers,
): Promise<PlanComparison> {
  const of = (difference: Difference): Promise<ComparedLines> =>
    comparedLines(reader, difference === 'gone' ? otherId : planId, numbers[difference]);
  const [added, changed, gone] = await Promise.all(DIFFERENCES.map(of));
  if (added === undefined || changed === undefined || gone === undefined) throw new Error('A difference is missing');
  return { same, new: added, changed, gone };
}

async function comparedLines(
  reader: SyncReader,
  planId: string,
  byCode: ReadonlyMap<string, LineNumbers>,
): Promise<ComparedLines> {
  const kinds = await Promise.all(
    [...byCode].map(async ([code, numbers]): Promise<ComparedKind> => {
      const examples = await reader.lines.numbered(planId, firstOf(numbers, 0, EXAMPLES));
      return { ...kindIn(code), lines: countNumbers(numbers), examples: examples.map(exampleOf) };
    }),
  );
  kinds.sort((a, b) => b.lines - a.lines || (a.kind < b.kind ? -1 : 1));
  return { lines: kinds.reduce((sum, { lines }) => sum + lines, 0), kinds };
}

/** The lines that differ in one way, behind `after`. */
export function differingLines(
  reader: SyncReader,
  planId: string,
  byCode: ReadonlyMap<string, LineNumbers>,
  { after, limit }: { readonly after: number; readonly limit: number },
): Promise<readonly TrackedLine[]> {
  return reader.lines.numbered(planId, firstOf(unionOf([...byCode.values()]), after, limit));
}

function firstOf(numbers: LineNumbers, after: number, count: number): readonly number[] {
  const first: number[] = [];
  for (const number of eachNumber(numbers, after)) {
    first.push(number);
    if (first.length === count) break;
  }
  return first;
}
