import { createHash } from 'node:crypto';
import { isId } from '../../model/id.js';
import type { SortPosition } from '../../model/list.js';
import type { Attribute, ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { invalidCursor, type ScimError } from '../../protocol/scim-error.js';
import { sortedAttribute, type SortOrder } from '../../protocol/sort.js';

/** What a cursor is for: it works for no other query. How many resources a page has, and what of each, may change. */
export interface CursorQuery {
  readonly tenantId: string;
  readonly types: readonly ResourceTypeName[];
  /** As it was sent. */
  readonly filter: string | undefined;
  readonly sort: SortOrder | undefined;
  /** As it was sent. */
  readonly sortBy: string | undefined;
}

/** Told from cursors that another version of the server may give out. */
const VERSION = 1;

/** UTF-16 code units; the longest value that is sorted by makes a shorter one. */
const LONGEST = 16_384;

/** The position behind a page as text of the unreserved characters of RFC 3986 (RFC 9865 §2). */
export function encodeCursor(query: CursorQuery, { key, id }: SortPosition): string {
  return Buffer.from(JSON.stringify([VERSION, key, id, fingerprint(query, { key, id })])).toString('base64url');
}

/**
 * The position that a cursor of this query stands for.
 * @throws ScimError 400 `invalidCursor` for every text that no page of this query has given out
 */
export function decodeCursor(query: CursorQuery, cursor: string): SortPosition {
  const [, key, id] = cursor.length > LONGEST ? [] : partsOf(cursor);
  if (!isKey(key, query.sort) || typeof id !== 'string' || !isId(id)) throw unknownCursor();
  // One position has one text: what differs anywhere was not made here, or for another query.
  if (encodeCursor(query, { key, id }) !== cursor) throw unknownCursor();
  return { key, id };
}

function partsOf(cursor: string): readonly unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}

/** Whether the value is one that the database compares with the values of the attribute. */
function isKey(key: unknown, sort: SortOrder | undefined): key is SortPosition['key'] {
  if (key === null) return true;
  const type: Attribute['type'] = sort === undefined ? 'string' : sortedAttribute(sort.by).type;
  if (type === 'boolean') return key === 0 || key === 1;
  if (type === 'integer' || type === 'decimal') return typeof key === 'number';
  return typeof key === 'string' && !key.includes('\0') && key.isWellFormed();
}

function fingerprint({ tenantId, types, filter, sort, sortBy }: CursorQuery, { key, id }: SortPosition): string {
  const query = [VERSION, tenantId, types, filter ?? null, sortBy ?? null, sort?.descending ?? false];
  return createHash('sha256')
    .update(JSON.stringify([query, key, id]))
    .digest('base64url')
    .slice(0, 16);
}

const unknownCursor = (): ScimError =>
  invalidCursor(
    'The cursor does not belong to this query. Send the nextCursor of the page before with the same filter, sortBy and sortOrder, or an empty cursor for the first page.',
  );
