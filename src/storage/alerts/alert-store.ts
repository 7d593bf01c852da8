import type { Alert, AlertFinding, AlertKind } from '../../model/alert/alert.js';

/** A tenant as the round over all of them sees it. */
export interface WatchedTenant {
  readonly id: string;
  readonly enabled: boolean;
  /** When it was enabled, or anything else of it was set, last. */
  readonly lastModified: string;
  /** The beginning of the latest hour in which a token of it was used; undefined where none ever was. */
  readonly lastHour: string | undefined;
}

/** How many requests there were, and how many of them were refused. */
export interface Requests {
  readonly all: number;
  readonly refused: number;
}

/** A secret token, or a credential of an OAuth client, that expires, may write and was used. */
export interface ExpiringCredential {
  readonly tenantId: string;
  readonly id: string;
  readonly kind: 'token' | 'credential';
  readonly expiresAt: string;
  readonly lastUsed: string;
  /** When one of the tenant's was last used that is valid for longer. */
  readonly replacedAt: string | undefined;
}

/** A turn to look at all tenants. */
export interface Turn {
  /** The tenant behind which to go on; undefined for the first. */
  readonly after: string | undefined;
  /** Since when servers have been there: before that, nobody could be heard. */
  readonly listening: string;
}

/** An alert with the name of its tenant. */
export type NamedAlert = Alert & { readonly tenantName: string };

/** How many alerts there are. */
export interface AlertCounts {
  readonly open: Readonly<Record<AlertKind, number>>;
  /** Those that the webhook did not take: `retrying` are sent again, the others were given up. */
  readonly undelivered: { readonly retrying: number; readonly givenUp: number };
}

/** Which of the server's processes looks at the tenants; all times are dateTimes. */
export interface AlertTurns {
  /**
   * Takes the turn where nobody has it, and it is time for the next one.
   * @param gap where no process was there since this time, listening begins anew
   * @returns undefined if it is not time
   */
  take(owner: string, now: string, leaseUntil: string, gap: string): Promise<Turn | undefined>;
  /** Notes how far the round is, and keeps the turn. @returns false where another process has it */
  keep(owner: string, after: string, now: string, leaseUntil: string): Promise<boolean>;
  /** Ends the turn; the next begins at the first tenant. */
  finish(owner: string, now: string, next: string): Promise<void>;
  /** The turn as it is, for who looks beside it; undefined before the first. */
  find(): Promise<(Turn & { readonly seen: string }) | undefined>;
}

/** What the round reads of a page of tenants; each is a statement or two along an index. */
export interface AlertFacts {
  /** Tenants in the order of their ids, those behind `after`. */
  tenants(after: string | undefined, limit: number): Promise<readonly WatchedTenant[]>;
  /** The requests of tenants since an hour. */
  requests(tenantIds: readonly string[], from: string): Promise<ReadonlyMap<string, Requests>>;
  /** What tenants sign in with that expires after `from`, and by `until`, `limit` at most. */
  credentials(
    tenantIds: readonly string[],
    span: { readonly from: string; readonly until: string },
    limit: number,
  ): Promise<readonly ExpiringCredential[]>;
  /** The open alerts of tenants. */
  open(tenantIds: readonly string[]): Promise<readonly Alert[]>;
}

/** What the webhook is to be told. All times are dateTimes. */
export interface AlertMessages {
  /**
   * Takes alerts that are to be told, for one process alone and until its lease ends; each counts as an attempt.
   * @returns them as they are, those that are due longest first
   */
  claim(owner: string, now: string, leaseUntil: string, limit: number): Promise<readonly NamedAlert[]>;
  /** Notes that the webhook has accepted the stage of an alert. */
  told(alert: Alert, owner: string, at: string): Promise<void>;
  /**
   * Notes that it has not.
   * @param due when to try again; undefined gives it up. If the alert has another stage by now, that one is due at once.
   */
  failed(alert: Alert, owner: string, failure: string, due: string | undefined): Promise<void>;
}

/** Alerts about tenants. */
export interface AlertStore {
  readonly turns: AlertTurns;
  readonly facts: AlertFacts;
  readonly messages: AlertMessages;
  /** Opens an alert that is to be told at once. @returns false where the tenant has one like it, or is gone */
  open(tenantId: string, id: string, finding: AlertFinding, at: string): Promise<boolean>;
  /** Gives an open alert another stage, which is to be told at once. @returns false where it is not open any more */
  change(alert: Alert, finding: Pick<AlertFinding, 'stage' | 'sentence'>, at: string): Promise<boolean>;
  /**
   * Ends an alert. That is told where somebody may have been told of the alert.
   * @returns false where it is not open any more
   */
  end(alert: Alert, sentence: string, at: string): Promise<boolean>;
  /** Open alerts, the latest first, `limit` at most, those behind `after` (an id). */
  list(after: string | undefined, limit: number): Promise<readonly NamedAlert[]>;
  /** The open alerts of a tenant, the worst first; 20 at most. */
  ofTenant(tenantId: string): Promise<readonly Alert[]>;
  counts(): Promise<AlertCounts>;
  /** Erases alerts that ended before a time, `most` at most. @returns how many */
  eraseEnded(before: string, most: number): Promise<number>;
}
