import { join, resolve } from 'node:path';
import type { Match, MatchBy } from '../../../model/match.js';
import type { BackendIdentity, SyncMembership } from '../../../model/mirror.js';
import type { ResourceTypeName } from '../../../protocol/schemas/attribute.js';
import type { Backend, Batch, DeliveryOutcome, FinishedRun, ListedResource } from '../../backend.js';
import { membershipsIn, resourcesIn } from './listing.js';
import { accountTable, changeTable, groupTable, membershipTable, type Table } from './tables.js';
import { csvOf, ndjsonOf } from './tables.js';
import { writeWhole } from './whole-file.js';

/** Ids as the server makes them; a folder is named by one. */
const ID = /^[\w-]{1,100}$/u;

/**
 * The backend of whoever has none: it accepts every line, and writes what there is by now into the tenant's folder when a run
 * ends, as CSV for people and NDJSON for programs.
 */
export class FileBackend implements Backend {
  readonly place: Backend['place'];
  readonly #folder: string;

  /** @param folder where each tenant gets a folder of its own */
  constructor(folder: string) {
    this.#folder = resolve(folder);
    this.place = { kind: 'file', address: this.#folder };
  }

  identity(): Promise<BackendIdentity> {
    return Promise.resolve(this.place);
  }

  canList(): Promise<boolean> {
    return Promise.resolve(true);
  }

  /** @throws BackendUnavailable if the file has a row that is none of its own */
  listResources(tenantId: string, type: ResourceTypeName): AsyncIterable<readonly ListedResource[]> {
    return resourcesIn(this.#pathOf(tenantId, type === 'User' ? 'accounts.ndjson' : 'groups.ndjson'), type);
  }

  /** @throws BackendUnavailable if the file has a row that is none of its own */
  listMemberships(tenantId: string): AsyncIterable<readonly SyncMembership[]> {
    return membershipsIn(this.#pathOf(tenantId, 'memberships.ndjson'));
  }

  largestAtomicBatch(): Promise<number> {
    return Promise.resolve(Infinity);
  }

  /** It has only what it was told. */
  matchesBy(): Promise<MatchBy | undefined> {
    return Promise.resolve(undefined);
  }

  match(): Promise<ReadonlyMap<string, readonly Match[]>> {
    return Promise.resolve(new Map());
  }

  /** An account keeps the first SCIM id that it had as its own id, whoever it goes to later. */
  deliver({ deliveries }: Batch): Promise<readonly DeliveryOutcome[]> {
    return Promise.resolve(
      deliveries.map(({ key, line }) => ({ key, state: 'applied', accountId: line.accountId ?? line.resourceId })),
    );
  }

  /** @throws Error if the files cannot be written */
  async finish(run: FinishedRun): Promise<void> {
    if (!ID.test(run.tenantId) || !ID.test(run.runId)) throw new Error('an id that is no name of a folder');
    await this.#write(run.tenantId, 'accounts', await accountTable(() => run.mirrored('User')));
    await this.#write(run.tenantId, 'groups', await groupTable(() => run.mirrored('Group')));
    await this.#write(
      run.tenantId,
      'memberships',
      membershipTable(() => run.memberships()),
    );
    await this.#write(
      run.tenantId,
      join('changes', run.runId),
      changeTable(() => run.appliedLines()),
    );
  }

  async #write(tenantId: string, name: string, table: Table): Promise<void> {
    const path = this.#pathOf(tenantId, name);
    await writeWhole(`${path}.ndjson`, ndjsonOf(table));
    await writeWhole(`${path}.csv`, csvOf(table));
  }

  #pathOf(tenantId: string, name: string): string {
    return join(this.#folder, tenantId, name);
  }
}
