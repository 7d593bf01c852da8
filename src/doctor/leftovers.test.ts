import { expect, it } from 'vitest';
import { PROBE_LEASE } from '../model/resource.js';
import { CREATED, newGroup, newUser } from '../storage/testing/resources.fixture.js';
import { addTenant, storageKinds } from '../storage/testing/storage.fixture.js';
import { deleteLeftovers } from './leftovers.js';

it.each(storageKinds)(
  'probes are deleted of all tenants when their lease has ended, and nobody else: $name',
  async (kind) => {
    const test = await kind.open();
    const { storage } = test;
    const fresh = new Date(Date.parse(CREATED) + 1).toISOString();
    for (const tenantId of ['t1', 't2', 't3', 't4']) {
      await addTenant(storage, tenantId);
      await storage.write(tenantId, async (directory) => {
        await directory.insert(newUser('ann'));
        await directory.insert(newGroup('flexwhere-doctor-group'));
        await directory.insert(newUser('flexwhere-doctor-fresh', {}, 'fresh', fresh));
        if (tenantId !== 't1') await directory.insert(newUser('Flexwhere-Doctor-1', {}, 'one'));
        if (tenantId === 't3') await directory.insert(newUser('flexwhere-doctor-2', {}, 'two'));
      });
    }
    const now = (): Date => new Date(Date.parse(CREATED) + PROBE_LEASE);
    const over = new AbortController();
    over.abort();
    expect(await deleteLeftovers({ storage, now }, over.signal)).toBe(0);
    expect(await deleteLeftovers({ storage, now, page: 2 })).toBe(4);
    for (const tenantId of ['t1', 't2', 't3', 't4']) {
      const { resources } = await storage.directory(tenantId).list({ type: 'User', offset: 0, limit: 10 });
      expect(resources.map(({ id }) => id)).toEqual(['ann', 'fresh']);
      expect(await storage.directory(tenantId).find('Group', 'flexwhere-doctor-group')).toBeDefined();
    }
    await test.close();
  },
);
