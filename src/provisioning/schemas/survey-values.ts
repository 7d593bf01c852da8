import { createHash } from 'node:crypto';
import { setImmediate } from 'node:timers/promises';
import type { SortPosition } from '../../model/list.js';
import { pageSize } from '../../storage/page-size.js';
import type { StoredResource } from '../../model/resource.js';
import { conform, mayHave } from '../../protocol/custom-schema/conform.js';
import type { CustomSchema } from '../../protocol/custom-schema/definition.js';
import type { JsonObject } from '../../protocol/json.js';
import type { ResourceType } from '../../protocol/schemas/attribute.js';
import { matchingValues, searchForm } from '../../protocol/search-form.js';
import type { Storage } from '../../storage/storage.js';
import { resourceOf } from '../resources/representation.js';
import { Offenders } from './refused.js';

/**
 * Looks for staged values that do not fit a schema; changes nothing.
 * @param type as it is with the schema
 */
export async function surveyValues(
  storage: Storage,
  tenantId: string,
  schema: CustomSchema,
  type: ResourceType,
): Promise<Offenders> {
  const offenders = new Offenders();
  const seen = new Set<string>();
  for await (const page of stagedUnder(storage, tenantId, schema)) {
    for (const stored of page) {
      // Requests are not held up by a page.
      await setImmediate();
      const { resource, misfits } = conform(resourceOf(stored), schema, type);
      const found = [...misfits, ...duplicatesIn(resource, schema, type, seen)];
      offenders.add(found.map((misfit) => ({ resourceType: stored.type, id: stored.id, ...misfit })));
    }
  }
  return offenders;
}

/** Values that are to be unique and that an earlier resource has; a digest of each is all that is remembered. */
function duplicatesIn(
  resource: JsonObject,
  schema: CustomSchema,
  type: ResourceType,
  seen: Set<string>,
): readonly { attribute: string; problem: string }[] {
  const own = matchingValues(searchForm(resource, type), type).filter(
    ({ attribute, unique }) => unique === true && attribute.startsWith(`${schema.id}:`),
  );
  return own.flatMap(({ attribute, value }) => {
    const digest = createHash('sha256')
      .update(JSON.stringify([attribute, value]))
      .digest('base64url')
      .slice(0, 22);
    if (seen.has(digest))
      return [{ attribute, problem: 'another resource has the same value, and the attribute must be unique' }];
    seen.add(digest);
    return [];
  });
}

/** How many resources are read at a time. */
const PAGE = pageSize(500);

/** The staged resources that may have something under a schema's URN, in the order of their ids, some at a time. */
export async function* stagedUnder(
  storage: Storage,
  tenantId: string,
  { id, resourceType }: CustomSchema,
): AsyncGenerator<readonly StoredResource[]> {
  const directory = storage.directory(tenantId);
  let after: SortPosition | undefined;
  do {
    const query = { type: resourceType, offset: 0, limit: PAGE.items, ...(after === undefined ? {} : { after }) };
    const { resources, next } = await directory.list(query);
    const found = resources.filter(({ document }) => mayHave(document, id));
    if (found.length > 0) yield found;
    after = next;
  } while (after !== undefined);
}
