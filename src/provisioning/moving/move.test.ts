import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { selectRows } from '../../storage/sql/connections/database.js';
import { STAYING } from '../../storage/sql/tenants/move/columns.js';
import { movingTables, TENANT_TABLES } from '../../storage/sql/tenants/tables.js';
import { addTenant } from '../../storage/testing/storage.fixture.js';
import { newAuditEntry, newRun } from '../../storage/testing/sync.fixture.js';
import { usePageSizesOfServer } from '../../testing/page-sizes.fixture.js';
import { StagedTenant } from '../staged-tenant.fixture.js';
import { company, comparable } from './company.fixture.js';
import { exportTo, importFrom, linesOf, openMove, writeLines, closeMove, type Move } from './move.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const BADGE = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';

let folder: Move['folder'];
let from: Move['from'];
let to: Move['to'];

beforeAll(async () => {
  ({ folder, from, to } = await openMove());
});
afterAll(() => closeMove({ folder, from, to }));

describe('a tenant that moves', () => {
  it('is in its new place exactly what it was, also in what it is found by', async () => {
    const id = await company(from);
    const [first, second] = [folder.path('first'), folder.path('second')];
    const exported = await exportTo(from.storage, id, first);
    expect(exported).toMatchObject({ users: 3, groups: 2 });
    const { name } = (await from.storage.tenants.findTenant(id)) ?? { name: '' };
    expect(await importFrom(to.storage, first)).toEqual({ tenantId: id, name, enabled: true, users: 3, groups: 2 });
    await exportTo(to.storage, id, second);
    expect(await linesOf(second)).toEqual(await linesOf(first));
    for (const table of ['resources', 'attribute_values', 'resource_counts', 'memberships']) {
      expect(await comparable(to, table, id), table).toEqual(await comparable(from, table, id));
    }
    expect(await to.storage.tenants.findTenant(id)).toEqual(await from.storage.tenants.findTenant(id));
    expect(await to.storage.tenants.listTokens(id)).toEqual([]);
  });

  it('takes its activity log along where that is wanted', async () => {
    const id = await company(from);
    await from.storage.activity.append([
      {
        ...{ id: newId(), at: '2026-01-01T00:00:00.000Z', requestId: 'r', source: 'entra', operation: 'user.lookup' },
        ...{
          status: 200,
          outcome: 'ok',
          durationUs: 1,
          count: 1,
          changed: ['title'],
          ignored: [],
          rules: [],
          tenantId: id,
        },
      },
    ]);
    const [without, withIt] = [folder.path('without'), folder.path('with')];
    await exportTo(from.storage, id, without);
    await exportTo(from.storage, id, withIt, true);
    const tables = async (file: string) => new Set((await linesOf(file)).map(({ table }) => table));
    expect(await tables(without)).not.toContain('activity');
    expect(await tables(withIt)).toContain('activity');
    await importFrom(to.storage, withIt);
    const again = folder.path('again');
    await exportTo(to.storage, id, again, true);
    expect(await linesOf(again)).toEqual(await linesOf(withIt));
  });

  it('is written as it is at one moment, whatever comes meanwhile', async () => {
    const id = await company(to);
    const file = folder.path('moment');
    let isFirst = true;
    await to.storage.moves.snapshot(id, false, async (snapshot) => {
      const before = snapshot.tables.find(({ table }) => table === 'resources');
      if (isFirst)
        await new StagedTenant(to.storage, id).create({
          schemas: [USER, BADGE],
          userName: 'late',
          [BADGE]: { badge: 'l' },
        });
      isFirst = false;
      let rows = 0;
      if (before !== undefined) for await (const piece of snapshot.rows(before)) rows += piece.length;
      expect(rows).toBe(before?.count);
    });
    expect(await exportTo(to.storage, id, file)).toMatchObject({ users: 4 });
  });

  it('stays where a run of it is under way', async () => {
    const id = await company(from);
    await from.storage.writeSync(id, (sync) => sync.runs.insert(newRun(newId(), { state: 'running' })));
    await expect(exportTo(from.storage, id, folder.path('running'))).rejects.toThrow(
      'A run of the tenant is under way',
    );
    await expect(exportTo(from.storage, newId(), folder.path('unknown'))).rejects.toThrow('There is no tenant');
  });

  it('is read at most 100 rows at a time, since long ones may stand behind short ones', async () => {
    // They are what is looked at.
    usePageSizesOfServer();
    const id = newId();
    await addTenant(from.storage, id);
    const entries = Array.from({ length: 250 }, () => newAuditEntry(newId()));
    await from.storage.writeSync(id, (sync) => sync.audit.append(entries));
    const lengths: number[] = [];
    await from.storage.moves.snapshot(id, false, async (snapshot) => {
      const table = snapshot.tables.find((one) => one.table === 'sync_audit');
      if (table !== undefined) for await (const piece of snapshot.rows(table)) lengths.push(piece.length);
    });
    expect(lengths).toEqual([10, 100, 100, 40]);
  });

  it('is refused where it is already, or its name is', async () => {
    const id = await company(from);
    const file = folder.path('twice');
    await exportTo(from.storage, id, file);
    await importFrom(to.storage, file);
    await expect(importFrom(to.storage, file)).rejects.toThrow('This database has this tenant already');
    expect(await to.storage.tenants.findTenant(id)).toBeDefined();
    const [header = {}, ...rows] = await linesOf(file);
    const other = { ...header, tenant: { ...(header['tenant'] as JsonObject), id: newId() } };
    await writeLines(file, [other, ...rows]);
    await expect(importFrom(to.storage, file)).rejects.toThrow('another tenant with the same name');
  });
});

describe('the tables of tenants', () => {
  it('all either move or are named as those that do not, with the columns that stay', async () => {
    const tables = new Set([...TENANT_TABLES, ...movingTables(true)].map(({ table }) => table).concat('tokens'));
    await from.database.lookup(async (session) => {
      const sql = `select distinct m.name from sqlite_master m, pragma_table_info(m.name) c where m.type = 'table' and c.name = 'tenant_id'`;
      const found = (await selectRows<{ name: string }>(session, sql, [])).map(({ name }) => name);
      expect(new Set(found), 'name a new table in src/storage/sql/tenants/tables.ts').toEqual(tables);
      for (const [table, staying] of Object.entries(STAYING)) {
        expect(Object.keys(await session.knex(table).columnInfo()), table).toEqual(
          expect.arrayContaining([...staying]),
        );
      }
      const columns = Object.keys(await session.knex('resources').columnInfo());
      expect(columns.filter((name) => !STAYING['resources']?.includes(name)).sort()).toEqual(
        ['created', 'document', 'id', 'last_modified', 'members_version', 'tenant_id', 'type', 'version'].sort(),
      );
    });
  });
});
