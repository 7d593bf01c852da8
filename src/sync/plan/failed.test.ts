import { v7 as newId } from 'uuid';
import { expect, it } from 'vitest';
import { newUser } from '../../storage/testing/resources.fixture.js';
import { addTenant, sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { BackendUnavailable } from '../backend.js';
import { createSynchronization } from '../create-synchronization.js';
import { RUN_TUNING } from '../run/running.js';
import { MemoryBackend } from '../testing/memory-backend.fixture.js';

class Leaving extends MemoryBackend {
  override match(): ReturnType<MemoryBackend['match']> {
    return Promise.reject(new BackendUnavailable('It broke off.'));
  }
}

it('a plan that could not be made leaves in the audit trail what the backend was sent for it', async () => {
  const test = await sqliteStorage.open();
  const tenantId = newId();
  await addTenant(test.storage, tenantId);
  await test.storage.write(tenantId, async (directory) => {
    for (const name of ['ann', 'ben']) await directory.insert(newUser(name));
  });
  const sync = createSynchronization({
    ...{ storage: test.storage, backend: new Leaving(false), tuning: RUN_TUNING },
    ...{ now: () => new Date(), newId: () => newId() },
  });
  await expect(sync.plan(tenantId, 'ada')).rejects.toThrow(BackendUnavailable);
  const [plan] = await sync.plans(tenantId);
  expect(plan?.state).toBe('discarded');
  expect(await sync.audit(tenantId)).toMatchObject([
    {
      action: 'plan.failed',
      by: 'ada',
      planId: plan?.id,
      detail: { matching: { sent: 'hashes', asked: 2, notAsked: 0 } },
    },
  ]);
  await test.close();
});
