import type { StoredResource } from '../../model/resource.js';
import { passedOver } from '../../protocol/entra/passed-over.js';
import { acceptedBy, ENTRA_RULES, meaningsMissingFrom, normalizePatch } from '../../protocol/entra/rules.js';
import { softDeletionMark } from '../../protocol/entra/tombstone.js';
import type { JsonObject } from '../../protocol/json.js';
import { planPatch } from '../../protocol/patch/apply-patch.js';
import type { ChangeRequest, Provisioning, TenantScope } from '../scope.js';
import { changeResource } from './change.js';

/**
 * Applies a PATCH request (RFC 7644 §3.5.2), in the standard's form or in one of Entra's dialects. A group's members are
 * changed without being read.
 * @throws ScimError 400, 404, 409 or 412; nothing is changed then.
 */
export async function patchResource(
  provisioning: Provisioning,
  scope: TenantScope,
  { type, id, body, preconditions, withGroups, onRules, onEffect, onUnknown }: ChangeRequest,
): Promise<StoredResource> {
  const resourceType = scope.types[type];
  const accepted = provisioning.rules ?? ENTRA_RULES;
  const { message, rules, sent } = normalizePatch(body, resourceType, scope.tenant.settings, accepted);
  const { unknownAttributes } = scope.tenant.settings;
  await scope.nextTurn?.();
  const used = new Set<string>([...rules, ...passedOver(message, resourceType, unknownAttributes, onUnknown, sent)]);
  await scope.nextTurn?.();
  const { apply, steps, placed } = planPatch(message, resourceType, {
    sent,
    limits: provisioning.limits.filter,
    operations: provisioning.limits.patchOperations,
    without: meaningsMissingFrom(acceptedBy(accepted, unknownAttributes)),
    onRule: (rule) => used.add(rule),
  });
  const applied = (resource: JsonObject): JsonObject => {
    const after = apply(resource);
    for (const mark of softDeletionMark(resource, after)) used.add(mark);
    return after;
  };
  const change = { type, id, preconditions, withGroups, apply: applied, steps, onEffect };
  const stored = await changeResource(provisioning, scope, change).catch((error: unknown) => {
    throw placed(error);
  });
  onRules([...used]);
  return stored;
}
