import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { ResourceContent } from '../../../model/resource.js';
import type { Tenant } from '../../../model/tenant.js';
import { NO_SCHEMAS, type TenantSchema } from '../../../model/tenant-schemas.js';
import { matchingAttributes } from '../../../protocol/attribute-lookup.js';
import { parseCustomSchema, presenceOf, type CustomSchema } from '../../../protocol/custom-schema/definition.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { JsonObject } from '../../../protocol/json.js';
import type { ResourceType } from '../../../protocol/schemas/attribute.js';
import { USER } from '../../../protocol/schemas/resource-types.js';
import { matchingValues, searchForm } from '../../../protocol/search-form.js';
import { SchemasChanged } from '../../schemas-changed.js';
import type { DirectoryWriter, StoringOutcome } from '../../storage.js';
import { CHANGED, CREATED, newUser, userContent } from '../../testing/resources.fixture.js';
import { analyze, noteReads, openTestDatabase, type OpenDatabase, type Statement } from '../../testing/seed.fixture.js';
import { addTenant, storageKinds } from '../../testing/storage.fixture.js';
import { selectRows } from '../connections/database.js';

const URN = 'urn:example:Contoso:2.0:User';
const SCHEMA = parseCustomSchema({
  id: URN,
  attributes: [
    { name: 'badge', uniqueness: 'server' },
    { name: 'level', type: 'integer', matching: true },
    { name: 'doors', multiValued: true, matching: true },
    { name: 'desk', type: 'complex', subAttributes: [{ name: 'number', type: 'decimal', matching: true }] },
    { name: 'hired', type: 'dateTime', matching: true },
    { name: 'title' },
  ],
});
const TYPE: ResourceType = { ...USER, extensions: [...USER.extensions, SCHEMA] };

const active = (schema: CustomSchema = SCHEMA): TenantSchema => ({ active: schema, registering: undefined });

const ignore = (): void => undefined;

/** What a user with something under the URN is stored as. */
function contentWith(userName: string, extension: JsonObject): ResourceContent {
  const resource = { schemas: [USER.schema.id, URN], userName, [URN]: extension };
  const search = searchForm(resource, TYPE);
  const values = [...matchingValues(search, TYPE), ...presenceOf(resource, TYPE)];
  return { ...userContent(userName), document: JSON.stringify(resource), search, matchingValues: values };
}

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

    it('waits for units of work that go by the schemas of before, and those that come wait for it', async () => {
      const order: string[] = [];
      let open = ignore;
      const gate = new Promise<void>((resolve) => (open = resolve));
      const early = write(async (directory) => {
        await gate;
        await directory.insert(newUser(`early ${tenantId}`));
        order.push('early');
      }, 0);
      await sleep(100);
      const changed = change(0, active()).then(() => order.push('changed'));
      await sleep(100);
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

describe.each(storageKinds)("an index finds values of a tenant's schema on $name", (kind) => {
  let test: OpenDatabase;
  let noted: Statement[];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    for (let piece = 0; piece < 20; piece += 1) {
      await test.storage.write('t', async (directory) => {
        for (let n = piece * 100; n < piece * 100 + 100; n += 1) {
          const hired = new Date(Date.UTC(2026, 0, 1, 0, n)).toISOString();
          const extension = {
            badge: `B${n}`,
            level: n,
            doors: [`D${n}`, `E${n}`],
            desk: { number: n / 2 },
            hired,
            title: `T${n}`,
          };
          await directory.insert({
            id: `u${n}`,
            type: 'User',
            at: CREATED,
            content: contentWith(`user ${n}`, extension),
          });
        }
      });
    }
    await analyze(test.database);
    noted = noteReads(test.database);
  }, 120_000);
  afterAll(() => test.close());

  async function planOf({ sql, bindings }: Statement): Promise<string> {
    const explained = test.database.dialect === 'sqlite' ? 'explain query plan ' : 'explain ';
    const rows = await test.database.lookup((session) =>
      selectRows<Record<string, string>>(session, explained + sql.replaceAll(/\$\d+/g, '?'), bindings),
    );
    return rows.map((row) => row['detail'] ?? row['QUERY PLAN'] ?? '').join('\n');
  }

  const WHOLE = /SCAN [rwv]\b|Seq Scan on (?:resources|attribute_values)/u;

  it.each([
    'badge eq "b77"',
    'level eq 77',
    'doors eq "e77"',
    'doors[value eq "d77"]',
    'desk.number eq 38.5',
    'desk[number eq 38.5]',
    'hired eq "2026-01-01T02:17:00+01:00"',
  ])('%s', async (filter) => {
    noted.length = 0;
    const node = parseFilter(`${URN}:${filter}`, TYPE);
    const page = await test.storage.directory('t').list({ type: 'User', filter: node, offset: 0, limit: 10 });
    expect(page.resources.map(({ id }) => id)).toEqual(['u77']);
    const plans = await Promise.all(noted.slice().map(planOf));
    expect(plans.length).toBeGreaterThan(0);
    for (const plan of plans) {
      expect(plan).toMatch(/attribute_values/u);
      expect(plan).not.toMatch(WHOLE);
    }
  });

  it('but not those that are not matching', async () => {
    noted.length = 0;
    const filter = parseFilter(`${URN}:title eq "t77"`, TYPE);
    await test.storage.directory('t').list({ type: 'User', filter, offset: 0, limit: 10 });
    expect(noted.map(({ sql }) => sql).join()).not.toContain('attribute_values');
    expect(matchingAttributes(TYPE).map(({ attribute }) => attribute.name)).not.toContain('title');
  });
});
