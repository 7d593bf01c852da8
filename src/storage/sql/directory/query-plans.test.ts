import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ListQuery, SortPosition } from '../../../model/list.js';
import { limitPageSizes } from '../../page-size.js';
import { findAttribute, findSubAttribute } from '../../../protocol/attribute-lookup.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { AttributeReference } from '../../../protocol/filter/tree.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import type { DirectoryReader } from '../../storage.js';
import { CHANGED, userContent } from '../../testing/resources.fixture.js';
import {
  analyze,
  explain,
  noteReads,
  openTestDatabase,
  seed,
  seededId,
  seedMembers,
  type OpenDatabase,
  type Statement,
} from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { selectRows } from '../connections/database.js';
import type { Dialect } from '../connections/driver.js';

// What is measured is what a server does.
limitPageSizes(Infinity);

const COUNT = 20_000;

/** The indexes of the tables that requests read, but for those of their primary keys. */
const INDEXES: Readonly<Record<Dialect, string>> = {
  sqlite: `select name from sqlite_master where type = 'index' and sql is not null
    and tbl_name in ('resources', 'memberships', 'attribute_values')`,
  postgres: `select indexname as name from pg_indexes where schemaname = 'public' and indexname not like '%_pkey'
    and tablename in ('resources', 'memberships', 'attribute_values')`,
};

function reference(path: string): AttributeReference {
  const [name = '', subName = ''] = path.split('.');
  const found = findAttribute(USER, name);
  if (!found) throw new Error(`No attribute ${path}`);
  const subAttribute = findSubAttribute(found.attribute, subName);
  return { ...found, ...(subAttribute ? { subAttribute } : {}) };
}

describe.each(storageKinds)('an index answers on $name', (kind) => {
  let test: OpenDatabase;
  let reader: DirectoryReader;
  let noted: Statement[];

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await seed(test.database, 'User', COUNT);
    await seed(test.database, 'Group', 1000);
    for (const group of [1, 2, 3]) await seedMembers(test.database, seededId('g', group), 5000);
    await analyze(test.database);
    reader = test.storage.directory('t');
    noted = noteReads(test.database);
  }, 120_000);
  afterAll(() => test.close());

  /** What the plans of the statements that a read makes say. */
  async function plansOf(read: (directory: DirectoryReader) => Promise<unknown>): Promise<readonly string[]> {
    noted.length = 0;
    await read(reader);
    const statements = [...noted];
    expect(statements.length).toBeGreaterThan(0);
    return (await Promise.all(statements.map((statement) => explain(test.database, statement)))).flat();
  }

  /** An index is used, and none of the tables is read as a whole. */
  function expectIndexed(plan: readonly string[], tables = ['resources', 'memberships', 'attribute_values']): void {
    const scans = ['r', 'w', 'm', 'v', ...tables].map((name) => `SCAN ${name} `);
    const whole = [...scans, ...tables.map((table) => `Seq Scan on ${table} `)];
    const lines = plan.map((line) => `${line} `);
    expect(lines.filter((line) => line.includes('USING') || line.includes('Index'))).not.toEqual([]);
    expect(lines.filter((line) => whole.some((scan) => line.includes(scan)))).toEqual([]);
  }

  /** Nothing is sorted but the page itself, which SQLite does behind the join with the keys. What is in order is merged. */
  function expectInOrder(plan: readonly string[]): void {
    const keys = plan.includes('SCAN k') ? plan.slice(0, plan.indexOf('SCAN k')) : plan;
    const sorting = (line: string): boolean =>
      line.includes('TEMP B-TREE') || /(?:-> {2}|^)(?:Incremental )?Sort /.test(line);
    expect(keys.filter(sorting)).toEqual([]);
  }

  const equalities: readonly [string, 'User' | 'Group'][] = [
    [`userName eq "${seededId('u', 77).toUpperCase()}"`, 'User'],
    [`externalId eq "${seededId('u', 78)}"`, 'User'],
    [`id eq "${seededId('u', 79)}"`, 'User'],
    [`displayName eq "${seededId('u', 80)}"`, 'User'],
    [`emails.value eq "${seededId('u', 81)}"`, 'User'],
    [`emails[value eq "${seededId('u', 82)}"]`, 'User'],
    [`displayName eq "${seededId('g', 83)}"`, 'Group'],
    [`externalId eq "${seededId('g', 84)}"`, 'Group'],
    [`id eq "${seededId('g', 2)}" and members.value eq "${seededId('u', 84)}"`, 'Group'],
  ];

  it.each(equalities)('%s', async (text, type) => {
    const filter = parseFilter(text, type === 'User' ? USER : GROUP);
    expectIndexed(await plansOf((directory) => directory.list({ type, filter, offset: 0, limit: 100 })));
  });

  const orders = ['id', 'userName', 'externalId', 'displayName', 'meta.created', 'meta.lastModified'].flatMap(
    (path) => [
      { path, descending: false },
      { path, descending: true },
    ],
  );
  const positions: readonly [string, Partial<ListQuery>, SortPosition | undefined][] = [
    ['the first page', { offset: 0 }, undefined],
    ['a page by offset', { offset: 100 }, undefined],
    ['a page by position', {}, { key: seededId('u', 9000), id: seededId('u', 9000) }],
    ['a page by a position without a value', {}, { key: null, id: seededId('u', 9001) }],
  ];

  describe.each(orders)('by $path, descending: $descending', ({ path, descending }) => {
    it.each(positions)('%s', async (_name, page, after) => {
      const sort = { by: reference(path), descending };
      const query = { type: 'User' as const, sort, offset: 0, limit: 50, ...page, ...(after ? { after } : {}) };
      const plan = await plansOf((directory) => directory.list(query));
      expectIndexed(plan);
      expectInOrder(plan);
    });
  });

  describe.each(orders)('of users and groups, by $path, descending: $descending', ({ path, descending }) => {
    it.each(positions)('%s', async (_name, page, after) => {
      const sort = { by: reference(path), descending };
      const both = { type: 'User' as const, others: [{ type: 'Group' as const }] };
      const query = { ...both, sort, offset: 0, limit: 50, ...page, ...(after ? { after } : {}) };
      const plan = await plansOf((directory) => directory.list(query));
      expectIndexed(plan);
      expectInOrder(plan);
    });
  });

  it('looks up each of several types by its own index', async () => {
    const user = { type: 'User' as const, filter: parseFilter(`emails.value eq "${seededId('u', 81)}"`, USER) };
    const others = [{ type: 'Group' as const, filter: parseFilter(`displayName eq "${seededId('g', 83)}"`, GROUP) }];
    expectIndexed(await plansOf((directory) => directory.list({ ...user, others, offset: 0, limit: 100 })));
  });

  /** Whether the plan's line is a search in an index for what is behind a position. */
  const seeks = (line: string): boolean =>
    line.includes('SEARCH r') ? /[<>](?:\(\?,\?\)|\?)\)/.test(line) : /Index Cond: .*\bid\)? [<>] /.test(line);

  it.each(orders)('finds a page by position in the index, by $path, descending: $descending', async (order) => {
    const sort = { by: reference(order.path), descending: order.descending };
    const after = { key: seededId('u', 9000), id: seededId('u', 9000) };
    for (const others of [[], [{ type: 'Group' as const }]]) {
      const plan = await plansOf((directory) =>
        directory.list({ type: 'User', others, sort, offset: 0, limit: 50, after }),
      );
      expect(plan.filter(seeks).length, plan.join('\n')).toBe(1 + others.length);
    }
  });

  const lookUps: readonly [string, (directory: DirectoryReader) => Promise<unknown>][] = [
    ['a resource', (directory) => directory.find('User', seededId('u', 5))],
    ['members', (directory) => directory.members(seededId('g', 1), seededId('u', 100), 50)],
    ['displayNames', (directory) => directory.displayNames([seededId('u', 5), seededId('u', 6)])],
  ];

  it.each(lookUps)('for %s', async (_name, read) => {
    expectIndexed(await plansOf(read));
  });

  /** Lists users in the order of an attribute. */
  const sorted = (path: string) => (directory: DirectoryReader) =>
    directory.list({ type: 'User', sort: { by: reference(path), descending: false }, offset: 0, limit: 50 });
  const found = (text: string) => (directory: DirectoryReader) =>
    directory.list({ type: 'User', filter: parseFilter(text, USER), offset: 0, limit: 50 });

  /** What each index is kept for: a read that uses it, or values that no two resources may share. */
  const kept: Readonly<Record<string, ((directory: DirectoryReader) => Promise<unknown>) | 'unique'>> = {
    users_user_name: 'unique',
    groups_display_name: 'unique',
    attribute_values_unique: 'unique',
    resources_by_id: (directory) => directory.list({ type: 'User', offset: 0, limit: 50 }),
    resources_by_user_name: sorted('userName'),
    resources_by_display_name: sorted('displayName'),
    resources_by_external_id: found(`externalId eq "${seededId('u', 78)}"`),
    resources_by_created: sorted('meta.created'),
    resources_by_last_modified: sorted('meta.lastModified'),
    memberships_by_member: (directory) => directory.groupsOf([seededId('u', 5)]),
    resources_probes: () => test.storage.probes(CHANGED, undefined, 50),
    attribute_values_by_resource: (directory) =>
      test.storage.write('t', async (writer) => {
        noted.length = 0;
        await writer.findForUpdate('User', seededId('u', 5));
        await writer.restate('User', seededId('u', 5), CHANGED, userContent(seededId('u', 5)));
        await directory.find('User', seededId('u', 5));
      }),
  };

  it('that is kept for it, and there is no other index', async () => {
    const indexes = await test.database.lookup((session) =>
      selectRows<{ name: string }>(session, INDEXES[session.dialect], []),
    );
    expect(indexes.map(({ name }) => name).sort()).toEqual(Object.keys(kept).sort());
    for (const [name, use] of Object.entries(kept)) {
      if (use !== 'unique') expect((await plansOf(use)).join('\n')).toContain(`${name} `);
    }
  });

  it('for the groups of users', async () => {
    const plan = await plansOf((directory) => directory.groupsOf([seededId('u', 5), seededId('u', 6)]));
    expectIndexed(plan);
  });

  it('for a secret token', async () => {
    noted.length = 0;
    await test.storage.tenants.findByHash('hash');
    const [statement] = noted;
    expect(noted).toHaveLength(1);
    expect(statement?.sql).toMatch(/ k\.hash = /);
  });
});
