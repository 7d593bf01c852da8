import type { LineSelection, TrackedLine } from '../../model/line.js';
import { countNumbers, numberAt, type LineNumbers } from '../../model/reviewing/line-numbers.js';
import { lineKey } from '../../model/reviewing/plan-review.js';
import type { SyncReader } from '../../storage/sync-store.js';

/** How many lines are wanted, and the seed: the same seed selects the same lines. */
interface Chance {
  readonly count: number;
  readonly seed: number;
}

/**
 * Some lines of a plan, in the order of their numbers. Where nothing is selected, every group of lines that make the same change
 * has some among them, as far as there is room for all, so that what is rare is seen as well.
 */
export async function sampleOf(
  reader: SyncReader,
  planId: string,
  { count, seed }: Chance,
  selection: LineSelection,
): Promise<readonly TrackedLine[]> {
  const strata =
    Object.keys(selection).length > 0
      ? [await reader.lines.numbers(planId, selection)]
      : await strataOf(reader, planId, count);
  const numbers = chosen(strata, count, randomFrom(seed));
  return reader.lines.numbered(
    planId,
    [...numbers].sort((a, b) => a - b),
  );
}

/** The largest groups, and the lines that are in none. */
async function strataOf(reader: SyncReader, planId: string, count: number): Promise<readonly LineNumbers[]> {
  const groups = await reader.reviews.groups(planId, undefined, count);
  const keys = [...groups.map(({ signature }) => lineKey.group(signature)), lineKey.alone];
  return Promise.all(keys.map((key) => reader.reviews.numbers(planId, key)));
}

/** Takes from each in turn. */
function chosen(strata: readonly LineNumbers[], count: number, random: () => number): ReadonlySet<number> {
  const left = strata.map((numbers) => ({ numbers, places: new Places(countNumbers(numbers), random) }));
  const numbers = new Set<number>();
  while (numbers.size < count && left.some(({ places }) => places.left > 0)) {
    for (const { numbers: of, places } of left) {
      const number = places.left > 0 && numbers.size < count ? numberAt(of, places.take()) : undefined;
      if (number !== undefined) numbers.add(number);
    }
  }
  return numbers;
}

/** Places from 0, each taken once, in random order: those of a shuffle that is never written out. */
class Places {
  left: number;
  readonly #random: () => number;
  readonly #moved = new Map<number, number>();

  constructor(count: number, random: () => number) {
    this.left = count;
    this.#random = random;
  }

  take(): number {
    const place = Math.floor(this.#random() * this.left);
    this.left -= 1;
    const taken = this.#moved.get(place) ?? place;
    this.#moved.set(place, this.#moved.get(this.left) ?? this.left);
    return taken;
  }
}

/** Numbers from 0 to 1, the same for the same seed (Mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
