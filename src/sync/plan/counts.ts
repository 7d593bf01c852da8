import { NO_COUNTS, type PlanCounts, type PlanLine, type ResourceLineKind } from '../../storage/sync-model.js';

/** Counts the lines of a plan by their kinds; memberships that are held are lines, and in no count. */
export class PlanCounter {
  readonly #accounts = { ...NO_COUNTS.accounts };
  readonly #groups = { ...NO_COUNTS.groups };
  readonly #memberships = { ...NO_COUNTS.memberships };

  constructor(unchanged: { readonly accounts: number; readonly groups: number }) {
    this.#accounts.unchanged = unchanged.accounts;
    this.#groups.unchanged = unchanged.groups;
  }

  add({ subject, kind }: PlanLine): void {
    if (kind === 'add' || kind === 'remove') this.#memberships[kind] += 1;
    else if (subject !== 'membership') this.#of(subject)[kind] += 1;
  }

  counts(): PlanCounts {
    return { accounts: this.#accounts, groups: this.#groups, memberships: this.#memberships };
  }

  #of(subject: 'account' | 'group'): Record<ResourceLineKind, number> {
    return subject === 'account' ? this.#accounts : this.#groups;
  }
}
