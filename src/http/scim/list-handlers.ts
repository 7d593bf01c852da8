import type { operations, SearchRequest } from '../../../generated/scim.js';
import type { Page } from '../../model/list.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { checkSearchRequest } from '../../protocol/search-request.js';
import { listResources, type ListRequest } from '../../provisioning/resources/list.js';
import type { Provisioning } from '../../provisioning/scope.js';
import type { Principal } from '../authentication.js';
import type { Handlers, RequestNotes } from '../router/operation.js';
import { tenantScope } from '../tenant-scope.js';
import type { Held } from '../traffic/memory-room.js';

/** The operations that list resources. */
export type ListOperations = Pick<
  operations,
  'listUsers' | 'searchUsers' | 'listGroups' | 'searchGroups' | 'listAll' | 'searchAll'
>;
type Query = NonNullable<operations['listUsers']['parameters']['query']>;

interface From {
  readonly notes: RequestNotes;
  readonly principal: Principal;
  readonly held: Held;
}

/** Lists by GET (RFC 7644 §3.4.2) and by POST (§3.4.3), which keeps the query out of addresses and logs. */
export function listHandlers(provisioning: Provisioning): Handlers<ListOperations> {
  const answer = async ({ principal, held, notes }: From, request: ListRequest) => ({
    status: 200 as const,
    body: await listResources(provisioning, tenantScope(principal), { ...request, onPage: noting(notes) }, held),
  });
  const list = (types: readonly ResourceTypeName[]) => (request: From & { readonly query: Query }) =>
    answer(request, asked(types, request.query));
  const search = (types: readonly ResourceTypeName[]) => (request: From & { readonly body: SearchRequest }) => {
    checkSearchRequest(request.body.schemas);
    return answer(request, asked(types, request.body));
  };
  return {
    listUsers: list(['User']),
    searchUsers: search(['User']),
    listGroups: list(['Group']),
    searchGroups: search(['Group']),
    listAll: list(['User', 'Group']),
    searchAll: search(['User', 'Group']),
  };
}

const noting =
  (notes: RequestNotes) =>
  ({ total, resources }: Page): void => {
    notes.found = { total, id: total === 1 ? resources[0]?.id : undefined };
  };

/** In a message, null means the same as absent (RFC 7643 §2.5). */
function asked(types: readonly ResourceTypeName[], given: Query | SearchRequest): ListRequest {
  const { attributes, excludedAttributes, filter, sortBy, sortOrder, startIndex, count, cursor } = given;
  return {
    types,
    filter: filter ?? undefined,
    sortBy: sortBy ?? undefined,
    sortOrder: sortOrder?.toLowerCase() === 'descending' ? 'descending' : 'ascending',
    startIndex: wholeNumber(startIndex),
    count: wholeNumber(count),
    cursor: cursor ?? undefined,
    projection: { attributes: attributes ?? undefined, excludedAttributes: excludedAttributes ?? undefined },
  };
}

/** A number that may have come as text, which the document holds to be one. */
const wholeNumber = (given: number | string | null | undefined): number | undefined =>
  given === null || given === undefined ? undefined : Number(given);
