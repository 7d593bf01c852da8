import { onTestFinished } from 'vitest';
import { limitPageSizes } from '../storage/page-size.js';

/** The page size that tests run with. */
const LOWERED = 3;

/** Lowers every page size: a loop that ends with its first page is right about three items only. */
export const lowerPageSizes = (): void => {
  limitPageSizes(LOWERED);
};

/** Lets the test that runs have the page sizes of a server. */
export function usePageSizesOfServer(): void {
  limitPageSizes(Infinity);
  onTestFinished(lowerPageSizes);
}
