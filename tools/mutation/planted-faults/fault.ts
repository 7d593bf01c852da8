/** A fault that somebody tired might write, and the tests that are to notice it. */
export interface PlantedFault {
  /** What went wrong, in words; unique. */
  readonly name: string;
  /** From the root of the repository. */
  readonly file: string;
  /** Text that stands in the file exactly once, and what is planted in its place. */
  readonly text: string;
  readonly planted: string;
  /** Test files, from the root of the repository. */
  readonly tests: readonly string[];
}
