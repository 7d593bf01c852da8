import type { TrackedLine } from '../model/line.js';
import type { Match, MatchBy } from '../model/match.js';
import type { BackendIdentity, MirrorItem, SyncContent, SyncMembership } from '../model/mirror.js';
import type { ResourceTypeName } from '../protocol/schemas/attribute.js';

/** What a backend is asked whether it has. */
export interface MatchQuestion {
  readonly type: ResourceTypeName;
  readonly scimId: string;
  readonly content: SyncContent;
  readonly externalId?: string;
  readonly email?: string;
}

/** What one line tells the backend to do. */
export interface Delivery {
  /** The idempotency key: however often it is delivered, it takes effect once. */
  readonly key: string;
  readonly line: TrackedLine;
}

/** What a backend made of a line. */
export type DeliveryOutcome =
  | { readonly key: string; readonly state: 'applied'; readonly accountId?: string }
  /** Permanently: sending it again would not help. */
  | { readonly key: string; readonly state: 'failed'; readonly detail: string }
  /** Nothing that it answered can be read: it has to be asked again, with the same key. */
  | { readonly key: string; readonly state: 'unknown'; readonly detail: string };

/** Lines that are delivered together. */
export interface Batch {
  readonly tenantId: string;
  readonly runId: string;
  readonly deliveries: readonly Delivery[];
  /** All of it is taken, or nothing. */
  readonly atomic: boolean;
}

/** An account or a group that a backend has stored a SCIM id of, as it lists it. */
export interface ListedResource {
  readonly scimId: string;
  readonly accountId?: string;
  readonly content: SyncContent;
}

/** What a backend may read when a run is done. */
export interface FinishedRun {
  readonly tenantId: string;
  readonly runId: string;
  mirrored(type: ResourceTypeName): AsyncIterable<MirrorItem>;
  memberships(): AsyncIterable<SyncMembership>;
  appliedLines(): AsyncIterable<TrackedLine>;
}

/** The backend could not be asked, for now: the run pauses with this as its reason. */
export class BackendUnavailable extends Error {
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'BackendUnavailable';
  }
}

/** Where synchronized accounts go. A new kind of backend is one file that implements this. */
export interface Backend {
  /** Where it is: what is known of it without asking. */
  readonly place: Pick<BackendIdentity, 'kind' | 'address'>;
  /** Which backend it is. @throws BackendUnavailable */
  identity(signal?: AbortSignal): Promise<BackendIdentity>;
  /**
   * How many lines it takes in one batch as a whole, so that accounts can exchange their userNames; 0 where it takes none.
   * @throws BackendUnavailable
   */
  largestAtomicBatch(): Promise<number>;
  /** What it can compare with the accounts that it has; undefined if it has none but those it was told of. @throws BackendUnavailable */
  matchesBy(): Promise<MatchBy | undefined>;
  /** Which accounts or groups it has already, by SCIM id. @param by what is sent about them @throws BackendUnavailable */
  match(
    tenantId: string,
    questions: readonly MatchQuestion[],
    by: MatchBy,
  ): Promise<ReadonlyMap<string, readonly Match[]>>;
  /**
   * Delivers a batch, again and again where that may help; every delivery has its outcome.
   * @param signal ends it at once: the outcomes are then not known
   * @throws BackendUnavailable if the backend stays down: the outcomes are not known
   */
  deliver(batch: Batch, signal: AbortSignal): Promise<readonly DeliveryOutcome[]>;
  /** Whether it can list what it has. @throws BackendUnavailable */
  canList(): Promise<boolean>;
  /** The accounts or groups that it has a SCIM id of, in the order of those, in pieces. @throws BackendUnavailable */
  listResources(tenantId: string, type: ResourceTypeName): AsyncIterable<readonly ListedResource[]>;
  /** The memberships that it has, in the order of group and member, in pieces. @throws BackendUnavailable */
  listMemberships(tenantId: string): AsyncIterable<readonly SyncMembership[]>;
  /** What there is to do when every line has an outcome. May be called again after a crash. */
  finish(run: FinishedRun): Promise<void>;
}
