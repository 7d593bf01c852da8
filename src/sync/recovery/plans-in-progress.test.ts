import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import type { MatchQuestion } from '../backend.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import { staleSentence } from '../history/stale.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';
import { Dead, MortalStorage } from '../testing/history/mortal-storage.fixture.js';

const HOUR = 3_600_000;

describe.each(storageKinds)('a plan whose process is killed while it is made, on $name', ({ open }) => {
  let test: TestStorage;
  let tenantId: string;
  /** Milliseconds that the clock is ahead. */
  let ahead = 0;
  beforeAll(async () => {
    test = await open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    [tenantId, ahead] = [newId(), 0];
    await addTenant(test.storage, tenantId);
    await test.storage.write(tenantId, async (directory) => {
      for (const name of ['ann', 'ben']) await directory.insert(newUser(name));
    });
  });

  /** A process that has never known of another. */
  const processOn = (storage: TestStorage['storage'], backend = new MemoryBackend(false)) =>
    createSynchronization({
      ...{ storage, backend, tuning: RUN_TUNING, newId: () => newId() },
      now: () => new Date(Date.now() + ahead),
    });

  /** Kills a process that plans as soon as the backend was asked something. */
  async function killedWhileAsking(): Promise<string> {
    const mortal = new MortalStorage(test.storage, (id) => test.storage.sync(id));
    const backend = new MemoryBackend(false);
    backend.match = (_tenantId: string, questions: readonly MatchQuestion[]) => {
      mortal.dieAt({ writes: 0, committed: false });
      return Promise.resolve(new Map(questions.map(({ scimId }) => [scimId, []])));
    };
    await expect(processOn(mortal.storage, backend).plan(tenantId, 'ada')).rejects.toThrow(Dead);
    const [plan] = await test.storage.sync(tenantId).plans.latest(undefined, 1);
    return plan?.id ?? '';
  }

  it('says what the backend was sent, at once, and that it is interrupted as soon as that is certain', async () => {
    const planId = await killedWhileAsking();
    const sync = processOn(test.storage);
    const made = await sync.getPlan(tenantId, planId);
    expect(made).toMatchObject({ state: 'making', matching: { sent: 'hashes', asked: 2, notAsked: 0 } });
    expect(staleSentence(made)).toBeUndefined();
    ahead = HOUR;
    expect(staleSentence(await sync.getPlan(tenantId, planId))).toMatch(
      /^Its process ended while it was being made\./u,
    );
    expect(await sync.plans(tenantId)).toMatchObject([{ id: planId, interrupted: true }]);
  });

  it('is discarded by the next plan, with an entry in the audit trail that says what the backend was sent', async () => {
    const planId = await killedWhileAsking();
    const sync = processOn(test.storage);
    await sync.plan(tenantId, 'eve');
    expect(await sync.getPlan(tenantId, planId)).toMatchObject({ state: 'making' });
    ahead = HOUR;
    await sync.plan(tenantId, 'eve');
    expect(await sync.getPlan(tenantId, planId)).toMatchObject({ state: 'discarded' });
    const entries = (await sync.audit(tenantId)).filter((entry) => entry.planId === planId);
    expect(entries).toMatchObject([
      {
        action: 'plan.failed',
        by: 'FlexWhere SCIM, after a crash',
        detail: { matching: { sent: 'hashes', asked: 2 } },
      },
    ]);
  });

  it('says what the backend was sent also where a person discards it', async () => {
    const planId = await killedWhileAsking();
    const sync = processOn(test.storage);
    await sync.discard(tenantId, planId, 'eve');
    expect(await sync.latestAudit(tenantId)).toMatchObject([
      { action: 'plan.discarded', by: 'eve', detail: { matching: { sent: 'hashes', asked: 2 } } },
    ]);
  });
});
