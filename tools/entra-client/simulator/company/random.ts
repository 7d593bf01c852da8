/** Random numbers that are the same for the same seed. */
export interface Random {
  /** At least 0 and less than 1. */
  fraction(): number;
  /** A whole number, at least 0 and less than `below`. */
  below(below: number): number;
  /** Whether something happens that has this probability. */
  chance(probability: number): boolean;
  /** One of them. @throws RangeError if there are none. */
  pick<Item>(items: readonly Item[]): Item;
  /** A GUID of version 4. */
  readonly guid: () => string;
}

/** The generator known as mulberry32: 32 bits of state, which is enough to vary a directory. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const fraction = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(fraction() * limit);
  return {
    fraction,
    below,
    chance: (probability) => fraction() < probability,
    pick: (items) => picked(items, below(items.length)),
    guid: () => guidOf(() => below(16)),
  };
}

function picked<Item>(items: readonly Item[], index: number): Item {
  for (const item of items.slice(index, index + 1)) return item;
  throw new RangeError('there is nothing to pick from');
}

function guidOf(digit: () => number): string {
  return 'xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx'.replace(/x/g, () => digit().toString(16));
}
