import { canonicalizeResource } from '../canonical/canonicalize.js';
import { resourceNames } from '../canonical/names.js';
import { isJsonObject, type JsonObject } from '../json.js';
import type { MembershipStep } from '../membership.js';
import type { ResourceType } from '../schemas/attribute.js';
import { invalidValue } from '../scim-error.js';
import { type PatchContext, type PatchOptions, WorkBudget } from './change.js';
import { changeTarget, targetOfName, targetOfPath } from './change-target.js';
import { Draft } from './draft.js';
import { type PatchOperation, parsePatch } from './operation.js';
import { atPlace, inOperations } from './place.js';
import { planGroupPatch } from './plan-group-patch.js';

/**
 * A resource after the operations of a PATCH request, in their order (RFC 7644 §3.5.2): a new resource in canonical form.
 * Operations on a group's `members` are handled by plan-group-patch.ts.
 * @param resource in canonical form; stays as it is
 * @throws ScimError 400 `invalidPath`, `noTarget`, `mutability`, `invalidValue`, `invalidSyntax`, `invalidFilter`, `tooMany`
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  options: PatchOptions = {},
): JsonObject {
  const budget = new WorkBudget();
  const context = { type, options, budget, draft: new Draft(budget) };
  const patched = operations.reduce(
    (state, operation) => atPlace(operation.sent, () => applyOperation(state, operation, context)),
    resource,
  );
  try {
    return canonicalizeResource(patched, type);
  } catch (error) {
    throw inOperations(error, operations);
  }
}

function applyOperation(resource: JsonObject, operation: PatchOperation, context: PatchContext): JsonObject {
  const { op, path, value } = operation;
  if (path !== undefined) return changeTarget(resource, targetOfPath(path, context), op, value, context);
  if (!isJsonObject(value))
    throw invalidValue(`An operation without "path" needs an object of attributes as its "value".`);
  return Object.entries(resourceNames(value, context.type)).reduce(
    (state, [name, given]) => changeTarget(state, targetOfName(name, context), op, given, context),
    resource,
  );
}

/** What a PATCH request does: to the resource's own JSON, and to the members where it is a group. */
export interface PatchPlan {
  /**
   * The resource after the operations, in canonical form; pure, and may be called again.
   * @throws ScimError as applyPatch does
   */
  readonly apply: (resource: JsonObject) => JsonObject;
  readonly steps: readonly MembershipStep[];
  /** An error about what the operations have changed together, with the place of the operation that it is about. */
  readonly placed: (error: unknown) => unknown;
}

/**
 * Reads a PATCH message in standard form (RFC 7644 §3.5.2; for Entra's, see entra.ts).
 * @throws ScimError as parsePatch and planGroupPatch do
 */
export function planPatch(message: JsonObject, type: ResourceType, options: PatchOptions = {}): PatchPlan {
  const operations = parsePatch(message, options.operations, options.sent);
  const { attributes, steps } =
    type.name === 'Group' ? planGroupPatch(operations, type, options) : { attributes: operations, steps: [] };
  return {
    apply: (resource) => applyPatch(resource, attributes, type, options),
    steps,
    placed: (error) => inOperations(error, operations),
  };
}
