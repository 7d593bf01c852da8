import type { ListQuery, Page } from '../model/list.js';
import type { GroupOfUser, Member } from '../model/membership.js';
import type { Probe, ResourceContent, StoredResource } from '../model/resource.js';
import type { Tenant } from '../model/tenant.js';
import type { TenantSchema } from '../model/tenant-schemas.js';
import type { TokenProof, TokenRecord } from '../model/token.js';
import type { MembershipStep } from '../protocol/membership.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';
import type { MatchingValue } from '../protocol/search-form.js';
import type { AdminTokenStore } from './admin-token-store.js';
import type { AlertStore } from './alerts/alert-store.js';
import type { ActivityStore } from './activity-store.js';
import type { BulkWriter } from './bulk-writer.js';
import type { ConsoleStore } from './console-store.js';
import type { OAuthStore } from './oauth-store.js';
import type { ProcessRegister } from './process-register.js';
import type { StorageState } from './storage-state.js';
import type { SetupLinkStore } from './setup-link-store.js';
import type { SyncStorage } from './sync-store.js';
import type { TenantMoves } from './tenant-moves.js';

/** The outcome of storing content; unless it is `done`, the unit of work must be rolled back. */
export type StoringOutcome =
  | 'done'
  /** Another user has the userName, or another group the displayName. */
  | 'conflict'
  /** Another resource of the type has a value that is to be unique. */
  | {
      readonly kind: 'duplicate';
      readonly value: MatchingValue;
      /** Further ones that are known by now; each round of a unit of work may meet more. */
      readonly others?: readonly MatchingValue[];
    };

/** The outcome of a membership change. */
export type MembershipOutcome =
  | { readonly kind: 'done'; readonly changed: boolean }
  /** The first ids, 10 at most, that name no resource of the tenant; nothing is to be kept of the unit of work. */
  | { readonly kind: 'unknownMembers'; readonly ids: readonly string[] };

/** Reads of one tenant's staging directory. No other tenant's resource is ever seen through it. */
export interface DirectoryReader {
  /**
   * The resource, or undefined if the tenant has none of that type and id.
   * @param withGroups whether a user's groups are read along, where they are in no other groups
   */
  find(type: ResourceTypeName, id: string, withGroups?: boolean): Promise<StoredResource | undefined>;
  /**
   * One page of a list.
   * @throws ScimError 400 `tooMany` when the query takes longer than its budget.
   */
  list(query: ListQuery): Promise<Page>;
  /** Members of a group in the order of their ids, `limit` at most, those behind `after` (an id; undefined: from the first). */
  members(groupId: string, after: string | undefined, limit: number): Promise<readonly Member[]>;
  /** The groups of each of these users, direct and through nested groups, in the order of their ids; one statement. */
  groupsOf(userIds: readonly string[]): Promise<ReadonlyMap<string, readonly GroupOfUser[]>>;
  /** How many resources of a type have something under the URN of one of the tenant's own schemas. */
  countWith(type: ResourceTypeName, urn: string): Promise<number>;
  /** Those of these users that exist, with their displayNames where they have one: for managers. */
  displayNames(userIds: readonly string[]): Promise<ReadonlyMap<string, string | undefined>>;
}

/** Reads and writes within one unit of work. */
export interface DirectoryWriter extends DirectoryReader {
  /**
   * Reads a resource that this unit of work is going to change; no other unit of work changes it in between.
   * @param withGroups whether a user's groups are read along, where that takes no further statement
   */
  findForUpdate(type: ResourceTypeName, id: string, withGroups?: boolean): Promise<StoredResource | undefined>;
  /** Stores a new resource with version 1. The database's index decides on uniqueness. */
  insert(resource: {
    id: string;
    type: ResourceTypeName;
    at: string;
    content: ResourceContent;
  }): Promise<StoringOutcome>;
  /** Replaces a resource's content and raises its version by one. */
  update(type: ResourceTypeName, id: string, at: string, content: ResourceContent): Promise<StoringOutcome>;
  /**
   * Replaces a resource's content where another schema gives another content, and userName and displayName stay.
   * @param at when the resource itself changes, which raises its version; undefined when only what it is found by does
   */
  restate(
    type: ResourceTypeName,
    id: string,
    at: string | undefined,
    content: ResourceContent,
  ): Promise<Exclude<StoringOutcome, 'conflict'>>;
  /** Raises the version of a resource whose memberships changed. Returns the new version. */
  touch(type: ResourceTypeName, id: string, at: string): Promise<number>;
  /** Applies the steps to a group's memberships, which `touch` or `update` must accompany if they changed anything. */
  changeMembers(groupId: string, steps: readonly MembershipStep[]): Promise<MembershipOutcome>;
  /**
   * Deletes a resource with its memberships, raises the version of every group that it leaves, and notes in the mirror,
   * where the backend has the resource, when it was deleted.
   */
  remove(type: ResourceTypeName, id: string, at: string): Promise<boolean>;
}

/** Tenants and their secret tokens, which are known by their hashes only. */
export interface TenantStore {
  insertTenant(tenant: Tenant): Promise<'done' | 'conflict'>;
  /**
   * Changes a tenant as `change` says of what it is at that moment; nobody else changes it in between.
   * @param change pure, and may be called again
   */
  updateTenant(id: string, change: (tenant: Tenant) => Tenant): Promise<Tenant | 'conflict' | 'unknown'>;
  findTenant(id: string): Promise<Tenant | undefined>;
  findTenantByName(name: string): Promise<Tenant | undefined>;
  /** Tenants in the order of their ids, those behind `after`. */
  listTenants(after: string | undefined, limit: number): Promise<readonly Tenant[]>;
  /** Erases the tenant and everything of it, in pieces. */
  deleteTenant(id: string): Promise<boolean>;
  /**
   * Changes one of a tenant's own schemas, when no unit of work that uses the earlier schemas is in progress.
   * @param revision of the schemas that the change was made from
   * @param urn as the schema spells it
   * @param schema undefined removes it unless it is used; one that is neither active nor being registered is no more
   * @returns `stale` where the tenant's schemas have changed since, `used` where resources have values of what is to be removed
   */
  changeSchema(
    tenantId: string,
    revision: number,
    urn: string,
    schema: TenantSchema | undefined,
  ): Promise<'done' | 'stale' | 'used' | 'unknown'>;
  insertToken(token: TokenRecord, hash: string): Promise<void>;
  listTokens(tenantId: string): Promise<readonly TokenRecord[]>;
  revokeToken(tenantId: string, tokenId: string, at: string): Promise<boolean>;
  /**
   * Stores a token in place of the valid ones of its label, which then end at a time, unless they end before that. Nobody else
   * stores one of the tenant in that way meanwhile.
   * @returns false, and nothing is done, where there are `most` valid ones already
   */
  replaceTokens(
    token: TokenRecord,
    hash: string,
    earlier: { readonly most: number; readonly end: string },
  ): Promise<boolean>;
  /** The token with that hash and its tenant, in one indexed query, whatever their state. */
  findByHash(hash: string): Promise<{ token: TokenRecord; tenant: Tenant } | undefined>;
  /**
   * What `findByHash` found last, as this process remembers it, without asking the database: it may be acted on only as far as
   * a statement proves the stamp (model/token.ts).
   */
  recall(hash: string): Promise<{ token: TokenRecord; tenant: Tenant; stamp: string } | undefined>;
  /** Notes when a token was last used. */
  markUsed(tokenId: string, minute: string): Promise<void>;
}

/** The one door to the database. */
export interface Storage extends SyncStorage {
  readonly tenants: TenantStore;
  readonly setupLinks: SetupLinkStore;
  readonly oauth: OAuthStore;
  readonly adminTokens: AdminTokenStore;
  readonly processes: ProcessRegister;
  readonly activity: ActivityStore;
  readonly alerts: AlertStore;
  readonly console: ConsoleStore;
  readonly moves: TenantMoves;
  /**
   * Reads of a tenant's staging directory, each statement by itself.
   * @param proof of a remembered token: the first read proves it, or throws StaleProof and returns nothing
   */
  directory(tenantId: string, proof?: TokenProof): DirectoryReader;
  /**
   * Runs a unit of work: all of it is kept, or nothing when it throws. It waits for nothing but the database, and may be
   * run again when the database asks for that. When the promise resolves, the work is on disk.
   * @param schemas the revision of the tenant's schemas that the work uses, if it uses any
   * @param proof of a remembered token, which is proven within the unit of work before anything else is done
   * @throws SchemasChanged if the tenant has other schemas by now, StaleProof if the proof fails
   */
  write<T>(
    tenantId: string,
    work: (directory: DirectoryWriter) => Promise<T>,
    schemas?: number,
    proof?: TokenProof,
  ): Promise<T>;
  /**
   * Writes much of a tenant at a time.
   * @param schemas as for `write`
   */
  bulk(tenantId: string, schemas: number): BulkWriter;
  /**
   * The doctor's probes of all tenants, in the order of tenants and then of probes.
   * @param created the time by which they were created
   * @param after the probe behind which to begin
   */
  probes(created: string, after: Probe | undefined, limit: number): Promise<readonly Probe[]>;
  /** Brings the schema up to date. */
  migrate(): Promise<void>;
  /** Resolves when the database answers; rejects otherwise. */
  ping(): Promise<void>;
  /** What this process has done with the database since it was opened. */
  state(): StorageState;
  /** Waits for the units of work in progress and closes; with `cut`, rolls them back instead of waiting. */
  close(options?: { cut?: boolean }): Promise<void>;
}
