import type { Random } from '../../../tools/entra-client/simulator/company/random.js';
import type { PlanLine } from '../../model/line.js';
import type { SyncContent } from '../../model/mirror.js';
import type { Storage } from '../../storage/storage.js';
import { seedId } from '../../storage/testing/seed-synchronization.fixture.js';
import { WAVES } from '../plan/waves.js';
import type { BackendState } from './unreliable-backend.fixture.js';

/** How many there are of what; each plan has a line for each user and group, and so many for memberships. */
export const SIZE = { users: 240, groups: 10, memberships: 50 } as const;

/** The version of the memberships of groups that are never touched. */
const ADDED_VERSION = 2;

/**
 * A company whose plans change everything: accounts come and go, hand their userNames on and swap them, and so do groups and
 * their members. It knows what a backend has that was told all of it.
 */
export class ChangingCompany {
  readonly #random: Random;
  readonly #accounts = new Map<string, SyncContent>();
  readonly #groups = new Map<string, SyncContent>();
  readonly #memberships = new Set<string>();
  #round = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What the backend is to have after all plans so far. */
  get state(): BackendState {
    const texts = (all: ReadonlyMap<string, SyncContent>, of: (content: SyncContent) => object) =>
      new Map([...all].map(([id, content]) => [id, JSON.stringify(of(content))]));
    return {
      accounts: texts(this.#accounts, ({ name, active, attributes }) => ({ userName: name, active, attributes })),
      groups: texts(this.#groups, ({ name, attributes }) => ({ displayName: name, attributes })),
      memberships: new Set(this.#memberships),
    };
  }

  /** Brings the staged memberships to where the company is. */
  async stageMemberships(storage: Storage, tenantId: string): Promise<void> {
    await storage.write(tenantId, async (directory) => {
      for (let index = 0; index < SIZE.groups; index += 1) {
        const id = seedId('Group', index);
        const members = [...this.#memberships].filter((one) => one.startsWith(`${id} `));
        const add = members.map((one) => one.slice(id.length + 1));
        await directory.changeMembers(id, [{ kind: 'delta', clear: true, add, remove: [] }]);
      }
    });
  }

  /** The lines of the next plan: 300. */
  nextLines(): readonly PlanLine[] {
    this.#round += 1;
    const lines = [...this.#userLines(), ...this.#groupLines(), ...this.#membershipLines()];
    return lines.map((line, index) => ({ ...line, number: index + 1 }));
  }

  *#userLines(): Generator<PlanLine> {
    for (let index = 0; index < SIZE.users; index += 1) {
      const id = seedId('User', index);
      const other = seedId('User', index + 1);
      const both = index + 1 < SIZE.users && this.#accounts.has(id) && this.#accounts.has(other);
      if (both && this.#random.chance(0.02)) {
        yield* this.#random.chance(0.5) ? this.#swap(id, other) : this.#handOn(id, other);
        index += 1;
      } else yield this.#anyChange(id);
    }
  }

  #anyChange(id: string): PlanLine {
    const before = this.#accounts.get(id);
    const attributes = { round: this.#round };
    if (before === undefined) {
      return this.#account(id, { name: `${id}.${this.#round}@example.com`, active: true, attributes });
    }
    if (this.#random.chance(0.05)) return this.#gone(id, before);
    return this.#account(id, { name: before.name, active: this.#random.chance(0.9), attributes });
  }

  #swap(a: string, b: string): readonly PlanLine[] {
    const [first, second] = [this.#nameOf(a), this.#nameOf(b)];
    const atomicGroup = `swap-${this.#round}-${a}`;
    return [this.#named(a, second, { atomicGroup }), this.#named(b, first, { atomicGroup })];
  }

  /** The line that takes the name stands before the line that frees it, and is delivered behind it. */
  #handOn(to: string, from: string): readonly PlanLine[] {
    const name = this.#nameOf(from);
    const frees = this.#named(from, `${from}.${this.#round}@example.com`);
    return [this.#named(to, name, { wave: WAVES.accounts + 1, dependsOn: [from] }), frees];
  }

  #nameOf(id: string): string {
    return this.#accounts.get(id)?.name ?? '';
  }

  #named(id: string, name: string, given: Partial<PlanLine> = {}): PlanLine {
    return this.#account(id, { name, active: true, attributes: { round: this.#round } }, given);
  }

  #account(id: string, after: SyncContent, given: Partial<PlanLine> = {}): PlanLine {
    const before = this.#accounts.get(id);
    this.#accounts.set(id, after);
    const kind = before === undefined ? 'create' : 'update';
    return { ...lineOf('account', kind, id, after.name), after, ...(before ? { before } : {}), ...given };
  }

  #gone(id: string, before: SyncContent): PlanLine {
    this.#accounts.delete(id);
    for (const one of this.#memberships) if (one.endsWith(` ${id}`)) this.#memberships.delete(one);
    return { ...lineOf('account', 'delete', id, before.name), before };
  }

  *#groupLines(): Generator<PlanLine> {
    for (let index = 0; index < SIZE.groups; index += 1) {
      const id = seedId('Group', index);
      const after = { name: `Group ${index}`, active: true, attributes: { round: this.#round } };
      const kind = this.#groups.has(id) ? 'update' : 'create';
      this.#groups.set(id, after);
      yield { ...lineOf('group', kind, id, after.name), after, wave: WAVES.groups };
    }
  }

  *#membershipLines(): Generator<PlanLine> {
    const touched = new Set<string>();
    while (touched.size < SIZE.memberships) {
      const groupId = seedId('Group', this.#random.below(SIZE.groups));
      const memberId = seedId('User', this.#random.below(SIZE.users));
      const membership = `${groupId} ${memberId}`;
      if (touched.has(membership) || !this.#accounts.has(memberId)) continue;
      touched.add(membership);
      const kind = this.#memberships.delete(membership) ? 'remove' : 'add';
      if (kind === 'add') this.#memberships.add(membership);
      const stagedVersion = kind === 'add' ? ADDED_VERSION : 0;
      yield { ...lineOf('membership', kind, groupId, groupId), memberId, stagedVersion, wave: WAVES.memberships };
    }
  }
}

function lineOf(subject: PlanLine['subject'], kind: PlanLine['kind'], resourceId: string, name: string): PlanLine {
  return {
    number: 0,
    subject,
    kind,
    resourceId,
    name,
    stagedVersion: 1,
    policyRevision: 0,
    changes: [],
    dependsOn: [],
    wave: 0,
  };
}
