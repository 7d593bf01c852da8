import type { PlanCounts, PlanLine, ResourceCounts, ResourceLineKind } from '../../storage/sync-model.js';

const NONE: ResourceCounts = {
  create: 0,
  link: 0,
  update: 0,
  deactivate: 0,
  reactivate: 0,
  delete: 0,
  conflict: 0,
  held: 0,
  unchanged: 0,
};

/** The counts of a plan without lines. */
export const NO_COUNTS: PlanCounts = { accounts: NONE, groups: NONE, memberships: { add: 0, remove: 0 } };

/** Counts the lines of a plan by their kinds; memberships that are held are lines, and in no count. */
export class PlanCounter {
  readonly #accounts = { ...NONE };
  readonly #groups = { ...NONE };
  readonly #memberships = { add: 0, remove: 0 };

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
