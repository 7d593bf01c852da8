import { isId } from '../../model/id.js';
import { includes, type Projection } from '../../protocol/projection.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { Provisioning, TenantScope } from '../scope.js';
import { unknownResource } from './refusals.js';
import { Representer, type Representation } from './representation.js';

/**
 * Reads a resource by its id (RFC 7644 §3.4.1); a disabled user is read like any other.
 * @throws ScimError 404 when the tenant has no such resource.
 */
export async function getResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, id, projection }: { type: ResourceTypeName; id: string; projection: Projection },
): Promise<Representation> {
  const directory = provisioning.storage.directory(scope.tenant.id, scope.proof);
  const withGroups = type === 'User' && includes(projection, 'groups');
  const stored = isId(id) ? await directory.find(type, id, withGroups) : undefined;
  if (stored === undefined) throw unknownResource(type, id);
  return new Representer(provisioning, scope, projection).one(stored);
}
