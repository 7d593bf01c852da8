import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { NO_SCHEMAS, type TenantSchema } from '../../../model/tenant-schemas.js';
import type { Tenant } from '../../../model/tenant.js';
import { type CustomSchema } from '../../../protocol/custom-schema/definition.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { JsonObject } from '../../../protocol/json.js';
import { SchemasChanged } from '../../schemas-changed.js';
import type { DirectoryWriter, StoringOutcome } from '../../storage.js';
import { CHANGED, CREATED, newUser, userContent } from '../../testing/resources.fixture.js';
import { noteReads, openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import { selectRows } from '../connections/database.js';
import { SCHEMA, TYPE, URN, contentWith } from './schemas.fixture.js';

const active = (schema: CustomSchema = SCHEMA): TenantSchema => ({ active: schema, registering: undefined });

const ignore = (): void => undefined;

describe.each(storageKinds)("tenants' schemas on $name", (kind) => {
  let test: OpenDatabase;
  let count = 0;
  let tenantId: string;

  beforeAll(async () => {
    test = await openTestDatabase(kind);
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    tenantId = `t${(count += 1)}`;
    await addTenant(test.storage, tenantId);
  });

  const write = <T>(
    work: (directory: DirectoryWriter) => Promise<T>,
    revision?: number,
    tenant = tenantId,
  ): Promise<T> => test.storage.write(tenant, work, revision);
  const insert = (userName: string, extension: JsonObject, tenant = tenantId): Promise<StoringOutcome> =>
    keptIfDone(tenant, (directory) =>
      directory.insert({
        id: `${tenant}-${userName}`,
        type: 'User',
        at: CREATED,
        content: contentWith(userName, extension),
      }),
    );
  const update = (userName: string, extension: JsonObject): Promise<StoringOutcome> =>
    keptIfDone(tenantId, (directory) =>
      directory.update('User', `${tenantId}-${userName}`, CHANGED, contentWith(userName, extension)),
    );

  /** The outcome of a unit of work of which nothing is kept unless it is done. */
  async function keptIfDone(
    tenant: string,
    work: (directory: DirectoryWriter) => Promise<StoringOutcome>,
  ): Promise<StoringOutcome> {
    let outcome: StoringOutcome = 'done';
    const unit = test.storage.write(tenant, async (directory) => {
      outcome = await work(directory);
      if (outcome !== 'done') throw new Error('reverted');
    });
    await unit.catch((error: unknown) => {
      if (!(error instanceof Error && error.message === 'reverted')) throw error;
    });
    return outcome;
  }
  const change = (revision: number, schema: TenantSchema | undefined, tenant = tenantId) =>
    test.storage.tenants.changeSchema(tenant, revision, URN, schema);
  const schemas = async () => (await test.storage.tenants.findTenant(tenantId))?.schemas;

  describe('a change of schemas', () => {
    it('comes along with the tenant, however it is found', async () => {
      expect(await schemas()).toBe(NO_SCHEMAS);
      expect(await change(0, active())).toBe('done');
      expect(await schemas()).toEqual({ revision: 1, all: [active()] });
      const token = {
        id: `k${tenantId}`,
        tenantId,
        label: '',
        created: CREATED,
        expiresAt: undefined,
        lastUsed: undefined,
        revokedAt: undefined,
      };
      await test.storage.tenants.insertToken(token, `hash ${tenantId}`);
      const found = await test.storage.tenants.findByHash(`hash ${tenantId}`);
      expect(found?.tenant.schemas).toEqual({ revision: 1, all: [active()] });
      const listed = await test.storage.tenants.listTenants(undefined, 1_000);
      expect(listed.find(({ id }) => id === tenantId)?.schemas.revision).toBe(1);
    });

    it('is one object as long as it is the same, and costs no statement but the first time', async () => {
      await change(0, active());
      const first = await schemas();
      const noted = noteReads(test.database);
      const before = noted.length;
      expect(await schemas()).toBe(first);
      expect(noted.length - before).toBe(1);
    });

    it('keeps a registration, and what holds meanwhile', async () => {
      const registering = { schema: SCHEMA, dropInvalid: true, attempt: 'a1' };
      await change(0, { active: undefined, registering });
      expect(await schemas()).toEqual({ revision: 1, all: [{ active: undefined, registering }] });
      await change(1, { active: SCHEMA, registering });
      expect((await schemas())?.all).toEqual([{ active: SCHEMA, registering }]);
      await change(2, { active: undefined, registering: undefined });
      expect(await schemas()).toEqual({ revision: 3, all: [] });
    });

    it('is made from the newest schemas only, and for a tenant that exists', async () => {
      await change(0, active());
      expect(await change(0, undefined)).toBe('stale');
      expect((await schemas())?.all).toHaveLength(1);
      expect(await change(0, active(), 'nobody')).toBe('unknown');
    });

    it('removes what no resource has values of', async () => {
      await change(0, active());
      await insert('ann', { badge: 'A' });
      expect(await test.storage.directory(tenantId).countWith('User', URN)).toBe(1);
      expect(await change(1, undefined)).toBe('used');
      expect((await schemas())?.revision).toBe(1);
      await write((directory) => directory.update('User', `${tenantId}-ann`, CHANGED, userContent('ann')));
      expect(await test.storage.directory(tenantId).countWith('User', URN)).toBe(0);
      expect(await change(1, undefined)).toBe('done');
      expect(await schemas()).toEqual({ revision: 2, all: [] });
    });

    it('leaves other changes of the tenant, and other tenants, alone', async () => {
      await change(0, active());
      const rename = (tenant: Tenant): Tenant => ({ ...tenant, name: `renamed ${tenantId}`, schemas: NO_SCHEMAS });
      expect(await test.storage.tenants.updateTenant(tenantId, rename)).toMatchObject({ name: `renamed ${tenantId}` });
      expect((await schemas())?.all).toHaveLength(1);
      expect((await test.storage.tenants.findTenant('t'))?.schemas).toBe(NO_SCHEMAS);
      expect(await test.storage.tenants.deleteTenant(tenantId)).toBe(true);
      const left = await test.database.lookup((session) =>
        selectRows(session, 'select urn from tenant_schemas where tenant_id = ?', [tenantId]),
      );
      expect(left).toEqual([]);
    });

    it('waits for units of work that use the earlier schemas, and later ones wait for it', async () => {
      const order: string[] = [];
      let open = ignore;
      const gate = new Promise<void>((resolve) => (open = resolve));
      let begin = ignore;
      const begun = new Promise<void>((resolve) => (begin = resolve));
      const early = write(async (directory) => {
        begin();
        await gate;
        await directory.insert(newUser(`early ${tenantId}`));
        order.push('early');
      }, 0);
      await begun;
      const changed = change(0, active()).then(() => order.push('changed'));
      await sleep(1_000);
      const late = write((directory) => directory.insert(newUser(`late ${tenantId}`)), 0).catch((error: unknown) => {
        order.push('late');
        return error;
      });
      await sleep(100);
      expect(order).toEqual([]);
      open();
      await Promise.all([early, changed]);
      expect(await late).toBeInstanceOf(SchemasChanged);
      expect(order[0]).toBe('early');
      expect(await write((directory) => directory.insert(newUser(`after ${tenantId}`)), 1)).toBe('done');
    });
  });

  describe('a unique value', () => {
    const badge = { attribute: `${URN}:badge`, value: 'a', unique: true };

    it('is one resource’s, in any case', async () => {
      expect(await insert('ann', { badge: 'A' })).toBe('done');
      expect(await insert('bob', { badge: 'a' })).toEqual({ kind: 'duplicate', value: badge });
      expect(await insert('cleo', { badge: 'B', doors: ['A'], title: 'A' })).toBe('done');
    });

    it('is named with the others that are taken, so that one round is enough for all', async () => {
      await insert('ann', { badge: 'A' });
      await insert('bob', { badge: 'B' });
      const matchingValues = ['a', 'b', 'c'].map((value) => ({ ...badge, value, unique: true as const }));
      const content = { ...contentWith('cleo', {}), matchingValues };
      const outcome = await keptIfDone(tenantId, (directory) =>
        directory.insert({ id: `${tenantId}-cleo`, type: 'User', at: CREATED, content }),
      );
      expect(outcome).toEqual({ kind: 'duplicate', value: badge, others: [{ ...badge, value: 'b' }] });
    });

    it('is taken in a change as well, and free again after it', async () => {
      await insert('ann', { badge: 'A' });
      await insert('bob', { badge: 'B', doors: ['x'] });
      expect(await update('bob', { badge: 'A' })).toEqual({ kind: 'duplicate', value: badge });
      expect(await update('ann', { badge: 'C' })).toBe('done');
      expect(await update('bob', { badge: 'A' })).toBe('done');
      await write((directory) => directory.remove('User', `${tenantId}-bob`, CHANGED));
      expect(await insert('cleo', { badge: 'A' })).toBe('done');
    });

    it('may be another tenant’s', async () => {
      await insert('ann', { badge: 'A' });
      expect(await insert('ann', { badge: 'A' }, 't')).toBe('done');
    });

    it('goes to one of 50 that want it at the same time', async () => {
      const outcomes = await Promise.all(
        Array.from({ length: 50 }, (_, n) =>
          write(async (directory) => {
            const content = contentWith(`user ${n}`, { badge: 'A' });
            const outcome = await directory.insert({ id: `${tenantId}-${n}`, type: 'User', at: CREATED, content });
            if (outcome !== 'done') throw new Error('taken');
          }).then(
            () => 'done',
            () => 'taken',
          ),
        ),
      );
      expect(outcomes.filter((outcome) => outcome === 'done')).toHaveLength(1);
      expect(
        (await test.storage.directory(tenantId).list({ type: 'User', offset: 0, limit: 10 })).resources,
      ).toHaveLength(1);
    });
  });

  describe('restating a resource', () => {
    const stored = () => test.storage.directory(tenantId).find('User', `${tenantId}-ann`);
    const restate = (extension: JsonObject, at?: string) =>
      write((directory) => directory.restate('User', `${tenantId}-ann`, at, contentWith('ann', extension)));

    it('raises its version only when it changes', async () => {
      await insert('ann', { title: 'A' });
      expect(await restate({ level: 1 })).toBe('done');
      expect(await stored()).toMatchObject({ version: 1, lastModified: CREATED });
      expect(await restate({ level: 2 }, CHANGED)).toBe('done');
      expect(await stored()).toMatchObject({ version: 2, lastModified: CHANGED });
      const filter = parseFilter(`${URN}:level eq 2 and userName eq "ANN"`, TYPE);
      expect(await test.storage.directory(tenantId).list({ type: 'User', filter, offset: 0, limit: 1 })).toMatchObject({
        total: 1,
      });
    });

    it('makes a value unique that was not, unless another has it', async () => {
      const plain = contentWith('ann', { badge: 'A' });
      const notYet = {
        ...plain,
        matchingValues: plain.matchingValues.map(({ attribute, value }) => ({ attribute, value })),
      };
      for (const name of ['ann', 'bob']) {
        await write((directory) =>
          directory.insert({
            id: `${tenantId}-${name}`,
            type: 'User',
            at: CREATED,
            content: { ...notYet, userName: name },
          }),
        );
      }
      expect(await restate({ badge: 'A' })).toBe('done');
      const other = await write((directory) =>
        directory.restate('User', `${tenantId}-bob`, undefined, contentWith('bob', { badge: 'A' })),
      );
      expect(other).toMatchObject({ kind: 'duplicate' });
    });
  });
});
