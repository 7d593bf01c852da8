import { notFound, type ScimError } from '../protocol/scim-error.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

const ID = /^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u;

/** Whether a text can be an id at all: ids are lower-case UUIDs, and nothing else is looked up. */
export const isId = (text: string): boolean => ID.test(text);

/** 404 for an id that the tenant does not have, whether or not another tenant has it. */
export function unknownResource(type: ResourceTypeName, id: string): ScimError {
  return notFound(
    `There is no ${type} with the id "${id.slice(0, 100)}". Look it up again and use the id that is returned.`,
  );
}
