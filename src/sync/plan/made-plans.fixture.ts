import { v7 as newId } from 'uuid';
import { afterAll, beforeAll } from 'vitest';
import type { HoldTarget } from '../../model/hold.js';
import type { TrackedLine } from '../../model/line.js';
import type { Match, MatchBy } from '../../model/match.js';
import type { MirrorItem } from '../../model/mirror.js';
import type { Plan } from '../../model/plan.js';
import type { SyncPolicy } from '../../model/policy.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import type { Storage } from '../../storage/storage.js';
import { newGroup, newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, type StorageKind, type TestStorage } from '../../storage/testing/storage.fixture.js';
import type { Backend, MatchQuestion } from '../backend.js';
import { BARE_POLICY, content, mirrored } from '../testing/plan.fixture.js';
import { makePlan } from './make.js';

/** When plans are made. */
export const NOW = '2026-11-24T12:00:00.000Z';

/** A backend that has these accounts already, and is told nothing. */
export function backendWith(
  matches: Readonly<Record<string, readonly Match[]>>,
  atomic = false,
  by?: MatchBy,
): Backend {
  const place = { kind: 'http', address: 'http://backend.example' } as const;
  return {
    place,
    identity: () => Promise.resolve(place),
    canList: () => Promise.resolve(false),
    listResources: () => NOTHING,
    listMemberships: () => NOTHING,
    largestAtomicBatch: () => Promise.resolve(atomic ? 2 : 0),
    matchesBy: () => Promise.resolve(by ?? 'hashes'),
    match: (_tenant, questions: readonly MatchQuestion[]) =>
      Promise.resolve(new Map(questions.map(({ scimId }) => [scimId, matches[scimId] ?? []]))),
    deliver: () => Promise.reject(new Error('planning delivers nothing')),
    finish: () => Promise.reject(new Error('planning finishes nothing')),
  };
}

const NOTHING: AsyncIterable<never> = {
  [Symbol.asyncIterator]: () => ({ next: () => Promise.resolve({ done: true, value: undefined }) }),
};

/** What a tenant has. */
interface Given {
  /** Their ids; userNames are these at example.com unless named. */
  readonly users?: Readonly<Record<string, string>>;
  readonly groups?: Readonly<Record<string, readonly string[]>>;
  readonly accounts?: readonly MirrorItem[];
  readonly mirroredGroups?: Readonly<Record<string, readonly string[]>>;
  readonly holds?: readonly HoldTarget[];
}

/** Plans of tenants in one database. */
export class PlansOfTenants {
  #test!: TestStorage;

  async open(kind: StorageKind): Promise<void> {
    this.#test = await kind.open();
  }

  close(): Promise<void> {
    return this.#test.close();
  }

  get storage(): Storage {
    return this.#test.storage;
  }

  /** A tenant whose staging directory and mirror have this. */
  async prepared({ users = {}, groups = {}, accounts = [], mirroredGroups = {}, holds = [] }: Given): Promise<string> {
    const tenantId = newId();
    await addTenant(this.storage, tenantId);
    await this.storage.write(tenantId, async (directory) => {
      for (const [id, userName] of Object.entries(users)) await directory.insert(newUser(userName, {}, id));
      for (const [group, add] of Object.entries(groups)) {
        await directory.insert(newGroup(group));
        await directory.changeMembers(group, [{ kind: 'delta', clear: false, add, remove: [] }]);
      }
    });
    await this.storage.writeSync(tenantId, async (sync) => {
      await sync.mirror.put('User', accounts);
      for (const [group, members] of Object.entries(mirroredGroups)) {
        await sync.mirror.put('Group', [mirrored(group, { content: content(group) })]);
        await sync.mirrorMemberships.add(members.map((memberId) => ({ groupId: group, memberId })));
      }
      for (const target of holds) await sync.holds.put([{ ...target, by: 'eve', at: NOW, reason: 'on leave' }]);
    });
    return tenantId;
  }

  planned(tenantId: string, backend = backendWith({}), policy: Partial<SyncPolicy> = {}): Promise<Plan> {
    return makePlan(
      { storage: this.storage, backend, now: () => new Date(NOW), newId: () => newId() },
      {
        tenantId,
        by: 'ada',
        sharedToken: false,
        inForce: { revision: 0, policy: { ...BARE_POLICY, ...policy } },
        user: USER,
      },
    );
  }

  linesOf(tenantId: string, plan: Plan): Promise<readonly TrackedLine[]> {
    return this.storage.sync(tenantId).lines.page(plan.id, 0, 1_000);
  }

  /** The lines of a plan, each in a few words. */
  async summary(tenantId: string, plan: Plan): Promise<readonly string[]> {
    const lines = await this.linesOf(tenantId, plan);
    return lines.map(({ kind: does, resourceId, memberId }) => [does, resourceId, memberId].filter(Boolean).join(' '));
  }
}

/** A database for the tests of a suite. */
export function plansOfTenants(kind: StorageKind): PlansOfTenants {
  const plans = new PlansOfTenants();
  beforeAll(() => plans.open(kind));
  afterAll(() => plans.close());
  return plans;
}
