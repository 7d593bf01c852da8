import { parseFilter } from '../protocol/filter/parse-filter.js';
import { LIST_RESPONSE_SCHEMA } from '../protocol/messages.js';
import type { Projection } from '../protocol/projection.js';
import type { ResourceType, ResourceTypeName } from '../protocol/schemas/attribute.js';
import { parseSort } from '../protocol/sort.js';
import { Representer } from './representation.js';
import type { Provisioning, TenantScope } from './scope.js';

/** What a list asks for (RFC 7644 §3.4.2), as it was sent. */
export interface ListRequest {
  readonly type: ResourceTypeName;
  readonly filter: string | undefined;
  readonly sortBy: string | undefined;
  readonly sortOrder: 'ascending' | 'descending' | undefined;
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  readonly projection: Projection;
}

/**
 * Lists resources: the page as JSON text, in pieces, since groups come with their members.
 * @throws ScimError 400 `invalidFilter`, `invalidValue` or `tooMany`.
 */
export async function listResources(
  provisioning: Provisioning,
  scope: TenantScope,
  request: ListRequest,
): Promise<string | AsyncIterable<string>> {
  const type = scope.settledTypes[request.type];
  const startIndex = Math.max(1, request.startIndex ?? 1);
  const page = await provisioning.storage.directory(scope.tenant.id).list({
    type: request.type,
    ...queryOf(provisioning, type, request),
    offset: startIndex - 1,
    limit: pageSize(provisioning, request.count),
  });
  const resources = await new Representer(provisioning, scope, request.projection).represent(page.resources);
  const head = `{"schemas":["${LIST_RESPONSE_SCHEMA}"],"totalResults":${page.total},"startIndex":${startIndex},"itemsPerPage":${resources.length},"Resources":[`;
  return joined(
    head,
    resources.map(({ body }) => body),
    ']}',
  );
}

function queryOf(
  { limits }: Provisioning,
  type: ResourceType,
  { filter, sortBy, sortOrder }: ListRequest,
): { filter?: ReturnType<typeof parseFilter>; sort?: ReturnType<typeof parseSort> } {
  return {
    ...(filter === undefined ? {} : { filter: parseFilter(filter, type, limits.filter) }),
    ...(sortBy === undefined ? {} : { sort: parseSort(sortBy, sortOrder, type) }),
  };
}

/** A negative count counts as 0, and one that is too large as the largest (RFC 7644 §3.4.2.4). */
function pageSize({ limits }: Provisioning, count: number | undefined): number {
  return Math.min(Math.max(0, count ?? limits.defaultPage), limits.maxPage);
}

function joined(
  head: string,
  bodies: readonly (string | AsyncIterable<string>)[],
  tail: string,
): string | AsyncIterable<string> {
  const texts = bodies.filter((body) => typeof body === 'string');
  return texts.length === bodies.length ? `${head}${texts.join(',')}${tail}` : pieces(head, bodies, tail);
}

async function* pieces(
  head: string,
  bodies: readonly (string | AsyncIterable<string>)[],
  tail: string,
): AsyncGenerator<string> {
  yield head;
  for (const [index, body] of bodies.entries()) {
    if (index > 0) yield ',';
    if (typeof body === 'string') yield body;
    else yield* body;
  }
  yield tail;
}
