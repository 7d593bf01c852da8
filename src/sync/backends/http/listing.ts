import type { ListingRequest } from '../../../../generated/backend.js';
import { pageSize } from '../../../storage/page-size.js';
import { BackendUnavailable } from '../../backend.js';
import type { ListedPage } from './answers.js';

/** How many items a page may have: an answer has 5 MB at most. */
const PAGE = pageSize(200);

/** Everything that a backend lists of a subject, a page at a time. @throws BackendUnavailable */
export async function* listed<Item>(
  what: Pick<ListingRequest, 'tenantId' | 'subject'>,
  read: (request: ListingRequest) => Promise<ListedPage<Item>>,
): AsyncGenerator<readonly Item[]> {
  let after: string | null = null;
  do {
    const page: ListedPage<Item> = await read({ ...what, after, limit: PAGE.items });
    yield page.items;
    after = page.next ?? null;
  } while (after !== null);
}

/**
 * Pages whose items have rising keys, so that they can be compared with another list in one pass, and come to an end.
 * @throws BackendUnavailable where an item is not behind the one before
 */
export async function* inOrder<Item>(
  pages: AsyncIterable<readonly Item[]>,
  keyOf: (item: Item) => string,
): AsyncGenerator<readonly Item[]> {
  let last: string | undefined;
  for await (const items of pages) {
    for (const item of items) {
      const key = keyOf(item);
      if (last !== undefined && key <= last) {
        throw new BackendUnavailable(
          `The backend lists ${key.slice(0, 100)} behind ${last.slice(0, 100)}; openapi/backend.yaml wants each item once, in the order of ids.`,
        );
      }
      last = key;
    }
    yield items;
  }
}
