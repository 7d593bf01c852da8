import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { newRun } from '../../storage/testing/sync.fixture.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import type { StartedRun, Synchronization } from '../synchronization.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { Faults } from './faults.js';
import { watchRuns } from './watch-runs.js';

const LEASE = RUN_TUNING.leaseMs;

it.each(storageKinds)(
  'a server started within the lease of a run that was cut off takes it up when the lease ends: $name',
  async (kind) => {
    const test: TestStorage = await kind.open();
    const begun = Date.now();
    let clock = begun;
    const backend = new MemoryBackend(true);
    const sync: Synchronization = createSynchronization({
      storage: test.storage,
      backend,
      now: () => new Date(clock),
      newId: () => newId(),
      tuning: { ...RUN_TUNING, pollMs: 5 },
    });
    const tenant = newId();
    await addTenant(test.storage, tenant);
    await test.storage.write(tenant, (directory) => directory.insert(newUser('ann')));
    const { plan } = await sync.plan(tenant, 'ada');
    const leaseUntil = new Date(begun + LEASE).toISOString();
    await test.storage.writeSync(tenant, async (writer) => {
      await writer.plans.move(plan.id, 'open', 'applying');
      await writer.runs.insert(newRun(newId(), { planId: plan.id, owner: 'killed', leaseUntil }));
    });

    const resumed: StartedRun[] = [];
    const waits: number[] = [];
    const random = [0, 0.99, 0.5, 0.25];
    const stop = watchRuns(() => sync.resumeInterrupted(), {
      everyMs: LEASE / 3,
      onResumed: (run) => resumed.push(run),
      onError: (error) => expect.fail(String(error)),
      random: () => random[waits.length % random.length] ?? 0,
      wait: async (milliseconds, signal) => {
        waits.push(clock - begun);
        clock += milliseconds;
        // When it has been taken up, time stands still.
        if (resumed.length > 0) await new Promise((resolve) => signal.addEventListener('abort', resolve));
      },
    });
    await expect.poll(() => resumed.length, { timeout: 10_000 }).toBe(1);
    expect(await resumed[0]?.ended).toMatchObject({ state: 'finished', counts: { applied: 1 } });
    await stop();
    expect(waits.slice(0, -1).every((at) => at < LEASE)).toBe(true);
    expect(clock - begun).toBeLessThan(LEASE + LEASE);
    await test.close();
  },
);

it('a look that fails is told of, and the next one is made all the same', async () => {
  const errors: unknown[] = [];
  let looks = 0;
  const stop = watchRuns(
    () => {
      looks += 1;
      return looks === 1 ? Promise.reject(new Error('The database is away.')) : Promise.resolve([]);
    },
    { everyMs: 1, onResumed: () => undefined, onError: (error) => errors.push(error) },
  );
  await expect.poll(() => looks).toBeGreaterThan(2);
  await stop();
  expect(errors).toEqual([new Error('The database is away.')]);
  const after = looks;
  await new Promise((resolve) => setTimeout(resolve, 20));
  expect(looks).toBe(after);
});

it('a run that ends in a fault each time is left alone for longer each time', () => {
  const faults = new Faults();
  expect(faults.isLeftAlone('r', 0)).toBe(false);
  faults.note('r', 0);
  expect([9_999, 10_000].map((now) => faults.isLeftAlone('r', now))).toEqual([true, false]);
  faults.note('r', 10_000);
  expect([29_999, 30_000].map((now) => faults.isLeftAlone('r', now))).toEqual([true, false]);
  for (let times = 0; times < 20; times += 1) faults.note('r', 0);
  expect([599_999, 600_000].map((now) => faults.isLeftAlone('r', now))).toEqual([true, false]);
  expect(faults.isLeftAlone('other', 0)).toBe(false);
});
