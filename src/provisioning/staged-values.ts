import { mayHave } from '../protocol/custom-schema/conform.js';
import type { CustomSchema } from '../protocol/custom-schema/definition.js';
import type { SortPosition, StoredResource, Storage } from '../storage/storage.js';

/** How many resources are read at a time. */
const PAGE = 500;

/** The staged resources that may have something under a schema's URN, in the order of their ids, some at a time. */
export async function* stagedUnder(
  storage: Storage,
  tenantId: string,
  { id, resourceType }: CustomSchema,
): AsyncGenerator<readonly StoredResource[]> {
  const directory = storage.directory(tenantId);
  let after: SortPosition | undefined;
  do {
    const query = { type: resourceType, offset: 0, limit: PAGE, ...(after === undefined ? {} : { after }) };
    const { resources, next } = await directory.list(query);
    const found = resources.filter(({ document }) => mayHave(document, id));
    if (found.length > 0) yield found;
    after = next;
  } while (after !== undefined);
}
