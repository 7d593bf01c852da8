import { findAttribute, findSchema, attributeName } from '../attribute-lookup.js';
import type { AttributePath } from '../attribute-path.js';
import { extensionNames, valueNames } from '../canonical/names.js';
import type { AttributeReference, FilterNode } from '../filter/tree.js';
import { isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import { isOfOtherType } from '../schemas/resource-types.js';
import { invalidPath, invalidValue } from '../scim-error.js';
import { isNothing, objectOf, toChange, type Change, type PatchContext, type ValueFilter } from './change.js';
import { holds } from './change.js';
import { changedValue } from './change-attribute.js';
import { changeKept, changeKeptExtension, hasExtension } from './change-kept.js';
import { parsePatchPath } from './patch-path.js';

type Op = 'add' | 'replace' | 'remove';

/** What an operation changes: the path of RFC 7644 §3.5.2, or an attribute's name in a value without path. */
export type PatchTarget =
  | { readonly kind: 'attribute'; readonly target: AttributeReference; readonly filter?: ValueFilter }
  | { readonly kind: 'extension'; readonly urn: string }
  | {
      readonly kind: 'unknown';
      readonly name: string;
      readonly extension?: string;
      readonly segments: readonly string[];
    };

/**
 * The target of an operation with a path.
 * @throws ScimError 400 `invalidPath` or `invalidFilter`
 */
export function targetOfPath(path: string, { type, options }: PatchContext): PatchTarget {
  const parsed = parsePatchPath(path, type, options.limits);
  if (parsed.kind === 'extension') return parsed;
  if (parsed.kind === 'unknown') return unknownTarget(path, parsed);
  const { target, condition, onPart = false } = parsed;
  if (condition === undefined) return { kind: 'attribute', target };
  return { kind: 'attribute', target, filter: { condition, terms: countTerms(condition), path, onPart } };
}

/** A filter on an unknown attribute chooses nothing that could be kept. */
function unknownTarget(path: string, parsed: Extract<AttributePath, { kind: 'unknown' }>): PatchTarget {
  return path.includes('[') ? { kind: 'unknown', name: path, segments: parsed.segments } : { ...parsed, name: path };
}

const SYNTAX = /[[\]()"]/;

/**
 * The target of one name in the value of an operation without path; the names are attributes and extension URNs.
 * @throws ScimError 400 `invalidPath` if the name is a path whose syntax went wrong
 */
export function targetOfName(name: string, { type, options }: PatchContext): PatchTarget {
  if (SYNTAX.test(name)) parsePatchPath(name, type, options.limits);
  const target = findAttribute(type, name);
  if (target !== undefined) return { kind: 'attribute', target };
  if (type.extensions.some(({ id }) => id === name)) return { kind: 'extension', urn: name };
  const known = !name.includes(':') || findSchema(type, name) !== undefined || isOfOtherType(name, type);
  return known ? { kind: 'unknown', name, segments: [] } : { kind: 'unknown', name, extension: name, segments: [] };
}

function countTerms(node: FilterNode): number {
  switch (node.kind) {
    case 'and':
    case 'or':
      return node.operands.reduce((terms, operand) => terms + countTerms(operand), 0);
    case 'not':
      return countTerms(node.operand);
    case 'valuePath':
      return countTerms(node.condition);
    case 'present':
    case 'compare':
    case 'unknown':
      return 1;
  }
}

/** The resource with an operation applied to one target. */
export function changeTarget(
  resource: JsonObject,
  target: PatchTarget,
  op: Op,
  value: JsonValue | undefined,
  context: PatchContext,
): JsonObject {
  switch (target.kind) {
    case 'attribute':
      return changeReference(resource, target, op, value, context);
    case 'extension':
      return changeExtension(resource, target.urn, op, value ?? null, context);
    case 'unknown':
      return changeUnknown(resource, target, op, op === 'remove' ? null : (value ?? null), context);
  }
}

function changeReference(
  resource: JsonObject,
  { target, filter }: Extract<PatchTarget, { kind: 'attribute' }>,
  op: Op,
  value: JsonValue | undefined,
  context: PatchContext,
): JsonObject {
  const { extension, attribute, subAttribute } = target;
  // `schemas` follows from what the resource has; it can be named, not changed.
  if (attribute.name === 'schemas' && op !== 'remove') return resource;
  const named = value === undefined ? undefined : valueNames(value, subAttribute ?? attribute);
  const change = toChange(op, named, { attribute, subAttribute, filter, where: attributeName(target) });
  if (extension === undefined && attribute.name === 'active' && isUnassigned(change)) return resource;
  if (extension === undefined) return changeMember(resource, change, context);
  const changed = changeMember(objectOf(member(resource, extension)), change, context);
  const isEmpty = member(changed, attribute.name) === undefined && Object.keys(changed).length === 0;
  return context.draft.set(resource, extension, isEmpty ? undefined : changed);
}

/** A resource or an extension with one of its attributes changed. */
function changeMember(holder: JsonObject, change: Change, context: PatchContext): JsonObject {
  const { name } = change.attribute;
  context.budget.spend(1);
  return context.draft.set(holder, name, changedValue(member(holder, name), change, context));
}

/** What is unassigned says nothing: whoever is inactive stays so, since only true makes a user active again. */
function isUnassigned({ op }: Change): boolean {
  return op === 'remove' || op === 'clear';
}

/** An extension is patched as a complex attribute is: what the value does not name stays (RFC 7644 §3.5.2.3). */
function changeExtension(
  resource: JsonObject,
  urn: string,
  op: Op,
  value: JsonValue,
  context: PatchContext,
): JsonObject {
  if (op === 'remove' || (op === 'replace' && isNothing(value))) return context.draft.set(resource, urn, undefined);
  if (value === null) return resource;
  if (!isJsonObject(value)) throw invalidValue(`"${urn}" takes an object with the extension's attributes.`);
  return Object.entries(extensionNames(value, urn, context.type)).reduce((state, [name, given]) => {
    const target = findAttribute(context.type, name, urn);
    return target === undefined
      ? changeUnknown(state, { kind: 'unknown', name, extension: urn, segments: [name] }, op, given, context)
      : changeReference(state, { kind: 'attribute', target }, op, given, context);
  }, resource);
}

/** What no schema defines is kept under an extension's URN, and ignored elsewhere. */
function changeUnknown(
  resource: JsonObject,
  { name, extension, segments }: Extract<PatchTarget, { kind: 'unknown' }>,
  op: Op,
  value: JsonValue,
  context: PatchContext,
): JsonObject {
  if (!holds('unknown-attribute-tolerated', context.options)) {
    throw invalidPath(`No schema has the attribute "${name}".`);
  }
  if (extension === undefined || isOfOtherType(name, context.type)) return resource;
  if (isPartOfKnown(extension, segments, context)) return resource;
  const urn = wholeUrn(resource, extension, segments, value, context);
  if (urn === undefined) return changeKept(resource, [extension, ...segments], { op, value }, context);
  if (value === null) return changeKeptExtension(resource, urn, undefined, context);
  return isJsonObject(value) ? changeKeptExtension(resource, urn, { op, value }, context) : resource;
}

/** Whether the path goes into an attribute that a schema has, or deeper than attributes have parts. */
function isPartOfKnown(extension: string, segments: readonly string[], { type }: PatchContext): boolean {
  const [name] = segments;
  return segments.length > 2 || (name !== undefined && findAttribute(type, name, extension) !== undefined);
}

/**
 * The URN of an unknown extension that is meant as a whole. Nobody can tell `urn:example:2.0:User` from an attribute
 * `User` under `urn:example:2.0`, except for what the resource has and for how extensions are named.
 */
function wholeUrn(
  resource: JsonObject,
  extension: string,
  [name, ...deeper]: readonly string[],
  value: JsonValue,
  context: PatchContext,
): string | undefined {
  if (name === undefined) return extension;
  if (deeper.length > 0 || !(value === null || isJsonObject(value))) return undefined;
  const urn = `${extension}:${name}`;
  const named = name.toLowerCase() === context.type.name.toLowerCase();
  return named || hasExtension(resource, urn, context) ? urn : undefined;
}
