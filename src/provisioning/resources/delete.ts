import { isId } from '../../model/id.js';
import type { ChangeRequest, Provisioning, TenantScope } from '../scope.js';
import { nameOf } from './effect.js';
import { unknownResource } from './refusals.js';
import { checkPreconditions } from './refusals.js';
import { resourceOf } from './representation.js';

/** What is to be deleted. */
type DeleteRequest = Pick<ChangeRequest, 'type' | 'id' | 'preconditions' | 'onEffect'>;

/**
 * Deletes a resource and its memberships (RFC 7644 §3.6).
 * @throws ScimError 404 when the tenant has no such resource, 412 when it has another version.
 */
export async function deleteResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, id, preconditions, onEffect }: DeleteRequest,
): Promise<void> {
  if (!isId(id)) throw unknownResource(type, id);
  const at = provisioning.now().toISOString();
  await provisioning.storage.write(scope.tenant.id, async (directory) => {
    const stored = await directory.findForUpdate(type, id);
    if (stored === undefined) throw unknownResource(type, id);
    checkPreconditions(preconditions, stored.version);
    await directory.remove(type, id, at);
    onEffect?.({ id, name: nameOf(type, resourceOf(stored)), changed: [] });
  });
}
