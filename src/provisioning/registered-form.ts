import { conform } from '../protocol/custom-schema/conform.js';
import type { JsonObject } from '../protocol/json.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { TenantScope } from './scope.js';

/**
 * A staged resource as the schemas that are being registered have it, whether or not the registration has come to it: a
 * change must not lose what was kept as sent. Where something does not fit and is not to be dropped, it stays as it is.
 */
export function inRegisteredForm(resource: JsonObject, scope: TenantScope, type: ResourceTypeName): JsonObject {
  return scope.registering
    .filter(({ schema }) => schema.resourceType === type)
    .reduce((before, { schema, dropInvalid }) => {
      const conformed = conform(before, schema, scope.types[type]);
      return conformed.misfits.length > 0 && !dropInvalid ? before : conformed.resource;
    }, resource);
}
