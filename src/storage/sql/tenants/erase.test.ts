import { describe, expect, it } from 'vitest';
import { newUser } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import type { Session } from '../connections/database.js';
import { openDatabase } from '../open-storage.js';
import { eraseTenant } from './erase.js';

describe.each(storageKinds)('erasing a tenant on $name', (kind) => {
  it('lets no request in from the first on, and takes what comes before the last unit of work, however much it is', async () => {
    const test = await kind.open();
    const database = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5_000 });

    /** Erases a tenant; whether it was enabled, as each unit of work found it. @param late the unit that finds more rows than it may erase */
    async function erased(id: string, late = Infinity): Promise<readonly boolean[]> {
      await addTenant(test.storage, id);
      await test.storage.write(id, (directory) => directory.insert(newUser('ann')));
      const enabled: boolean[] = [];
      const before = async ({ knex }: Session): Promise<void> => {
        const row = await knex<{ id: string; enabled: boolean | number }>('tenants').where({ id }).first();
        enabled.push(Boolean(row?.enabled));
        if (enabled.length !== late) return;
        const hours = Array.from({ length: 5 }, (_, hour) => ({
          ...{ tenant_id: id, hour: new Date(hour * 3_600_000).toISOString(), operation: 'user.get' },
          ...{ outcome: 'ok', n: 1, total_us: 1 },
        }));
        await knex('activity_hours').insert(hours);
      };
      expect(await eraseTenant(database, id, before)).toBe(true);
      expect(await test.storage.tenants.findTenant(id)).toBeUndefined();
      return enabled;
    }

    try {
      const units = await erased('t1');
      expect(units).toEqual(units.map((_, unit) => unit === 0));
      expect((await erased('t2', units.length)).length).toBeGreaterThan(units.length);
    } finally {
      await database.close(false);
      await test.close();
    }
  });
});
