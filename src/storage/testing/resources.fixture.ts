import type { ResourceContent } from '../../model/resource.js';
import type { JsonObject } from '../../protocol/json.js';
import { GROUP, USER } from '../../protocol/schemas/resource-types.js';
import { foldString, matchingValues, searchForm } from '../../protocol/search-form.js';
import type { DirectoryWriter } from '../storage.js';

/** When test resources are created, unless a test says otherwise. */
export const CREATED = '2026-01-01T00:00:00.000Z';
/** When test resources are changed. */
export const CHANGED = '2026-02-02T00:00:00.000Z';

/** The argument of DirectoryWriter.insert. */
export type NewResource = Parameters<DirectoryWriter['insert']>[0];

/** A user with that userName; its id is the userName as well unless given. */
export function newUser(userName: string, given: JsonObject = {}, id = userName, at = CREATED): NewResource {
  return { id, type: 'User', at, content: userContent(userName, given) };
}

/** A group with that displayName; its id is the displayName as well unless given. */
export function newGroup(displayName: string, given: JsonObject = {}, id = displayName, at = CREATED): NewResource {
  return { id, type: 'Group', at, content: groupContent(displayName, given) };
}

/** What a user with these attributes is stored as. */
export function userContent(userName: string, given: JsonObject = {}): ResourceContent {
  const resource = { schemas: [USER.schema.id], userName, ...given };
  const search = searchForm(resource, USER);
  const columns = { userName: foldString(userName), active: given['active'] !== false };
  return {
    ...columns,
    ...labels(given),
    document: JSON.stringify(resource),
    search,
    matchingValues: matchingValues(search, USER),
  };
}

/** What a group with these attributes is stored as. */
export function groupContent(displayName: string, given: JsonObject = {}): ResourceContent {
  const resource = { schemas: [GROUP.schema.id], displayName, ...given };
  return {
    ...labels(resource),
    document: JSON.stringify(resource),
    search: searchForm(resource, GROUP),
    matchingValues: [],
  };
}

function labels({
  displayName,
  externalId,
}: JsonObject): Pick<ResourceContent, 'displayName' | 'display' | 'externalId'> {
  return {
    ...(typeof displayName === 'string' ? { displayName: foldString(displayName), display: displayName } : {}),
    ...(typeof externalId === 'string' ? { externalId } : {}),
  };
}
