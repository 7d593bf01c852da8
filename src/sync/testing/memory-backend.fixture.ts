import type { TrackedLine } from '../../model/line.js';
import type { MatchBy } from '../../model/match.js';
import type { BackendIdentity, SyncContent, SyncMembership } from '../../model/mirror.js';
import type { ResourceTypeName } from '../../protocol/schemas/attribute.js';
import { foldString } from '../../protocol/search-form.js';
import type { Backend, Batch, Delivery, DeliveryOutcome, ListedResource, MatchQuestion } from '../backend.js';

interface Account {
  readonly scimId: string;
  readonly content: SyncContent;
}

/** A backend in memory that takes no userName twice, as a real one does not. */
export class MemoryBackend implements Backend {
  readonly accounts = new Map<string, Account>();
  readonly groups = new Map<string, Account>();
  readonly memberships = new Set<string>();

  place: Backend['place'] = { kind: 'http', address: 'http://memory.example' };
  /** What it calls itself. */
  id: string | undefined;
  listing = true;

  constructor(readonly atomic: boolean) {}

  identity(): Promise<BackendIdentity> {
    return Promise.resolve({ ...this.place, ...(this.id === undefined ? {} : { id: this.id }) });
  }

  canList(): Promise<boolean> {
    return Promise.resolve(this.listing);
  }

  /** Two at a time. */
  async *listResources(_tenantId: string, type: ResourceTypeName): AsyncGenerator<readonly ListedResource[]> {
    const all = [...(type === 'User' ? this.accounts : this.groups).values()];
    const sorted = all.sort((a, b) => (a.scimId < b.scimId ? -1 : 1));
    for (let at = 0; at < sorted.length; at += 2) {
      yield await Promise.resolve(
        sorted.slice(at, at + 2).map((one) => ({ ...one, accountId: `account-${one.scimId}` })),
      );
    }
  }

  async *listMemberships(): AsyncGenerator<readonly SyncMembership[]> {
    const sorted = [...this.memberships].sort().map((text) => text.split(' '));
    yield await Promise.resolve(sorted.map(([groupId = '', memberId = '']) => ({ groupId, memberId })));
  }

  largestAtomicBatch(): Promise<number> {
    return Promise.resolve(this.atomic ? Infinity : 0);
  }

  matchesBy(): Promise<MatchBy | undefined> {
    return Promise.resolve('hashes');
  }

  match(_tenantId: string, questions: readonly MatchQuestion[]) {
    return Promise.resolve(new Map(questions.map(({ scimId }) => [scimId, []])));
  }

  finish(): Promise<void> {
    return Promise.resolve();
  }

  deliver({ deliveries, atomic }: Batch): Promise<readonly DeliveryOutcome[]> {
    if (atomic) {
      for (const { line } of deliveries) if (line.subject === 'account') this.accounts.delete(line.resourceId);
    }
    return Promise.resolve(deliveries.map((delivery) => this.#deliver(delivery)));
  }

  #deliver({ key, line }: Delivery): DeliveryOutcome {
    if (line.subject === 'membership') return this.#membership(key, line);
    const all = line.subject === 'account' ? this.accounts : this.groups;
    if (line.formerId !== undefined) all.delete(line.formerId);
    if (line.after === undefined) {
      all.delete(line.resourceId);
      for (const one of this.memberships) if (one.split(' ').includes(line.resourceId)) this.memberships.delete(one);
      return { key, state: 'applied' };
    }
    if (line.subject === 'account' && this.#isTaken(line.resourceId, line.after.name)) {
      return { key, state: 'failed', detail: `The userName ${line.after.name} is taken.` };
    }
    all.set(line.resourceId, { scimId: line.resourceId, content: line.after });
    return { key, state: 'applied', accountId: line.accountId ?? `account-${line.resourceId}` };
  }

  #membership(key: string, { kind, resourceId, memberId = '' }: TrackedLine): DeliveryOutcome {
    const membership = `${resourceId} ${memberId}`;
    if (kind === 'remove') this.memberships.delete(membership);
    else if (!this.groups.has(resourceId) || !(this.accounts.has(memberId) || this.groups.has(memberId))) {
      return { key, state: 'failed', detail: 'One of both is not there.' };
    } else this.memberships.add(membership);
    return { key, state: 'applied' };
  }

  #isTaken(scimId: string, name: string): boolean {
    return [...this.accounts.values()].some(
      (account) => account.scimId !== scimId && foldString(account.content.name) === foldString(name),
    );
  }
}
