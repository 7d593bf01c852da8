import { resourceNames } from '../canonical-names.js';
import { canonicalizeResource } from '../canonicalize.js';
import { isJsonObject, type JsonObject } from '../json.js';
import type { ResourceType } from '../schemas/attribute.js';
import { invalidValue } from '../scim-error.js';
import { changeTarget, targetOfName, targetOfPath } from './change-target.js';
import type { PatchContext } from './change.js';
import type { PatchOperation } from './operation.js';
import type { PatchOptions } from './options.js';
import { WorkBudget } from './work-budget.js';

/**
 * A resource after the operations of a PATCH request, in their order (RFC 7644 §3.5.2): a new resource in canonical form.
 * The operations on a group's `members` are not for here, see plan-group-patch.ts.
 * @param resource in canonical form; stays as it is
 * @throws ScimError 400 `invalidPath`, `noTarget`, `mutability`, `invalidValue`, `invalidSyntax`, `invalidFilter`, `tooMany`
 */
export function applyPatch(
  resource: JsonObject,
  operations: readonly PatchOperation[],
  type: ResourceType,
  options: PatchOptions = {},
): JsonObject {
  const context = { type, options, budget: new WorkBudget() };
  const patched = operations.reduce((state, operation) => applyOperation(state, operation, context), resource);
  return canonicalizeResource(patched, type);
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
