import type { ActivityEntry, NewActivity } from '../model/activity/entry.js';
import type { ActivityHour, ActivityPage, ActivityQuery, ActivitySettings } from '../model/activity/query.js';

/** The activity log of all tenants. */
export interface ActivityStore {
  /**
   * Adds entries in one transaction, and counts them by the hour. Where an entry has the id of one that is there already, its
   * count is added to that one's. An entry without a tenant becomes one of the tenant that has a token with its prefix; what
   * is of no tenant goes to the unattributed entries, and what is of a tenant that no longer exists is left out.
   */
  append(entries: readonly NewActivity[]): Promise<void>;
  /** A tenant's entries, the latest first. A page reads a bounded number of entries and ends there. */
  page(tenantId: string, query: ActivityQuery): Promise<ActivityPage>;
  /**
   * What concerns one person or group, the latest first: entries of a resource, and entries without a resource that have one
   * of these names, such as lookups before it existed.
   */
  about(
    tenantId: string,
    who: { readonly resourceIds: readonly string[]; readonly names: readonly string[] },
    limit: number,
    after?: string,
  ): Promise<ActivityPage>;
  /** The ids of the resources that had this name, the latest first; 10 at most. */
  resourcesNamed(tenantId: string, name: string): Promise<readonly string[]>;
  /**
   * Deletes entries about one person or group: those of the resources, and those without a resource that have one of the names.
   * @param who with folded names, as `subjectKey` makes them
   * @returns how many were deleted, `most` at most
   */
  forget(
    tenantId: string,
    who: { readonly resourceIds: readonly string[]; readonly names: readonly string[] },
    most: number,
  ): Promise<number>;
  find(tenantId: string, id: string): Promise<ActivityEntry | undefined>;
  /** The latest entry that a provisioning client with a valid token has caused. */
  latest(tenantId: string): Promise<ActivityEntry | undefined>;
  /** Entries of all tenants, the latest first; with `requestId`, those of one request. */
  everywhere(query: {
    readonly requestId?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<ActivityPage<ActivityEntry & { readonly tenantId: string }>>;
  /** Requests whose token tells of no tenant, the latest first. */
  unattributed(query: { readonly after?: string | undefined; readonly limit: number }): Promise<ActivityPage>;
  /** The counts of a tenant by hour, in the order of the hours; `from` and `to` are times. */
  hours(tenantId: string, from: string, to: string): Promise<readonly ActivityHour[]>;
  /** The beginnings of the hours since a time in which a tenant's tokens were used, in their order. */
  activeHours(tenantId: string, from: string): Promise<readonly string[]>;
  settings(tenantId: string): Promise<ActivitySettings>;
  changeSettings(tenantId: string, settings: ActivitySettings): Promise<void>;
  /**
   * Deletes at most `most` of the oldest entries of before a time.
   * @param tenantId undefined for the unattributed ones
   * @returns how many were deleted
   */
  prune(tenantId: string | undefined, before: string, most: number): Promise<number>;
}
