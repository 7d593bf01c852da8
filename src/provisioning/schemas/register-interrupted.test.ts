import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { isJsonObject, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { SchemasChanged } from '../../storage/schemas-changed.js';
import type { Storage, TenantStore } from '../../storage/storage.js';
import { storageKinds, type TestStorage } from '../../storage/testing/storage.fixture.js';
import { scopeOf } from '../scope.js';
import { stagedTenant, type StagedTenant } from '../staged-tenant.fixture.js';
import { SchemaRefused } from './refused.js';
import { usePageSizesOfServer } from '../../testing/page-sizes.fixture.js';
import { CORE, LEVEL, URN, definition, refusal, userWith } from './register.fixture.js';

const patchOf = (path: string, value: JsonValue): JsonObject => ({
  schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
  Operations: [{ op: 'replace', path, value }],
});

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

  const state = async (): Promise<string | undefined> => (await contoso.registry().list(contoso.id))[0]?.state;

  async function found(filter: string): Promise<number> {
    const { settledTypes } = scopeOf(await contoso.tenant());
    const query = { type: 'User' as const, filter: parseFilter(filter, settledTypes.User), offset: 0, limit: 0 };
    return (await test.storage.directory(contoso.id).list(query)).total;
  }

  async function levelOf(id: string): Promise<JsonValue | undefined> {
    const extension = (await contoso.user(id)).resource[URN];
    return isJsonObject(extension) ? extension['level'] : undefined;
  }

  describe('while requests go on', () => {
    it('refuses a request that arrived before and comes to its turn after', async () => {
      const before = await contoso.tenant();
      const id = await contoso.create({ schemas: [CORE], userName: 'ann' });
      await register();
      await expect(contoso.create(userWith('bob', { level: 'x' }), before)).rejects.toBeInstanceOf(SchemasChanged);
      await expect(contoso.patch(id, patchOf(`${URN}:level`, 'x'), before)).rejects.toMatchObject({
        status: 503,
        headers: { 'Retry-After': '1' },
      });
      expect((await contoso.user(id)).version).toBe(1);
    });

    it('lets nothing slip through from many writers', async () => {
      // Three at a time, it would never catch up with four writers.
      usePageSizesOfServer();
      for (let n = 0; n < 300; n += 1) await contoso.create(userWith(`user ${n}`, { level: n }));
      let going = true;
      const outcomes = { taken: 0, refused: 0 };
      const writer = async (side: number): Promise<void> => {
        for (let n = 0; going; n += 1) {
          const level = n % 2 ? n : 'x';
          const id = await contoso
            .insist(() => contoso.create(userWith(`late ${side} ${n}`, { LEVEL: level })))
            .catch(refusal);
          outcomes[id === undefined ? 'refused' : 'taken'] += 1;
          if (id !== undefined)
            await contoso.insist(() => contoso.patch(id, patchOf(`${URN}:level`, level))).catch(refusal);
        }
      };
      const writers = [1, 2, 3, 4].map(writer);
      const registered = await register(LEVEL, true).finally(() => (going = false));
      await Promise.all(writers);
      expect(registered.state).toBe('active');
      expect(outcomes.taken).toBeGreaterThan(0);
      let withLevel = 0;
      for (let after: { key: string | number | null; id: string } | undefined, more = true; more;) {
        const page = await test.storage
          .directory(contoso.id)
          .list({ type: 'User', offset: 0, limit: 200, ...(after ? { after } : {}) });
        for (const { document } of page.resources) {
          const extension = (JSON.parse(document) as JsonObject)[URN];
          if (extension === undefined) continue;
          expect(extension).toEqual({ level: expect.any(Number) as number });
          withLevel += 1;
        }
        [after, more] = [page.next, page.next !== undefined];
      }
      expect(withLevel).toBeGreaterThanOrEqual(300);
      expect(await found(`${URN}:level pr`)).toBe(withLevel);
      expect((await contoso.registry().get(contoso.id, URN)).resources).toBe(withLevel);
    }, 120_000);

    it('ends a registration, and reverts it, if a value was staged between survey and beginning', async () => {
      await contoso.create(userWith('ann', { level: 1 }));
      const meddled = beforeFirstChange(test.storage, () => contoso.create(userWith('bob', { level: 'x' })));
      await expect(register(LEVEL, false, meddled)).rejects.toMatchObject({ status: 409, offenders: { count: 1 } });
      expect(await contoso.registry().list(contoso.id)).toEqual([]);
      expect(await register(LEVEL, true)).toMatchObject({ state: 'active', dropped: { count: 1 } });
    });

    it('holds writes to the new definition, and searches to the old one, until all is taken over', async () => {
      await register(definition({ name: 'level', type: 'integer' }));
      const ids = [
        await contoso.create(userWith('ann', { level: 1 })),
        await contoso.create(userWith('bob', { level: 2, hat: '7' })),
      ];
      const wider = definition({ name: 'level', type: 'integer', matching: true }, { name: 'hat' });
      await expect(register(wider, false, interruptedAfter(test.storage, 0))).rejects.toThrow('interrupted');
      expect(await state()).toBe('registering');
      const scope = scopeOf(await contoso.tenant());
      expect(scope.settledTypes.User.extensions.at(-1)?.attributes).toHaveLength(1);
      expect(await found(`${URN}:level eq 2`)).toBe(1);
      await expect(contoso.create(userWith('cleo', { hat: 7 }))).rejects.toMatchObject({ status: 400 });
      await contoso.patch(ids[1] ?? '', patchOf('title', 'T'));
      expect(await found(`${URN}:level eq 2`)).toBe(1);
    });

    it('takes a resource over when it is changed before its turn comes, and loses nothing of it', async () => {
      const id = await contoso.create(userWith('ann', { LEVEL: { value: 5 }, hat: 'x' }, URN.toUpperCase()));
      const bad = await contoso.create(userWith('bob', { level: 'x', hat: 'y' }));
      await expect(register(LEVEL, true, interruptedAfter(test.storage, 0))).rejects.toThrow('interrupted');
      await contoso.patch(id, patchOf('title', 'T'));
      await contoso.patch(bad, patchOf('active', false));
      expect((await contoso.user(id)).resource).toMatchObject({ title: 'T', [URN]: { level: 5, hat: 'x' } });
      expect((await contoso.user(bad)).resource).toMatchObject({ active: false, [URN]: { hat: 'y' } });
    });
  });

  describe('interrupted', () => {
    it('can be repeated', async () => {
      const ids = [];
      for (let n = 0; n < 120; n += 1) ids.push(await contoso.create(userWith(`user ${n}`, { level: { value: n } })));
      await expect(register(LEVEL, false, interruptedAfter(test.storage, 1))).rejects.toThrow('interrupted');
      expect(await levelOf(ids[0] ?? '')).toBe(0);
      expect(await levelOf(ids[119] ?? '')).toEqual({ value: 119 });
      expect(await register()).toMatchObject({ state: 'active', resources: 120 });
      expect(await levelOf(ids[119] ?? '')).toBe(119);
      expect((await contoso.user(ids[0] ?? '')).version).toBe(2);
    });

    it('can be repeated with another definition, where the first never held', async () => {
      for (let n = 0; n < 60; n += 1) await contoso.create(userWith(`user ${n}`, { level: n }));
      await expect(register(LEVEL, false, interruptedAfter(test.storage, 1))).rejects.toThrow('interrupted');
      await expect(register(definition({ name: 'level' }))).rejects.toBeInstanceOf(SchemaRefused);
      expect(await state()).toBe('registering');
      await register(definition({ name: 'level', type: 'decimal' }));
      expect(await contoso.registry().get(contoso.id, URN)).toMatchObject({
        state: 'active',
        schema: { attributes: [{ type: 'decimal' }] },
      });
    });

    it('can be removed as long as nothing was taken over', async () => {
      const id = await contoso.create(userWith('ann', { level: 'x' }));
      await expect(register(LEVEL, true, interruptedAfter(test.storage, 0))).rejects.toThrow('interrupted');
      await contoso.registry().remove(contoso.id, URN);
      expect(await contoso.registry().list(contoso.id)).toEqual([]);
      expect(await levelOf(id)).toBe('x');
    });

    it('holds up other schemas of the tenant until it is done', async () => {
      await contoso.create(userWith('ann', { level: 1 }));
      await expect(register(LEVEL, false, interruptedAfter(test.storage, 0))).rejects.toThrow('interrupted');
      const other = { id: 'urn:example:Other:User', attributes: [{ name: 'a' }] };
      await expect(register(other)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining(URN) as string,
      });
      await register();
      await register(other);
      expect(await contoso.registry().list(contoso.id)).toHaveLength(2);
    });

    it('gives way to an attempt that began later', async () => {
      for (let n = 0; n < 60; n += 1) await contoso.create(userWith(`user ${n}`, { level: n }));
      const overtaken = afterPiece(test.storage, () => register());
      await expect(register(LEVEL, false, overtaken)).rejects.toMatchObject({
        status: 409,
        message: expect.stringContaining('in the meantime') as string,
      });
      expect(await contoso.registry().get(contoso.id, URN)).toMatchObject({ state: 'active', resources: 60 });
    });
  });
});

/** The storage, where something happens once before a schema changes. */
function beforeFirstChange(storage: Storage, meddle: () => Promise<unknown>): Storage {
  let first = true;
  const changeSchema: TenantStore['changeSchema'] = async (...change) => {
    if (first) {
      first = false;
      await meddle();
    }
    return storage.tenants.changeSchema(...change);
  };
  return differing(storage, { tenants: differing(storage.tenants, { changeSchema }) });
}

/** The storage, which fails after so many pieces were taken over. */
function interruptedAfter(storage: Storage, pieces: number): Storage {
  let done = 0;
  const write: Storage['write'] = (...work) => {
    if (done === pieces) return Promise.reject(new Error('interrupted'));
    done += 1;
    return storage.write(...work);
  };
  return differing(storage, { write });
}

/** The storage, where something happens once after a piece was taken over. */
function afterPiece(storage: Storage, meddle: () => Promise<unknown>): Storage {
  let first = true;
  const write: Storage['write'] = async (...work) => {
    const result = await storage.write(...work);
    if (first) {
      first = false;
      await meddle();
    }
    return result;
  };
  return differing(storage, { write });
}

/** An object that does some things in another way. */
function differing<Whole extends object>(whole: Whole, others: Partial<Whole>): Whole {
  return new Proxy(whole, {
    get: (target, name) => {
      const value: unknown = Reflect.get(Object.hasOwn(others, name) ? others : target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });
}
