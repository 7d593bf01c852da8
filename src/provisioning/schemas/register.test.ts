import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import type { Storage } from '../../storage/storage.js';
import { storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { scopeOf } from '../scope.js';
import { stagedTenant, type StagedTenant } from '../staged-tenant.fixture.js';
import { SchemaRefused } from './refused.js';
import { CORE, definition, LEVEL, URN, userWith } from './register.fixture.js';

describe.each(storageKinds)('registering a schema on $name', (kind) => {
  let test: TestStorage;
  let contoso: StagedTenant;

  beforeAll(async () => {
    test = await kind.open();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    contoso = await stagedTenant(test.storage);
  });

  const register = (given = LEVEL, dropInvalid = false, storage?: Storage) =>
    contoso.registry(storage).register(contoso.id, given, { dropInvalid });

  async function found(filter: string): Promise<number> {
    const { settledTypes } = scopeOf(await contoso.tenant());
    const query = { type: 'User' as const, filter: parseFilter(filter, settledTypes.User), offset: 0, limit: 0 };
    return (await test.storage.directory(contoso.id).list(query)).total;
  }

  describe('over staged values', () => {
    it('takes them over, whatever their number', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 1_130; n += 1)
        ids.push(await contoso.create(userWith(`user ${n}`, { LEVEL: { value: n } }, n % 2 ? URN : URN.toUpperCase())));
      await contoso.create({ schemas: [CORE], userName: 'without' });
      expect(await register()).toMatchObject({ state: 'active', resources: 1_130, dropped: { count: 0 } });
      const last = await contoso.user(ids.at(-1) ?? '');
      expect(last).toEqual({
        version: 2,
        resource: { schemas: [CORE, URN], userName: 'user 1129', active: true, [URN]: { level: 1_129 } },
      });
      expect(await found(`${URN}:level ge 0`)).toBe(1_130);
      expect(await found(`${URN}:level eq 1000`)).toBe(1);
    }, 120_000);

    it('leaves versions alone where nothing changes but the index', async () => {
      const id = await contoso.create(userWith('ann', { level: 1 }));
      await register(definition({ name: 'level', type: 'integer' }));
      expect((await contoso.user(id)).version).toBe(2);
      await register(LEVEL);
      expect((await contoso.user(id)).version).toBe(2);
      expect(await found(`${URN}:level eq 1`)).toBe(1);
    });

    it('does nothing when nothing about the schema changes', async () => {
      await register();
      const { schemas } = await contoso.tenant();
      await register();
      expect((await contoso.tenant()).schemas.revision).toBe(schemas.revision);
    });

    it('is refused where some do not fit, which changes nothing', async () => {
      const [good, bad] = [
        await contoso.create(userWith('ann', { level: 1 })),
        await contoso.create(userWith('bob', { level: 'x', hat: 1 })),
      ];
      const refusal: unknown = await register().catch((error: unknown) => error);
      expect(refusal).toBeInstanceOf(SchemaRefused);
      expect(refusal).toMatchObject({
        status: 409,
        offenders: {
          count: 1,
          named: [
            {
              resourceType: 'User',
              id: bad,
              attribute: `${URN}:level`,
              problem: expect.stringContaining('whole number') as string,
            },
          ],
        },
      });
      expect(await contoso.registry().list(contoso.id)).toEqual([]);
      expect((await contoso.tenant()).schemas.revision).toBe(0);
      expect(await contoso.user(good)).toEqual({
        version: 1,
        resource: { ...userWith('ann', { level: 1 }), active: true },
      });
      expect((await contoso.user(bad)).version).toBe(1);
    });

    it('discards those where that is asked for, counts them and names the first 100', async () => {
      const ids: string[] = [];
      for (let n = 0; n < 130; n += 1)
        ids.push(await contoso.create(userWith(`user ${n}`, { level: n < 120 ? 'x' : n, hat: n })));
      const { dropped, resources } = await register(LEVEL, true);
      expect([dropped.count, dropped.named.length, resources]).toEqual([120, 100, 130]);
      expect(dropped.named[7]).toMatchObject({ id: ids[7], attribute: `${URN}:level` });
      expect((await contoso.user(ids[7] ?? '')).resource[URN]).toEqual({ hat: 7 });
      expect(await found(`${URN}:level pr`)).toBe(10);
    });

    it('leaves a unique value with the oldest', async () => {
      const unique = definition({ name: 'badge', uniqueness: 'server' }, { name: 'level', type: 'integer' });
      const ids = [];
      for (const [n, badge] of ['A', 'b', 'a', 'c', 'B'].entries())
        ids.push(await contoso.create(userWith(`user ${n}`, { badge, level: n })));
      const refusal: unknown = await register(unique).catch((error: unknown) => error);
      expect(refusal).toMatchObject({
        offenders: { count: 2, named: [{ id: ids[2], attribute: `${URN}:badge` }, { id: ids[4] }] },
      });
      const { dropped } = await register(unique, true);
      expect(dropped.named.map(({ id }) => id)).toEqual([ids[2], ids[4]]);
      expect(await contoso.user(ids[2] ?? '')).toEqual({
        version: 2,
        resource: { ...userWith('user 2', { level: 2 }), schemas: [CORE, URN], active: true },
      });
      await expect(contoso.create(userWith('late', { badge: 'C' }))).rejects.toMatchObject({
        status: 409,
        scimType: 'uniqueness',
      });
    });

    it('takes away a whole extension that lacks what is required', async () => {
      const id = await contoso.create(userWith('ann', { level: 1 }));
      const strict = definition({ name: 'level', type: 'integer' }, { name: 'badge', required: true });
      await expect(register(strict)).rejects.toMatchObject({ offenders: { named: [{ id, attribute: URN }] } });
      await register(strict, true);
      expect((await contoso.user(id)).resource).toEqual({ schemas: [CORE], userName: 'ann', active: true });
      await expect(contoso.create(userWith('bob', { level: 1 }))).rejects.toMatchObject({
        status: 400,
        scimType: 'invalidValue',
      });
      await contoso.create({ schemas: [CORE], userName: 'cleo' });
    });

    it('holds what is registered again to what is staged', async () => {
      await register(definition({ name: 'level', type: 'integer' }));
      const id = await contoso.create(userWith('ann', { level: 1, badge: 7 }));
      const wider = definition({ name: 'level', type: 'integer' }, { name: 'badge' });
      await expect(register(wider)).rejects.toMatchObject({
        offenders: { named: [{ id, attribute: `${URN}:badge` }] },
      });
      expect(await contoso.registry().get(contoso.id, URN)).toMatchObject({
        state: 'active',
        schema: { attributes: [{ name: 'level' }] },
      });
      await register(wider, true);
      expect((await contoso.user(id)).resource[URN]).toEqual({ level: 1 });
    });
  });
});
