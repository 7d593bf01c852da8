import { invalidCount, invalidValue } from '../../protocol/scim-error.js';
import type { Provisioning } from '../scope.js';

/** Which page of a list is asked for, as it was sent. */
export interface PageRequest {
  readonly startIndex: number | undefined;
  readonly count: number | undefined;
  /** Undefined where paging uses the index; empty for the first page. */
  readonly cursor: string | undefined;
}

/** A page as it is read: by index, or behind a cursor. */
export interface PagePlan {
  /** From 1. */
  readonly startIndex: number;
  readonly limit: number;
  readonly cursor: string | undefined;
}

/**
 * Which page to read: by cursor (RFC 9865 §2) where there is one, else by index (RFC 7644 §3.4.2.4). A startIndex of less
 * than 1 counts as 1, a negative count as 0. A count above the maximum counts as that by index.
 * @throws ScimError 400 `invalidCount` for a count above the maximum with a cursor, `invalidValue` for both ways at once
 */
export function planPage({ limits }: Provisioning, { startIndex, count, cursor }: PageRequest): PagePlan {
  const limit = withinSafe(count ?? limits.defaultPage, 0);
  if (cursor === undefined) {
    return { startIndex: withinSafe(startIndex ?? 1, 1), limit: Math.min(limit, limits.maxPage), cursor };
  }
  if (startIndex !== undefined) {
    throw invalidValue('"startIndex" and "cursor" exclude each other; send one of them.');
  }
  if (limit > limits.maxPage) {
    throw invalidCount(`With a cursor, "count" must be between 0 and ${limits.maxPage}.`);
  }
  return { startIndex: 1, limit, cursor };
}

/** What no double counts is no place in a list. */
const withinSafe = (value: number, least: number): number => Math.min(Math.max(least, value), Number.MAX_SAFE_INTEGER);
