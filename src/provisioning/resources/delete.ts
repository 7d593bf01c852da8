import { isId } from '../../model/id.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import type { Preconditions, Provisioning, TenantScope } from '../scope.js';
import { unknownResource } from './refusals.js';
import { checkPreconditions } from './refusals.js';

/**
 * Deletes a resource and its memberships (RFC 7644 §3.6).
 * @throws ScimError 404 when the tenant has no such resource, 412 when it has another version.
 */
export async function deleteResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, id, preconditions }: { type: ResourceTypeName; id: string; preconditions: Preconditions },
): Promise<void> {
  if (!isId(id)) throw unknownResource(type, id);
  const at = provisioning.now().toISOString();
  await provisioning.storage.write(scope.tenant.id, async (directory) => {
    const stored = await directory.findForUpdate(type, id);
    if (stored === undefined) throw unknownResource(type, id);
    checkPreconditions(preconditions, stored.version);
    await directory.remove(type, id, at);
  });
}
