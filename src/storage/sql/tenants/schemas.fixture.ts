import type { ResourceContent } from '../../../model/resource.js';
import { parseCustomSchema, presenceOf } from '../../../protocol/custom-schema/definition.js';
import type { JsonObject } from '../../../protocol/json.js';
import type { ResourceType } from '../../../protocol/schemas/attribute.js';
import { USER } from '../../../protocol/schemas/resource-types.js';
import { matchingValues, searchForm } from '../../../protocol/search-form.js';
import { userContent } from '../../testing/resources.fixture.js';

export const URN = 'urn:example:Contoso:2.0:User';

export const SCHEMA = parseCustomSchema({
  id: URN,
  attributes: [
    { name: 'badge', uniqueness: 'server' },
    { name: 'level', type: 'integer', matching: true },
    { name: 'doors', multiValued: true, matching: true },
    { name: 'desk', type: 'complex', subAttributes: [{ name: 'number', type: 'decimal', matching: true }] },
    { name: 'hired', type: 'dateTime', matching: true },
    { name: 'title' },
  ],
});

export const TYPE: ResourceType = { ...USER, extensions: [...USER.extensions, SCHEMA] };

/** What a user with something under the URN is stored as. */
export function contentWith(userName: string, extension: JsonObject): ResourceContent {
  const resource = { schemas: [USER.schema.id, URN], userName, [URN]: extension };
  const search = searchForm(resource, TYPE);
  const values = [...matchingValues(search, TYPE), ...presenceOf(resource, TYPE)];
  return { ...userContent(userName), document: JSON.stringify(resource), search, matchingValues: values };
}
