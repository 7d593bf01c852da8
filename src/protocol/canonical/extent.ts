import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from '../json.js';
import { NAMED_MEMBERS, severalRequests } from '../membership.js';
import type { ResourceType } from '../schemas/attribute.js';
import { tooMany } from '../scim-error.js';

/** How many characters the paths of a request's operations, and the names that may be paths, may have together. */
const MOST_PATH_TEXT = 200_000;

/** A name counts for so many characters at least: each one may become an operation of its own. */
const LEAST_A_NAME = 40;

/**
 * Refuses a request that exceeds a limit, before any of it is processed; one pass over operations, names and elements.
 * @param message a resource or a PATCH message, with canonical names
 * @throws ScimError 400 `tooMany`
 */
export function checkExtent(message: JsonObject, type: ResourceType): void {
  const operations = member(message, 'Operations');
  const parts = isJsonArray(operations) ? operations.filter(isJsonObject) : [{ value: message }];
  if (sum(parts, pathText) > MOST_PATH_TEXT) throw tooMany(SHORTER);
  if (type.name === 'Group' && sum(parts, elementsIn) > NAMED_MEMBERS) throw severalRequests();
}

const SHORTER = `The paths and names of one request may have at most ${MOST_PATH_TEXT} characters together; send the rest in further requests.`;

/** Characters of an operation's path; without one, of the names in its value, which may be paths. */
function pathText(operation: JsonObject): number {
  const path = member(operation, 'path');
  if (typeof path === 'string') return path.length;
  return sum(listOf(member(operation, 'value') ?? null), (value) => namesIn(value, 2));
}

/** Characters of the names in an object, and in the objects that it holds. */
function namesIn(value: JsonValue, levels: number): number {
  if (levels === 0 || !isJsonObject(value)) return 0;
  return sum(Object.entries(value), ([name, held]) => Math.max(name.length, LEAST_A_NAME) + namesIn(held, levels - 1));
}

/** How many elements the arrays in an operation have, but for `schemas`: of a group, these are its members. */
function elementsIn(operation: JsonObject): number {
  const value = member(operation, 'value') ?? null;
  return sum(listOf(value), (one) => (isJsonObject(one) ? elementsUnder(one) : 0)) + lengthOf(value);
}

const elementsUnder = (object: JsonObject): number =>
  sum(Object.entries(object), ([name, value]) => (name === 'schemas' ? 0 : lengthOf(value)));

const lengthOf = (value: JsonValue): number => (isJsonArray(value) ? value.length : 0);

const listOf = (value: JsonValue): readonly JsonValue[] => (isJsonArray(value) ? value : [value]);

const sum = <T>(items: readonly T[], count: (item: T) => number): number =>
  items.reduce((total, item) => total + count(item), 0);
