import type { ActivityEntry, ActivityOutcome } from './entry.js';

/** Which entries of a tenant to list: all that is given has to fit. */
export interface ActivityQuery {
  /** From this time on, and before that time: fixed-width UTC. */
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly outcomes?: readonly ActivityOutcome[] | undefined;
  /** An operation, or with `*` at its end all that begin so: `user.*`. */
  readonly operation?: string | undefined;
  /** A name in any case. */
  readonly subject?: string | undefined;
  readonly resourceId?: string | undefined;
  readonly tokenId?: string | undefined;
  readonly rule?: string | undefined;
  readonly status?: number | undefined;
  readonly requestId?: string | undefined;
  /** Entries before this one only: the `next` of an earlier page. */
  readonly after?: string | undefined;
  readonly limit: number;
}

/** A page of entries, the latest first. A page may have fewer than asked for, or none, although others follow. */
export interface ActivityPage<Entry = ActivityEntry> {
  readonly entries: readonly Entry[];
  /** What to send as `after` for the page that follows; undefined on the last one. */
  readonly next: string | undefined;
}

/** How often an operation ended in one way within an hour. */
export interface ActivityHour {
  /** The beginning of the hour: `2026-11-28T15:00:00.000Z`. */
  readonly hour: string;
  readonly operation: string;
  readonly outcome: ActivityOutcome;
  readonly count: number;
  /** The sum of the durations in microseconds. */
  readonly totalUs: number;
}

/** What an operator sets for a tenant's activity log. */
export interface ActivitySettings {
  /** Days that entries are kept: 1 to 400. */
  readonly retentionDays: number;
}

/** Whether entries may be kept for so many days. */
export const isRetention = (days: number): boolean => Number.isInteger(days) && days >= 1 && days <= 400;

/** The settings of a tenant that nobody has changed. */
export const DEFAULT_ACTIVITY_SETTINGS: ActivitySettings = { retentionDays: 30 };
