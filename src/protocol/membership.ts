import type { FilterNode } from './filter/tree.js';
import { isJsonArray, isJsonObject, member, type JsonObject, type JsonValue } from './json.js';
import type { Attribute, ResourceType } from './schemas/attribute.js';
import { invalidValue, ScimError, tooMany } from './scim-error.js';

/** How many members one request may add and remove by their ids: some tenths of a second of SQLite's one writer. */
export const NAMED_MEMBERS = 20_000;

/** What is answered to a request that names too many members. */
export const severalRequests = (): Error =>
  tooMany(`One request may name at most ${NAMED_MEMBERS} members; send the others in further PATCH requests.`);

/** One step of a membership change; steps apply in order, each without reading the members that it does not name. */
export type MembershipStep =
  | {
      readonly kind: 'delta';
      /** Removes all members that `add` does not name. */
      readonly clear: boolean;
      readonly add: readonly string[];
      readonly remove: readonly string[];
    }
  | { readonly kind: 'removeWhere'; readonly condition: FilterNode };

/** Whether the attribute is a group's `members`, which are rows of their own and no part of the group's JSON. */
export function isMembership(attribute: Attribute, type: ResourceType): boolean {
  return type.name === 'Group' && attribute.name === 'members';
}

/**
 * The members that a new group, or a PUT, brings along: a group without `members` keeps those that it has, an empty array
 * removes all, and so does null, which is the same (RFC 7643 §2.5).
 * @param body with names in the schema's spelling
 * @throws ScimError 400 `invalidValue`
 */
export function membershipOf(body: JsonObject): readonly MembershipStep[] {
  const given = member(body, 'members');
  if (given === undefined) return [];
  const members = given ?? [];
  if (!isJsonArray(members)) throw invalidValue('"members" is multi-valued; send an array.');
  return [{ kind: 'delta', clear: true, add: memberIds(members), remove: [] }];
}

/**
 * The ids in an array of members, each once; what else a member says (`$ref`, `type`, `display`) follows from its id.
 * @throws ScimError 400 `invalidValue` when a member has no id
 */
export function memberIds(members: readonly JsonValue[]): readonly string[] {
  return [...new Set(members.flatMap((element, index) => (element === null ? [] : memberId(element, index))))];
}

function memberId(element: JsonValue, index: number): string {
  const id = isJsonObject(element) ? member(element, 'value') : undefined;
  if (typeof id === 'string' && id !== '') return id;
  throw invalidValue(`"members[${index}]" takes an object whose "value" is the id of a user or a group.`);
}

/** An error about a member that a body names, with its place in the body; any other error as it is. */
export function inMembers(error: unknown, body: JsonObject): unknown {
  if (!(error instanceof ScimError) || error.about?.attribute !== 'members') return error;
  const { value } = error.about;
  const members = member(body, 'members') ?? [];
  const at = isJsonArray(members)
    ? members.findIndex((element) => isJsonObject(element) && member(element, 'value') === value)
    : -1;
  return error.in(at < 0 ? 'members' : `members[${at}]`);
}

/** Puts changes to a group's members together, so that those by id which follow each other become one step. */
export class MembershipSteps {
  readonly #steps: MembershipStep[] = [];
  #clear = false;
  #add = new Set<string>();
  #remove = new Set<string>();

  add(ids: readonly string[]): void {
    for (const id of ids) {
      this.#add.add(id);
      this.#remove.delete(id);
    }
  }

  remove(ids: readonly string[]): void {
    for (const id of ids) {
      this.#add.delete(id);
      if (!this.#clear) this.#remove.add(id);
    }
  }

  /** Removes all members. */
  clear(): void {
    this.#clear = true;
    this.#add = new Set();
    this.#remove = new Set();
  }

  /** Removes the members that a condition on their sub-attributes matches. */
  removeWhere(condition: FilterNode): void {
    this.#finishDelta();
    this.#steps.push({ kind: 'removeWhere', condition });
  }

  /** The steps so far. */
  finish(): readonly MembershipStep[] {
    this.#finishDelta();
    return this.#steps;
  }

  #finishDelta(): void {
    if (!this.#clear && this.#add.size === 0 && this.#remove.size === 0) return;
    this.#steps.push({ kind: 'delta', clear: this.#clear, add: [...this.#add], remove: [...this.#remove] });
    this.#clear = false;
    this.#add = new Set();
    this.#remove = new Set();
  }
}
