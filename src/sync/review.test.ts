import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addTenant, sqliteStorage, type TestStorage } from '../storage/testing/storage.fixture.js';
import { newLine, newPlan } from '../storage/testing/sync.fixture.js';
import { confirmLink, discard, type Review } from './review.js';

describe('reviewing a plan', () => {
  let test: TestStorage;
  let review: Review;
  const tenantId = newId();
  beforeAll(async () => {
    test = await sqliteStorage.open();
    review = { storage: test.storage, now: () => new Date(), newId: () => newId() };
    await addTenant(test.storage, tenantId);
  });
  afterAll(async () => {
    await test.close();
  });

  const planned = async (id: string) => {
    const plan = newPlan(id);
    await test.storage.writeSync(tenantId, async (sync) => {
      await sync.plans.insert(plan);
      await sync.lines.insert(id, [newLine(1, { kind: 'link', needsConfirmation: true })]);
    });
    return plan;
  };

  it('discards a plan whose process crashed while it was made, once', async () => {
    const plan = await planned('crashed');
    await discard(review, tenantId, plan, 'ada');
    expect(await test.storage.sync(tenantId).plans.find('crashed')).toMatchObject({ state: 'discarded' });
    await expect(discard(review, tenantId, plan, 'ada')).rejects.toThrow('cannot be discarded');
  });

  it('uses the state that the plan has by now, not the one that was shown', async () => {
    const plan = { ...(await planned('gone')), state: 'open' } as const;
    await expect(confirmLink(review, tenantId, { plan, number: 1, by: 'ada' })).rejects.toThrow('The plan is making');
  });
});
