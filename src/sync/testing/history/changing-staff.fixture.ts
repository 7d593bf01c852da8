import fc from 'fast-check';
import type { Storage } from '../../../storage/storage.js';
import { newGroup, newUser, userContent } from '../../../storage/testing/resources.fixture.js';

const USERS = ['u0', 'u1', 'u2', 'u3'] as const;
const GROUPS = ['g0', 'g1'] as const;
const AT = '2026-02-02T00:00:00.000Z';

/** One request of a provisioning client; one that cannot be is passed over. */
export type StaffRequest =
  | { readonly kind: 'join' | 'leave'; readonly group: string; readonly user: string }
  | { readonly kind: 'change'; readonly user: string; readonly name: string; readonly active: boolean }
  | { readonly kind: 'hire' | 'fire'; readonly user: string };

const user = fc.constantFrom(...USERS);

/** Any request. */
export const staffRequests: fc.Arbitrary<StaffRequest> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constantFrom('join' as const, 'leave' as const),
      group: fc.constantFrom(...GROUPS),
      user,
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('change' as const),
      user,
      name: fc.constantFrom('ann', 'ben', 'cleo', 'dan', 'eve'),
      active: fc.boolean(),
    }),
  },
  { weight: 2, arbitrary: fc.record({ kind: fc.constantFrom('hire' as const, 'fire' as const), user }) },
);

/** The staging directory of a few people whose names go from hand to hand, with what is staged by now. */
export class ChangingStaff {
  readonly #storage: Storage;
  readonly #tenantId: string;
  readonly #users = new Map<string, string>();

  constructor(storage: Storage, tenantId: string) {
    [this.#storage, this.#tenantId] = [storage, tenantId];
  }

  async begin(): Promise<void> {
    await this.#storage.write(this.#tenantId, async (directory) => {
      for (const id of USERS) await directory.insert(newUser(id, {}, id));
      for (const id of GROUPS) await directory.insert(newGroup(id));
    });
    for (const id of USERS) this.#users.set(id, id);
  }

  async serve(request: StaffRequest): Promise<void> {
    const isThere = this.#users.has(request.user);
    switch (request.kind) {
      case 'join':
      case 'leave':
        if (isThere) await this.#member(request.group, request.user, request.kind === 'join');
        return;
      case 'change':
        if (isThere && !this.#isTaken(request.name, request.user)) await this.#change(request);
        return;
      case 'hire':
        if (!isThere && !this.#isTaken(request.user, request.user)) await this.#hire(request.user);
        return;
      case 'fire':
        if (isThere) await this.#fire(request.user);
    }
  }

  #isTaken(name: string, by: string): boolean {
    return [...this.#users].some(([id, other]) => id !== by && other === name);
  }

  async #member(group: string, user: string, joins: boolean): Promise<void> {
    await this.#storage.write(this.#tenantId, async (directory) => {
      const [add, remove] = joins ? [[user], []] : [[], [user]];
      const change = await directory.changeMembers(group, [{ kind: 'delta', clear: false, add, remove }]);
      if (change.kind === 'done' && change.changed) await directory.touch('Group', group, AT);
    });
  }

  async #change({ user, name, active }: Extract<StaffRequest, { kind: 'change' }>): Promise<void> {
    await this.#storage.write(this.#tenantId, (directory) =>
      directory.update('User', user, AT, userContent(name, { active })),
    );
    this.#users.set(user, name);
  }

  async #hire(user: string): Promise<void> {
    await this.#storage.write(this.#tenantId, (directory) => directory.insert(newUser(user, {}, user)));
    this.#users.set(user, user);
  }

  async #fire(user: string): Promise<void> {
    await this.#storage.write(this.#tenantId, (directory) => directory.remove('User', user, AT));
    this.#users.delete(user);
  }
}
