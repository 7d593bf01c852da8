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

/** How many fingerprints a piece has. */
export const lengthOf = ({ text }: FingerprintPiece): number => text.length / FINGERPRINT;

/** The last character of a fingerprint of a piece. */
export const codeIn = ({ text }: FingerprintPiece, place: number): string => text.charAt((place + 1) * FINGERPRINT - 1);
