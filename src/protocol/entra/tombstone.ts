import { member, type JsonObject } from '../json.js';

const TOMBSTONE = /^[0-9a-f]{32}(.+)$/isu;

/**
 * The former userName of a user whom Entra soft-deleted: it puts the object id, 32 hexadecimal digits, in front of the
 * name, and says that the user is inactive. Undefined for everybody else. The user is stored as sent; nobody else needs to
 * learn of the tombstone's name.
 * Source: public reports of Entra's provisioning logs; the former name comes back when the user is restored.
 */
export function tombstoneOf(user: JsonObject): string | undefined {
  const userName = member(user, 'userName');
  if (typeof userName !== 'string' || member(user, 'active') !== false) return undefined;
  return TOMBSTONE.exec(userName)?.[1];
}

/** The rule's name in log and activity. Nothing is rewritten: synchronization keeps the former name for the backend. */
const SOFT_DELETED_NAME = 'soft-deleted-name';

/**
 * The mark of a write that gives a user the name of a soft-deleted one, for log and activity.
 * @param before undefined for a user that is created
 */
export function softDeletionMark(before: JsonObject | undefined, after: JsonObject): readonly string[] {
  if (tombstoneOf(after) === undefined) return [];
  return before !== undefined && tombstoneOf(before) !== undefined ? [] : [SOFT_DELETED_NAME];
}

/**
 * The name of a staged user or group for people: userName or displayName; of a soft-deleted user the former userName, and that
 * the user is in Entra's recycle bin.
 */
export function shownName(resource: JsonObject): string {
  const former = tombstoneOf(resource);
  if (former !== undefined) return `${former} (in Entra's recycle bin)`;
  const name = member(resource, 'userName') ?? member(resource, 'displayName');
  return typeof name === 'string' ? name : '';
}
