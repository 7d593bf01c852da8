import { pageSize } from '../../storage/page-size.js';
import type { PolicyInForce } from '../../model/policy.js';
import type { ResourceType } from '../../protocol/schemas/attribute.js';
import type { SyncReader, SyncStorage } from '../../storage/sync-store.js';
import type { Backend } from '../backend.js';
import type { Matching } from '../matching/ask.js';

/** What planning needs. */
export interface Planning {
  readonly storage: SyncStorage;
  readonly backend: Backend;
  readonly now: () => Date;
  /** A new UUIDv7. */
  readonly newId: () => string;
  /** Ends the making of plans; what was made of them is discarded. */
  readonly stopping?: AbortSignal;
}

/** For whom a plan is made, and by whom. */
export interface PlanRequest {
  readonly tenantId: string;
  readonly by: string;
  /** Whether they came with the ADMIN_TOKEN, which many may have. */
  readonly sharedToken: boolean;
  readonly inForce: PolicyInForce;
  /** Users as the tenant knows them, with its own extensions. */
  readonly user: ResourceType;
}

/** A plan that is being made. */
export interface Draft extends PlanRequest {
  readonly planning: Planning;
  readonly planId: string;
  readonly reader: SyncReader;
  /** Now, in fixed-width UTC: the same for all lines. */
  readonly now: string;
  /** Who gets the accounts of leavers: the SCIM id of the user who was hired again, by the leaver's. */
  readonly rehired: Map<string, string>;
  /** What the backend has been asked so far. */
  readonly matching: Matching;
}

/** How many resources, lines or memberships are in memory at a time. */
export const AT_A_TIME = pageSize(1_000);
