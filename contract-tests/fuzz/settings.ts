import { env } from 'node:process';

/** How many cases a property plays, and from which seed. */
export interface FuzzSettings {
  readonly runs: number;
  readonly seed: number;
}

/** The same cases on every run of the tests, so that a red build is red again. */
const SEED = 20_261_124;

/**
 * The settings from `FUZZ_RUNS` and `FUZZ_SEED`, for what the environment does not say the usual ones.
 * @param usual how many cases the tests play
 * @throws Error when one of them is no whole number
 */
export function fuzzSettings(usual: number): FuzzSettings {
  return { runs: wholeNumber('FUZZ_RUNS') ?? usual, seed: wholeNumber('FUZZ_SEED') ?? SEED };
}

function wholeNumber(name: string): number | undefined {
  const text = env[name];
  if (text === undefined || text === '') return undefined;
  if (!/^-?\d{1,10}$/u.test(text)) throw new Error(`${name} must be a whole number`);
  return Number(text);
}
