/**
 * What two lines of different plans are compared by, in so many characters: a hash of what the line is about, a hash of what it
 * does to it, and a character for subject and kind.
 */
export type Fingerprint = string;

/** The length of a fingerprint. */
export const FINGERPRINT = 21;

/** How many of its characters say what the line is about: 72 bits. */
export const TARGET_PART = 12;

/** The fingerprints of lines that follow each other, from the number of the first. */
export interface FingerprintPiece {
  readonly first: number;
  /** One behind the other. */
  readonly text: string;
}

/** Each fingerprint of a piece, with the number of its line. */
export function* fingerprintsIn({ first, text }: FingerprintPiece): Generator<readonly [number, Fingerprint]> {
  for (let at = 0; at < text.length; at += FINGERPRINT) {
    yield [first + at / FINGERPRINT, text.slice(at, at + FINGERPRINT)];
  }
}
