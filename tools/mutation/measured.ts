import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** A mutant that no test noticed. */
export interface Survivor {
  readonly line: number;
  readonly kind: string;
  /** The line as it stands, and what is written in place of which part of it. */
  readonly text: string;
  readonly was: string;
  readonly replacement: string;
}

/** The outcomes of the mutants of one file. */
interface MeasuredFile {
  /** The day of the run. */
  readonly on: string;
  readonly mutants: number;
  readonly survivors: readonly Survivor[];
}

/** The outcome of a planted fault: the first test that failed, or nothing. */
interface MeasuredFault {
  readonly on: string;
  readonly noticed: boolean;
  readonly by: string;
}

/** What the last runs found, by file and by fault. */
export interface Measured {
  readonly files: Record<string, MeasuredFile>;
  readonly faults: Record<string, MeasuredFault>;
}

const PATH = fileURLToPath(new URL('measured.json', import.meta.url));

/** What was measured so far. */
export const readMeasured = (): Measured =>
  existsSync(PATH) ? (JSON.parse(readFileSync(PATH, 'utf8')) as Measured) : { files: {}, faults: {} };

/** Keeps it, in an order that does not depend on that of the runs. */
export function writeMeasured({ files, faults }: Measured): void {
  const sorted = { files: byName(files), faults: byName(faults) };
  writeFileSync(PATH, `${JSON.stringify(sorted, null, 2)}\n`);
}

const byName = <T>(record: Record<string, T>): Record<string, T> =>
  Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
