import {
  codeIn,
  FINGERPRINT,
  lengthOf,
  TARGET_PART,
  type FingerprintPiece,
} from '../../model/reviewing/fingerprint.js';

/** Characters of a target that a slot is found by. */
const HASHED = 6;

/**
 * The fingerprints of a plan by what their lines are about, for a hundred thousand of them: an open hash table of whole numbers over
 * the pieces as they are stored. A map of as many texts takes five times as long.
 */
export class FingerprintTable {
  readonly #pieces: readonly FingerprintPiece[];
  /** Of each fingerprint, its piece and its place there. */
  readonly #piece: Uint32Array;
  readonly #place: Uint32Array;
  readonly #isMet: Uint8Array;
  /** One more than the index of a fingerprint, or 0 where the slot is empty. */
  readonly #slots: Uint32Array;
  /** What follows the fingerprint that was met last: two plans mostly have their lines in the same order. */
  #next = 0;

  constructor(pieces: readonly FingerprintPiece[]) {
    this.#pieces = pieces;
    const count = pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
    this.#piece = new Uint32Array(count);
    this.#place = new Uint32Array(count);
    this.#isMet = new Uint8Array(count);
    this.#slots = new Uint32Array(2 ** Math.ceil(Math.log2(2 * count + 2)));
    this.#fill();
  }

  #fill(): void {
    let index = 0;
    for (const [number, piece] of this.#pieces.entries()) {
      for (let place = 0; place < lengthOf(piece); place += 1) {
        this.#piece[index] = number;
        this.#place[index] = place;
        index += 1;
        this.#slots[this.#emptySlot(piece, place)] = index;
      }
    }
  }

  #emptySlot(piece: FingerprintPiece, place: number): number {
    let slot = this.#firstSlot(piece, place);
    while (this.#slots[slot] !== 0) slot = this.#after(slot);
    return slot;
  }

  #firstSlot({ text }: FingerprintPiece, place: number): number {
    let hash = 0;
    const from = place * FINGERPRINT;
    for (let at = from; at < from + HASHED; at += 1) hash = (Math.imul(hash, 65) + text.charCodeAt(at)) | 0;
    return hash & (this.#slots.length - 1);
  }

  readonly #after = (slot: number): number => (slot + 1) & (this.#slots.length - 1);

  /** Looks for the line that is about the same as one of another plan, and compares them. */
  meet(piece: FingerprintPiece, place: number): 'same' | 'changed' | 'new' {
    const index = this.#find(piece, place);
    if (index === undefined) return 'new';
    this.#isMet[index] = 1;
    this.#next = index + 1;
    return this.#areAlike(index, piece, place, TARGET_PART, FINGERPRINT) ? 'same' : 'changed';
  }

  #find(piece: FingerprintPiece, place: number): number | undefined {
    const isTarget = (index: number): boolean => this.#areAlike(index, piece, place, 0, TARGET_PART);
    if (this.#next < this.#piece.length && isTarget(this.#next)) return this.#next;
    for (let slot = this.#firstSlot(piece, place); ; slot = this.#after(slot)) {
      const index = (this.#slots[slot] ?? 0) - 1;
      if (index < 0) return undefined;
      if (isTarget(index)) return index;
    }
  }

  #areAlike(index: number, { text }: FingerprintPiece, place: number, from: number, to: number): boolean {
    const own = this.#pieces[this.#piece[index] ?? 0]?.text ?? '';
    const [mine, theirs] = [(this.#place[index] ?? 0) * FINGERPRINT, place * FINGERPRINT];
    for (let at = from; at < to; at += 1) {
      if (own.charCodeAt(mine + at) !== text.charCodeAt(theirs + at)) return false;
    }
    return true;
  }

  /** The numbers of the lines that were not met, in their order, with the last characters of their fingerprints. */
  *unmet(): Generator<readonly [number: number, code: string]> {
    for (const [index, isMet] of this.#isMet.entries()) {
      const piece = this.#pieces[this.#piece[index] ?? 0];
      const place = this.#place[index] ?? 0;
      if (isMet === 0 && piece !== undefined) yield [piece.first + place, codeIn(piece, place)];
    }
  }
}
