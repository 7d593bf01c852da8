import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect } from 'vitest';
import type { TrackedLine } from '../../model/line.js';
import type { Plan } from '../../model/plan.js';
import type { Storage } from '../../storage/storage.js';
import { newGroup, newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, type StorageKind, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import type { Synchronization } from '../synchronization.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';

/** Where two backends are. */
export const HERE = { kind: 'http', address: 'http://here.example' } as const;
export const THERE = { kind: 'http', address: 'http://there.example' } as const;

/** The backend at an address, which may say who it is. */
export function backendAt(place: MemoryBackend['place'], id?: string): MemoryBackend {
  const backend = new MemoryBackend(true);
  backend.place = place;
  backend.id = id;
  return backend;
}

/** What one tenant has staged, and applied to its backends. */
export class MirroredTenant {
  storage!: Storage;
  tenant = '';

  async begin(storage: Storage): Promise<void> {
    Object.assign(this, { storage, tenant: newId() });
    await addTenant(storage, this.tenant);
  }

  syncWith(backend: MemoryBackend): Synchronization {
    return createSynchronization({
      storage: this.storage,
      backend,
      now: () => new Date(),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, pollMs: 5, graceMs: 20 },
    });
  }

  stage(...names: readonly string[]): Promise<void> {
    return this.storage.write(this.tenant, async (directory) => {
      for (const name of names) await directory.insert(newUser(name));
    });
  }

  /** Stages ann and bob in a group, and applies it. */
  async applied(backend: MemoryBackend): Promise<string> {
    await this.stage('ann', 'bob');
    await this.storage.write(this.tenant, async (directory) => {
      await directory.insert(newGroup('g'));
      await directory.changeMembers('g', [{ kind: 'delta', clear: false, add: ['ann', 'bob'], remove: [] }]);
    });
    const sync = this.syncWith(backend);
    return this.applyPlan(sync, (await sync.plan(this.tenant, 'ada')).plan);
  }

  async applyPlan(sync: Synchronization, plan: Plan): Promise<string> {
    const { run, ended } = await sync.apply(this.tenant, plan.id, { by: 'ada' });
    expect(await ended).toMatchObject({ state: 'finished', counts: { left: 0, failed: 0, skipped: 0 } });
    return run.id;
  }

  linesOf(sync: Synchronization, plan: Plan): Promise<readonly TrackedLine[]> {
    return sync.lines(this.tenant, plan.id, { limit: 100 });
  }

  /** The users that the mirror has. */
  async mirrored(): Promise<readonly string[]> {
    return (await this.storage.sync(this.tenant).mirror.page('User', undefined, 100)).map((one) => one.resourceId);
  }
}

/** A database for the tests of a suite, and in it a tenant of its own for each. */
export function mirroredTenants(open: StorageKind['open']): MirroredTenant {
  let test: TestStorage;
  const tenants = new MirroredTenant();
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());
  beforeEach(() => tenants.begin(test.storage));
  return tenants;
}
