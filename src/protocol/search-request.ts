import { messageNames } from './canonical/names.js';
import type { JsonObject } from './json.js';
import { SEARCH_REQUEST_SCHEMA } from './messages.js';
import { invalidSyntax } from './scim-error.js';

/** The members of a SearchRequest (RFC 7644 §3.4.3, RFC 9865 §3). */
const NAMES = [
  'schemas',
  'attributes',
  'excludedAttributes',
  'filter',
  'sortBy',
  'sortOrder',
  'startIndex',
  'count',
  'cursor',
];

/**
 * A SearchRequest with its names in the standard's spelling, whatever case they came in.
 * @throws ScimError 400 `invalidSyntax` when it has one name in two spellings
 */
export function searchRequestNames(message: JsonObject): JsonObject {
  return messageNames(message, NAMES);
}

/** @throws ScimError 400 `invalidSyntax` when a message says that it is none; null says nothing */
export function checkSearchRequest(schemas: readonly string[] | null): void {
  const wanted = SEARCH_REQUEST_SCHEMA.toLowerCase();
  if (schemas === null || schemas.some((urn) => urn.toLowerCase() === wanted)) return;
  throw invalidSyntax(`"schemas" must name the message; send ["${SEARCH_REQUEST_SCHEMA}"].`);
}
