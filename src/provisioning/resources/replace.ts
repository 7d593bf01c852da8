import type { StoredResource } from '../../model/resource.js';
import { passedOver } from '../../protocol/entra/passed-over.js';
import { normalizeResource } from '../../protocol/entra/rules.js';
import { softDeletionMark } from '../../protocol/entra/tombstone.js';
import { inMembers, membershipOf } from '../../protocol/membership.js';
import { replaceResource as replaced } from '../../protocol/replace.js';
import type { ChangeRequest, Provisioning, TenantScope } from '../scope.js';
import { changeResource } from './change.js';

/**
 * Replaces a resource (RFC 7644 §3.5.1). A group without `members` in the body keeps its members; an empty list empties it.
 * @throws ScimError 400, 404, 409 or 412; nothing is changed then.
 */
export async function replaceResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, id, body, preconditions, withGroups, onRules, onEffect, onUnknown }: ChangeRequest,
): Promise<StoredResource> {
  const resourceType = scope.types[type];
  const { message, rules } = normalizeResource(body, resourceType, provisioning.rules);
  await scope.nextTurn?.();
  onRules([...rules, ...passedOver(message, resourceType, scope.tenant.settings.unknownAttributes, onUnknown)]);
  await scope.nextTurn?.();
  return changeResource(provisioning, scope, {
    type,
    id,
    preconditions,
    withGroups,
    onEffect,
    apply: (resource) => {
      const after = replaced(resource, message, resourceType);
      onRules(softDeletionMark(resource, after));
      return after;
    },
    steps: type === 'Group' ? membershipOf(message) : [],
  }).catch((error: unknown) => {
    throw inMembers(error, message);
  });
}
