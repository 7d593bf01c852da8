import type { CustomSchema } from './custom-schema.js';
import type { ResourceType, ResourceTypeName } from './schemas/attribute.js';
import { GROUP, USER } from './schemas/resource-types.js';

export type ResourceTypes = Readonly<Record<ResourceTypeName, ResourceType>>;

/** The resource types of a tenant that has these schemas of its own. */
export function typesWith(schemas: readonly (CustomSchema | undefined)[]): ResourceTypes {
  return { User: withExtensions(USER, schemas), Group: withExtensions(GROUP, schemas) };
}

function withExtensions(type: ResourceType, schemas: readonly (CustomSchema | undefined)[]): ResourceType {
  const own = schemas.filter((schema) => schema !== undefined).filter(({ resourceType }) => resourceType === type.name);
  return own.length === 0 ? type : { ...type, extensions: [...type.extensions, ...own] };
}
