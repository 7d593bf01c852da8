import { readFile, truncate, writeFile } from 'node:fs/promises';
import { v7 as newId } from 'uuid';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../protocol/json.js';
import { company, nothingOf } from './company.fixture.js';
import { exportTo, importFrom, linesOf, openMove, writeLines, closeMove, type Move } from './move.fixture.js';

let folder: Move['folder'];
let from: Move['from'];
let to: Move['to'];

beforeAll(async () => {
  ({ folder, from, to } = await openMove());
});
afterAll(() => closeMove({ folder, from, to }));

describe('an import', () => {
  it('is found by nobody before its last row is there, and erased where that never comes', async () => {
    const id = await company(from);
    const file = folder.path('half');
    await exportTo(from.storage, id, file);
    const [{ tenant = null } = {}] = await linesOf(file);
    const begun = await to.storage.moves.begin(tenant as Record<string, string>, 'interrupted');
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
    const begun = await moves.begin(tenant, 'interrupted');
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
        /does not come after the id of the one before/,
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
      ['rows in another order', () => [lines[0] ?? {}, ...lines.slice(1).reverse()], /after rows of a later table/],
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
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ ends too early: the file was cut/);
      await writeFile(file(), whole.slice(0, whole.lastIndexOf('{"end"')));
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ is missing: the file was cut/);
      await writeFile(file(), whole.replace('Tenant ', 'Tenent '));
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ has another checksum/);
      await writeFile(file(), `${whole}{}\n`);
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line \d+ comes after the end/);
      await writeFile(file(), '');
      await expect(importFrom(to.storage, file())).rejects.toThrow(/^Line 1 is missing/);
      await writeFile(file(), 'x'.repeat(17_000_000));
      await expect(importFrom(to.storage, file())).rejects.toThrow('Line 1 is longer than 16777216 bytes');
      expect(await nothingOf(to, id)).toBe(true);
    });
  });
});
