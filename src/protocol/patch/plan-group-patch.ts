import { resourceNames, valueNames } from '../canonical/names.js';
import type { FilterNode } from '../filter/tree.js';
import { isJsonArray, isJsonObject, member, withMember, type JsonValue } from '../json.js';
import { isMembership, memberIds, MembershipSteps, type MembershipStep } from '../membership.js';
import type { Attribute, ResourceType } from '../schemas/attribute.js';
import { invalidValue, mutability, noTarget } from '../scim-error.js';
import { isNothing } from './change.js';
import { holds, type PatchOptions } from './change.js';
import type { PatchOperation } from './operation.js';
import { parsePatchPath } from './patch-path.js';
import { atPlace } from './place.js';

/** A group's PATCH in two: what it does to the group's attributes, and to its members without reading them. */
export interface GroupPatch {
  /** The operations on attributes other than `members`, for applyPatch. */
  readonly attributes: readonly PatchOperation[];
  readonly steps: readonly MembershipStep[];
}

interface MembersOperation {
  readonly op: PatchOperation['op'];
  /** Undefined if the operation has none. */
  readonly value: JsonValue | undefined;
  readonly subAttribute?: Attribute | undefined;
  readonly condition?: FilterNode | undefined;
}

/**
 * Takes the operations of a PATCH on a group apart (RFC 7644 §3.5.2). Adding a member that is there, and removing one that
 * is not, is no error and changes nothing.
 * @throws ScimError 400 `invalidPath`, `invalidFilter`, `invalidValue`, `mutability` or `noTarget`
 */
export function planGroupPatch(
  operations: readonly PatchOperation[],
  type: ResourceType,
  options: PatchOptions = {},
): GroupPatch {
  const steps = new MembershipSteps();
  const attributes = operations.filter((operation) => {
    const members = atPlace(operation.sent, () => {
      const named = ofMembers(operation, type, options);
      if (named !== undefined) changeMembers(steps, named, options);
      return named;
    });
    return members === undefined || operation.path === undefined;
  });
  return { attributes: attributes.map((operation) => withoutMembers(operation, type)), steps: steps.finish() };
}

/** What an operation says about `members`, undefined when it does not speak of them. */
function ofMembers(operation: PatchOperation, type: ResourceType, options: PatchOptions): MembersOperation | undefined {
  const { op, path, value } = operation;
  if (path === undefined) return ofMembersAmongOthers(op, value, type);
  const parsed = parsePatchPath(path, type, options.limits);
  if (parsed.kind !== 'attribute' || !isMembership(parsed.target.attribute, type)) return undefined;
  const { attribute, subAttribute } = parsed.target;
  const named = value === undefined ? undefined : valueNames(value, attribute);
  return { op, value: named, subAttribute, condition: parsed.condition };
}

function ofMembersAmongOthers(
  op: PatchOperation['op'],
  value: JsonValue | undefined,
  type: ResourceType,
): MembersOperation | undefined {
  if (!isJsonObject(value)) return undefined;
  const members = member(resourceNames(value, type), 'members');
  return members === undefined ? undefined : { op, value: members };
}

/** What is left of an operation without path for the group's attributes. */
function withoutMembers(operation: PatchOperation, type: ResourceType): PatchOperation {
  if (operation.path !== undefined || !isJsonObject(operation.value)) return operation;
  return { ...operation, value: withMember(resourceNames(operation.value, type), 'members', undefined) };
}

function changeMembers(steps: MembershipSteps, change: MembersOperation, options: PatchOptions): void {
  const { op, value, subAttribute, condition } = change;
  if (subAttribute !== undefined) throw membersAreImmutable();
  if (condition !== undefined) {
    changeChosen(steps, change, condition, options);
  } else if (op === 'remove' && value !== undefined && holds('named-members-removed', options)) {
    steps.remove(idsToRemove(value));
  } else {
    if (op !== 'add') steps.clear();
    if (op !== 'remove') steps.add(idsIn(value ?? null));
  }
}

/** The members that a filter chooses; by id where it names them, so that storage need not look at the others. */
function changeChosen(
  steps: MembershipSteps,
  { op, value = null }: MembersOperation,
  condition: FilterNode,
  options: PatchOptions,
): void {
  const ids = idsNamed(condition);
  if (op === 'remove' || (op === 'replace' && isNothing(value))) {
    if (ids === undefined) steps.removeWhere(condition);
    else steps.remove(ids);
  } else {
    steps.add(createdMember(ids, value, options));
  }
}

function createdMember(ids: readonly string[] | undefined, value: JsonValue, options: PatchOptions): readonly string[] {
  const [id, ...others] = ids ?? [];
  const given = isJsonArray(value) ? value : [value];
  const same = given.every((element) => isJsonObject(element) && (member(element, 'value') ?? id) === id);
  if (id === undefined || others.length > 0 || !same) throw membersAreImmutable();
  if (!holds('unmatched-filter-creates', options)) throw noTarget('Add members without a filter in the path.');
  return [id];
}

/** Null names nobody, and is not to empty the group: nobody can tell whether that was meant. */
function idsToRemove(value: JsonValue): readonly string[] {
  if (value !== null) return idsIn(value);
  throw invalidValue('Name the members to remove in "value", or leave "value" out to remove them all.');
}

function idsIn(value: JsonValue): readonly string[] {
  return memberIds(isJsonArray(value) ? value : [value]);
}

/** The ids in a filter that asks for no more than one of them: `value eq "…" or value eq "…"`. */
function idsNamed(node: FilterNode): readonly string[] | undefined {
  if (node.kind === 'compare') {
    const { target, operator, value } = node;
    return operator === 'eq' && target.attribute.name === 'value' && typeof value === 'string' ? [value] : undefined;
  }
  if (node.kind !== 'or') return undefined;
  const ids = node.operands.map(idsNamed);
  return ids.every((named) => named !== undefined) ? ids.flat() : undefined;
}

function membersAreImmutable(): Error {
  return mutability('A member cannot be changed; remove it and add another.');
}
