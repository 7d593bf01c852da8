import type { AuditEntry } from '../model/audit.js';
import type { HoldTarget } from '../model/hold.js';
import type { ConfirmedLink } from '../model/match.js';
import type { MirrorOwner } from '../model/mirror.js';
import type { ResourceSubject } from '../model/subject.js';

/** The links that persons have confirmed, for later plans. */
export interface ConfirmedLinkReader {
  /** Those of these users or groups. */
  of(subject: ResourceSubject, resourceIds: readonly string[]): Promise<readonly ConfirmedLink[]>;
}

/** Keeps and forgets confirmations. */
export interface ConfirmedLinkWriter extends ConfirmedLinkReader {
  /** Keeps confirmations, one of each user or group: a later one replaces it. */
  put(links: readonly ConfirmedLink[]): Promise<void>;
  /** Forgets those of these users and groups; targets that are memberships have none. */
  remove(targets: readonly HoldTarget[]): Promise<void>;
  /** Forgets all: the account ids are those of one backend. */
  clear(): Promise<void>;
}

/** Which backend the tenant's mirror belongs to. */
export interface MirrorOwnerReader {
  /** Undefined for a tenant that no plan was made for since backends are noted. */
  find(): Promise<MirrorOwner | undefined>;
}

/** Notes which backend the tenant's mirror belongs to. */
export interface MirrorOwnerWriter extends MirrorOwnerReader {
  put(owner: MirrorOwner): Promise<void>;
}

/** The audit trail. */
export interface AuditReader {
  /** In the order of time. @param after an id: those that came later */
  page(after: string | undefined, limit: number): Promise<readonly AuditEntry[]>;
  /** The latest first. @param before an id: those that came earlier */
  latest(before: string | undefined, limit: number): Promise<readonly AuditEntry[]>;
  /** Those about a user or a group, the latest first. */
  ofResource(resourceId: string, before: string | undefined, limit: number): Promise<readonly AuditEntry[]>;
}

/** Adds to the audit trail; no entry is ever changed or removed. */
export interface AuditWriter extends AuditReader {
  append(entries: readonly AuditEntry[]): Promise<void>;
}
