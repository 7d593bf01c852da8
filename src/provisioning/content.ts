import { presenceOf } from '../protocol/custom-schema.js';
import type { JsonObject } from '../protocol/json.js';
import type { ResourceType } from '../protocol/schemas/attribute.js';
import { matchingValues, searchForm } from '../protocol/search-form.js';
import type { ResourceContent } from '../storage/storage.js';

/** What is stored of a resource in canonical form: its text, and what it is found by. */
export function contentOf(resource: JsonObject, type: ResourceType): ResourceContent {
  const search = searchForm(resource, type);
  const { userName, displayName, externalId, active } = search;
  return {
    document: JSON.stringify(resource),
    search,
    ...(typeof userName === 'string' ? { userName } : {}),
    ...(typeof displayName === 'string' ? { displayName } : {}),
    ...(typeof externalId === 'string' ? { externalId } : {}),
    ...(typeof active === 'boolean' ? { active } : {}),
    matchingValues: [...matchingValues(search, type), ...presenceOf(resource, type)],
  };
}
