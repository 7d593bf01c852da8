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
