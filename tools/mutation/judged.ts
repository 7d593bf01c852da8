/** A mutant that no test can notice, or need not: what stands in the code and what took its place, and why. */
export interface Judgment {
  readonly file: string;
  /** The line, without blanks around it. */
  readonly text: string;
  readonly was: string;
  readonly replacement: string;
  readonly why: string;
}

/** The survivors that were looked at and are the same program. */
export const JUDGED: readonly Judgment[] = [];
