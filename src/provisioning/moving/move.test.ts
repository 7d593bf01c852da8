import { readFile, truncate, writeFile } from 'node:fs/promises';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { canonicalText } from '../../protocol/equality.js';
import { mapMembers, type JsonObject, type JsonValue } from '../../protocol/json.js';
import { selectRows } from '../../storage/sql/connections/database.js';
import { STAYING } from '../../storage/sql/tenants/move/columns.js';
import { movingTables, TENANT_TABLES } from '../../storage/sql/tenants/tables.js';
import { openTestDatabase, type OpenDatabase } from '../../storage/testing/seed.fixture.js';
import { addTenant, sqliteStorage, storageKinds } from '../../storage/testing/storage.fixture.js';
import {
  newAuditEntry,
  newLine,
  newMirrorItem,
  newPlan,
  newRun,
  TEST_POLICY,
} from '../../storage/testing/sync.fixture.js';
import { usePageSizesOfServer } from '../../testing/page-sizes.fixture.js';
import { contentOf } from '../resources/content.js';
import { scopeOf } from '../scope.js';
import { StagedTenant } from '../staged-tenant.fixture.js';
import { exportTo, importFrom, linesOf, moveFolder, writeLines } from './move.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';
const BADGE = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';

let folder: Awaited<ReturnType<typeof moveFolder>>;
let from: OpenDatabase;
let to: OpenDatabase;

beforeAll(async () => {
  folder = await moveFolder();
  from = await openTestDatabase(sqliteStorage);
  to = await openTestDatabase(storageKinds.at(-1) ?? sqliteStorage);
});
afterAll(async () => {
  await Promise.all([from.close(), to.close()]);
  await folder.remove();
});

/** A company with something in every table: one user in two has been changed, one group is in another. */
async function company({ storage }: OpenDatabase): Promise<string> {
  const id = newId();
  await addTenant(storage, id, {
    settings: { groupReplaceAdds: true, unknownAttributes: 'ignore', rateLimit: '7/70' },
  });
  const staged = new StagedTenant(storage, id);
  await staged
    .registry()
    .register(
      id,
      { id: BADGE, attributes: [{ name: 'badge', type: 'string', uniqueness: 'server' }] },
      { urn: BADGE, dropInvalid: false },
    );
  const users: string[] = [];
  for (const name of ['Ada \u{1F600}', 'Bob', 'Cléo']) {
    const emails = [{ type: 'work', value: `${name}@contoso.com` }];
    users.push(
      await staged.create({
        ...{
          schemas: [USER, BADGE],
          userName: name,
          displayName: name,
          externalId: name,
          emails,
          active: name !== 'Bob',
        },
        ...{ [BADGE]: { badge: name }, 'urn:x:unknown:1.0:User': { 'a"b': '\\u0000' } },
      }),
    );
  }
  await staged.patch(users[1] ?? '', {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:PatchOp'],
    Operations: [{ op: 'replace', path: 'title', value: 'Baker' }],
  });
  const groups = [newId(), newId()];
  const scope = scopeOf(await staged.tenant());
  await storage.write(id, async (directory) => {
    for (const [index, group] of groups.entries()) {
      const content = contentOf({ schemas: [GROUP], displayName: `Group ${index}` }, scope.types.Group);
      await directory.insert({ id: group, type: 'Group', at: '2026-01-02T03:04:05.678Z', content });
    }
    const add = [users[0] ?? '', groups[1] ?? ''];
    await directory.changeMembers(groups[0] ?? '', [{ kind: 'delta', clear: false, add, remove: [] }]);
    await directory.touch('Group', groups[0] ?? '', '2026-01-03T03:04:05.678Z');
  });
  await synchronized(storage, id, users, groups);
  return id;
}

async function synchronized(
  storage: OpenDatabase['storage'],
  tenantId: string,
  [user = '']: readonly string[],
  [group = '']: readonly string[],
): Promise<void> {
  const [plan, run] = [newId(), newId()];
  await storage.writeSync(tenantId, async (sync) => {
    await sync.mirror.put('User', [newMirrorItem('ada', { resourceId: user })]);
    await sync.mirrorMemberships.add([{ groupId: group, memberId: user }]);
    await sync.policy.set(TEST_POLICY);
    await sync.holds.put([
      { subject: 'account', resourceId: user, by: 'ada', at: '2026-01-01T00:00:00.000Z', reason: '' },
    ]);
    await sync.plans.insert(newPlan(plan));
    await sync.lines.insert(plan, [newLine(1, { resourceId: user, needsConfirmation: true })]);
    await sync.runs.insert(newRun(run, { planId: plan, state: 'finished', finished: '2026-01-01T00:00:00.000Z' }));
    await sync.audit.append([newAuditEntry(newId())]);
  });
}

const nothingOf = async ({ database }: OpenDatabase, tenantId: string): Promise<boolean> =>
  database.lookup(async (session) => {
    for (const { table } of [...TENANT_TABLES, { table: 'tenant_schemas' }]) {
      if ((await selectRows(session, `select 1 as n from ${table} where tenant_id = ?`, [tenantId])).length > 0)
        return false;
    }
    return (await selectRows(session, 'select 1 as n from tenants where id = ?', [tenantId])).length === 0;
  });

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

describe('an import', () => {
  it('is found by nobody before its last row is there, and erased where that never comes', async () => {
    const id = await company(from);
    const file = folder.path('half');
    await exportTo(from.storage, id, file);
    const [{ tenant = null } = {}] = await linesOf(file);
    const begun = await to.storage.moves.begin(tenant as Record<string, string>, 'broken off');
    const [, table] = await to.storage.moves.tables(false);
    if (table === undefined) throw new Error('no table');
    await begun.add(table, [{ urn: 'x', active: null, registering: null }]);
    const { tenants, console: consoles } = to.storage;
    expect(await tenants.findTenant(id)).toBeUndefined();
    expect(await tenants.findTenantByName(`Tenant ${id}`)).toBeUndefined();
    expect((await tenants.listTenants(undefined, 100)).map((one) => one.id)).not.toContain(id);
    expect(await consoles.overviews.company(id, '2026-01-01T00:00:00.000Z')).toBeUndefined();
    expect(await consoles.overviews.companies(`Tenant ${id}`, 10, '2026-01-01T00:00:00.000Z')).toEqual([]);
    await expect(importFrom(to.storage, file)).rejects.toThrow('This tenant is being imported already');
    await to.database.unit(({ knex }) => knex('tenants').where({ id }).update({ import_seen: 1 }));
    expect(await importFrom(to.storage, file)).toMatchObject({ tenantId: id });
    await expect(begun.add(table, [{ urn: 'y', active: null, registering: null }])).rejects.toThrow('was given up');
    await expect(begun.abandon()).rejects.toThrow('was given up');
    expect(await to.storage.tenants.findTenant(id)).toBeDefined();
  });

  it('that is given up stores nothing more, and one process at a time erases it', async () => {
    const id = newId();
    const at = '2026-11-28T12:00:00.000Z';
    const tenant = { id, name: `Tenant ${id}`, enabled: true, settings: '{}', created: at, last_modified: at };
    const { moves } = to.storage;
    const begun = await moves.begin(tenant, 'broken off');
    const [, table] = await moves.tables(false);
    if (table === undefined) throw new Error('no table');
    const add = (urn: string): Promise<void> => begun.add(table, [{ urn, active: null, registering: null }]);
    expect(await moves.removeAbandoned('early')).toBe(0);
    await add('x');
    const isSilent = () => to.database.unit(({ knex }) => knex('tenants').where({ id }).update({ import_seen: 1 }));
    await isSilent();
    expect(await moves.removeAbandoned('stopped', AbortSignal.abort())).toBe(0);
    await expect(add('y')).rejects.toThrow('was given up');
    expect(await moves.removeAbandoned('second')).toBe(0);
    await isSilent();
    expect(await moves.removeAbandoned('third')).toBe(1);
    expect(await to.database.lookup(({ knex }) => knex('tenants').where({ id }))).toEqual([]);
  });

  describe('of a file that is not as it was exported', () => {
    let lines: JsonObject[] = [];
    let id = '';
    const file = (): string => folder.path('hostile');
    const lineOf = (table: string, at = 0): number => {
      const found = lines.flatMap((line, index) => (line['table'] === table ? [index] : []))[at];
      if (found === undefined) throw new Error(`no ${table}`);
      return found;
    };
    const withRow = (table: string, change: JsonObject, at = 0): JsonObject[] =>
      lines.map((line, index) =>
        index === lineOf(table, at) ? { ...line, row: { ...(line['row'] as JsonObject), ...change } } : line,
      );
    const withHeader = (change: JsonObject): JsonObject[] => [{ ...lines[0], ...change }, ...lines.slice(1)];

    beforeAll(async () => {
      id = await company(from);
      await exportTo(from.storage, id, file());
      lines = await linesOf(file());
    });

    const CASES: readonly [what: string, alter: () => readonly (JsonObject | string)[], message: RegExp][] = [
      [
        'a row of another tenant',
        () => withRow('memberships', { tenant_id: newId() }),
        /^Line \d+ has "tenant_id", which is no column/,
      ],
      [
        'a number for a text',
        () => withRow('resources', { created: 5 }),
        /^Line \d+ has a wrong created of resources: it must be a string/,
      ],
      [
        'a text for a number',
        () => withRow('resources', { version: '1' }),
        /version of resources: it must be a whole number/,
      ],
      ['a version of 0', () => withRow('resources', { version: 0 }), /version of resources: it must be 1 or more/],
      [
        'a number past the column',
        () => withRow('sync_plan_lines', { wave: 4e9 }),
        /wave of sync_plan_lines: it must be a whole/,
      ],
      [
        'null where none may be',
        () => withRow('sync_audit', { action: null }),
        /action of sync_audit: it must not be null/,
      ],
      ['a column missing', () => withRow('mirror', { name: undefined as never }), /name of mirror: it is missing/],
      ['an id that is none', () => withRow('resources', { id: '../x' }), /id of resources: it must be a UUID/],
      [
        'NUL in a text',
        () => withRow('sync_holds', { reason: '\0' }),
        /reason of sync_holds: it has the character NUL/,
      ],
      ['a state that is none', () => withRow('sync_plans', { state: 'x' }), /state of sync_plans: it must be one of/],
      [
        'a run that is under way',
        () => withRow('sync_runs', { state: 'running' }),
        /state of sync_runs: it must be one of/,
      ],
      [
        'a document that is no JSON',
        () => withRow('resources', { document: '{' }),
        /document of resources: it is no JSON/,
      ],
      [
        'a document in another form',
        () => withRow('resources', { document: '{"schemas":[],"emails":5}' }),
        /document of resources: it does not fit/,
      ],
      [
        'a document of many levels',
        () => withRow('resources', { document: `{"schemas":[],"x":${'['.repeat(1e5)}${']'.repeat(1e5)}}` }),
        /document of resources: it (?:has too many levels|does not fit)/,
      ],
      [
        'a member that is not there',
        () => withRow('memberships', { member_id: newId() }),
        /has the member .*, which is no/,
      ],
      [
        'a user for a group',
        () => withRow('memberships', { group_id: String((lines[lineOf('resources')]?.['row'] as JsonObject)['id']) }),
        /which is no group here/,
      ],
      [
        'resources out of order',
        () => withRow('resources', { id: '00000000-0000-7000-8000-000000000000' }, 1),
        /not behind the one before/,
      ],
      [
        'a schema that is none',
        () => withRow('tenant_schemas', { active: '{"id":5}' }),
        /^Line 2 has a schema that cannot be/,
      ],
      ['a schema under another URN', () => withRow('tenant_schemas', { urn: 'urn:x' }), /another URN than its row/],
      ['two resources with one unique value', () => withSameBadge(), /^Lines 3 to \d+: Two rows have the same key/],
      [
        'a table that is not known',
        () => withHeader({ tables: [{ table: 'tokens', columns: [], rows: 0 }] }),
        /^Line 1 .*does not know.*upgrade/,
      ],
      ['a later format', () => withHeader({ formatVersion: 2 }), /^Line 1 has the format version 2/],
      ['another number of users', () => withHeader({ users: 9 }), /^Line 1 has another number of users/],
      [
        'rows missing',
        () => lines.filter((line) => line['table'] !== 'sync_holds'),
        /comes after 0 rows of sync_holds, of which the header has 1/,
      ],
      [
        'rows in another order',
        () => [lines[0] ?? {}, ...lines.slice(1).reverse()],
        /behind the rows of a later table/,
      ],
      ['a line that is no object', () => [...lines, '[]'], /^Line \d+ is no JSON object/],
      [
        'a line that is no UTF-8',
        () => [...lines, '{"x":"\uFFFD"}'.replace('\uFFFD', '\\xff"')],
        /^Line \d+ is no JSON object/,
      ],
      [
        'a tenant with another id',
        () => withHeader({ tenant: { ...(lines[0]?.['tenant'] as JsonObject), id: 'x' } }),
        /^Line 1 has a wrong id of tenants/,
      ],
    ];

    function withSameBadge(): JsonObject[] {
      const [one, two] = [lineOf('resources'), lineOf('resources', 1)];
      const badge = /"badge":"[^"]*"/u;
      const documentOf = (line: number): string => String((lines[line]?.['row'] as JsonObject)['document']);
      return withRow(
        'resources',
        { document: documentOf(two).replace(badge, badge.exec(documentOf(one))?.[0] ?? '') },
        1,
      );
    }

    it.each(CASES)('refuses %s', async (_what, alter, message) => {
      await writeLines(file(), alter());
      await expect(importFrom(to.storage, file())).rejects.toThrow(message);
      expect(await nothingOf(to, id)).toBe(true);
    });

    it('refuses a file that was cut, changed or goes on behind its end, and a line that is too long', async () => {
      await writeLines(file(), lines);
      const whole = await readFile(file(), 'utf8');
      await truncate(file(), Buffer.byteLength(whole) - 1);
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ breaks off: the file was cut/);
      await writeFile(file(), whole.slice(0, whole.lastIndexOf('{"end"')));
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ is missing: the file was cut/);
      await writeFile(file(), whole.replace('Tenant ', 'Tenent '));
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ has another checksum/);
      await writeFile(file(), `${whole}{}\n`);
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ stands behind the end/);
      await writeFile(file(), '');
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line 1 is missing/);
      await writeFile(file(), 'x'.repeat(17_000_000));
      await expect(importFrom(to.storage, file())).rejects.toThrow('Line 1 is longer than 16777216 bytes');
      expect(await nothingOf(to, id)).toBe(true);
    });
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

/** The rows of a table, alike for both databases. */
async function comparable({ database }: OpenDatabase, table: string, tenantId: string): Promise<readonly string[]> {
  const rows = await database.lookup((session) =>
    selectRows<JsonObject>(session, `select * from ${table} where tenant_id = ?`, [tenantId]),
  );
  return rows.map((row) => canonicalText(mapMembers(row, (value, name) => alike(name, value)))).sort();
}

/** PostgreSQL's driver reads jsonb and booleans, and gives a bigint as text. */
function alike(name: string, value: JsonValue): JsonValue {
  if (name === 'search') return typeof value === 'string' ? (JSON.parse(value) as JsonValue) : value;
  return typeof value === 'boolean' ? String(Number(value)) : JSON.stringify(value).replaceAll('"', '');
}
