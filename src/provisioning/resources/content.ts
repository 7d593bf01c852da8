import type { ResourceContent } from '../../model/resource.js';
import { presenceOf } from '../../protocol/custom-schema/definition.js';
import { member, type JsonObject } from '../../protocol/json.js';
import type { ResourceType } from '../../protocol/schemas/attribute.js';
import { invalidValue } from '../../protocol/scim-error.js';
import { matchingValues, searchForm } from '../../protocol/search-form.js';

/** The longest text of a resource, in UTF-16 code units: what one body may bring, many bodies may not exceed. */
const MOST_TEXT = 1_048_576;

/**
 * What is stored of a resource in canonical form: its text, and what it is found by.
 * @throws ScimError 400 `invalidValue` when the resource has grown too large
 */
export function contentOf(resource: JsonObject, type: ResourceType): ResourceContent {
  const content = contentAsIs(resource, type);
  if (content.document.length <= MOST_TEXT) return content;
  throw invalidValue(
    `A ${type.name} takes at most ${MOST_TEXT} characters of JSON; remove values that are not needed.`,
  );
}

/** As contentOf, for a resource that is stored already and is not refused for what a schema's URN adds to its length. */
export function contentAsIs(resource: JsonObject, type: ResourceType): ResourceContent {
  const search = searchForm(resource, type);
  const { userName, displayName, externalId, active } = search;
  return {
    document: JSON.stringify(resource),
    search,
    ...(typeof userName === 'string' ? { userName } : {}),
    ...(typeof displayName === 'string' ? { displayName } : {}),
    ...displayOf(resource),
    ...(typeof externalId === 'string' ? { externalId } : {}),
    ...(typeof active === 'boolean' ? { active } : {}),
    matchingValues: [...matchingValues(search, type), ...presenceOf(resource, type)],
  };
}

function displayOf(resource: JsonObject): Pick<ResourceContent, 'display'> {
  const display = member(resource, 'displayName');
  return typeof display === 'string' ? { display } : {};
}
