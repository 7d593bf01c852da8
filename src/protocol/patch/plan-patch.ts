import type { JsonObject } from '../json.js';
import type { MembershipStep } from '../membership.js';
import type { ResourceType } from '../schemas/attribute.js';
import { applyPatch } from './apply-patch.js';
import { parsePatch } from './operation.js';
import type { PatchOptions } from './options.js';
import { planGroupPatch } from './plan-group-patch.js';

/** What a PATCH request does: to the resource's own JSON, and to the members where it is a group. */
export interface PatchPlan {
  /**
   * The resource after the operations, in canonical form; pure, and may be called again.
   * @throws ScimError as applyPatch does
   */
  readonly apply: (resource: JsonObject) => JsonObject;
  readonly steps: readonly MembershipStep[];
}

/**
 * Reads a PATCH message in standard form (RFC 7644 §3.5.2; for Entra's, see entra.ts).
 * @throws ScimError as parsePatch and planGroupPatch do
 */
export function planPatch(message: JsonObject, type: ResourceType, options: PatchOptions = {}): PatchPlan {
  const operations = parsePatch(message, options.operations);
  const { attributes, steps } =
    type.name === 'Group' ? planGroupPatch(operations, type, options) : { attributes: operations, steps: [] };
  return { apply: (resource) => applyPatch(resource, attributes, type, options), steps };
}
