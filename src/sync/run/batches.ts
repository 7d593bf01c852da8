import type { LineState, TrackedLine, WavePosition } from '../../model/line.js';
import type { SyncReader } from '../../storage/sync-store.js';
import { eachOf, everyPage } from '../pages.js';

/** Lines that are delivered together. */
export interface LineBatch {
  readonly wave: number;
  readonly lines: readonly TrackedLine[];
  readonly atomic: boolean;
}

/**
 * The lines of a plan that are in one state, in batches, wave by wave. Lines with one `atomicGroup` share a batch, however many
 * they are and wherever they stand in their wave.
 */
export async function* batchesOf(
  reader: SyncReader,
  planId: string,
  state: LineState,
  size: number,
): AsyncGenerator<LineBatch> {
  let wave: Wave | undefined;
  const pages = everyPage(
    (after: WavePosition | undefined, limit) => reader.lines.toDeliver(planId, after, limit, [state]),
    (line) => line,
  );
  for await (const line of eachOf(pages)) {
    if (wave?.number !== line.wave) {
      if (wave !== undefined) yield* wave.rest();
      wave = new Wave(line.wave, size);
    }
    const full = wave.add(line);
    if (full !== undefined) yield full;
  }
  if (wave !== undefined) yield* wave.rest();
}

/** The batches of one wave as they fill up. */
class Wave {
  readonly number: number;
  readonly #size: number;
  readonly #groups = new Map<string, TrackedLine[]>();
  #lines: TrackedLine[] = [];

  constructor(number: number, size: number) {
    this.number = number;
    this.#size = size;
  }

  /** @returns a batch that is full */
  add(line: TrackedLine): LineBatch | undefined {
    if (line.atomicGroup !== undefined) {
      this.#groups.set(line.atomicGroup, [...(this.#groups.get(line.atomicGroup) ?? []), line]);
      return undefined;
    }
    this.#lines.push(line);
    if (this.#lines.length < this.#size) return undefined;
    const lines = this.#lines;
    this.#lines = [];
    return { wave: this.number, lines, atomic: false };
  }

  *rest(): Generator<LineBatch> {
    if (this.#lines.length > 0) yield { wave: this.number, lines: this.#lines, atomic: false };
    for (const lines of this.#groups.values()) yield { wave: this.number, lines, atomic: true };
  }
}
