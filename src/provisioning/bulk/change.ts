import type { StoredResource } from '../../model/resource.js';
import { referenceOf, withReferences } from '../../protocol/bulk/references.js';
import { deleteResource } from '../resources/delete.js';
import { patchResource } from '../resources/patch.js';
import { replaceResource } from '../resources/replace.js';
import type { Provisioning, TenantScope, WriteRequest } from '../scope.js';
import type { BulkIds } from './create.js';
import type { BulkChange } from './step.js';

/**
 * The id of the resource that an operation changes.
 * @throws ScimError as BulkIds.resolve does
 */
export function idOf({ id }: BulkChange, ids: BulkIds): string {
  const bulkId = referenceOf(id);
  return bulkId === undefined ? id : ids.resolve(bulkId);
}

/**
 * Changes or deletes a resource as a request of its own would.
 * @param change with an id that is no reference
 * @returns the resource as it is stored afterward, undefined when it was deleted
 * @throws ScimError as replaceResource, patchResource, deleteResource and BulkIds.resolve do
 */
export async function changeOne(
  provisioning: Provisioning,
  scope: TenantScope,
  { kind, type, id, ifMatch, data, accept }: BulkChange,
  ids: BulkIds,
  onRules: WriteRequest['onRules'],
): Promise<StoredResource | undefined> {
  const one = { type, id, preconditions: { ifMatch, ifNoneMatch: undefined } };
  if (kind === 'delete') {
    await deleteResource(provisioning, scope, one);
    return undefined;
  }
  const body = accept(withReferences(data, (bulkId) => ids.resolve(bulkId)));
  const change = kind === 'replace' ? replaceResource : patchResource;
  return change(provisioning, scope, { ...one, body, onRules });
}
