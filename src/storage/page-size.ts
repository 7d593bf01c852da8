/** How many items a loop takes at a time. It is read where it is used, since tests lower it. */
export interface PageSize {
  readonly items: number;
}

let most = Infinity;

/** The size of the pages, pieces or batches of a loop. */
export function pageSize(items: number): PageSize {
  return {
    get items() {
      return Math.min(items, most);
    },
  };
}

/**
 * Limits every page size from now on. Tests run with 3 (src/testing/page-sizes.fixture.ts), so that each loop meets a second page;
 * one that measures, or stores thousands of rows, sets it to Infinity.
 */
export function limitPageSizes(items: number): void {
  most = items;
}
