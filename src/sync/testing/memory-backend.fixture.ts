import type { TrackedLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import { foldString } from '../../protocol/search-form.js';
import type { Backend, Batch, Delivery, DeliveryOutcome, MatchQuestion } from '../backend.js';

interface Account {
  readonly scimId: string;
  readonly content: SyncContent;
}

/** A backend in memory that takes no userName twice, as a real one does not. */
export class MemoryBackend implements Backend {
  readonly accounts = new Map<string, Account>();
  readonly groups = new Map<string, Account>();
  readonly memberships = new Set<string>();

  constructor(readonly atomic: boolean) {}

  largestAtomicBatch(): Promise<number> {
    return Promise.resolve(this.atomic ? Infinity : 0);
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
