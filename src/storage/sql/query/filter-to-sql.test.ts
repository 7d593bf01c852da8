import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseAttributePath } from '../../../protocol/attribute-path.js';
import { matchesFilter } from '../../../protocol/filter/evaluate-filter.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import type { FilterNode } from '../../../protocol/filter/tree.js';
import { isJsonArray, isJsonObject, type JsonValue } from '../../../protocol/json.js';
import { GROUP } from '../../../protocol/schemas/resource-types.js';
import { completeForm, connect, rowsOf, stage, type TestConnection } from '../../testing/staged-directory.fixture.js';
import { storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { conditionText, filterText } from './filter-texts.fixture.js';
import { filterToSql, memberFilterToSql, type FilterSql } from './filter-to-sql.js';
import { BASE_URL, directory, TEST_USER, type StagedResource } from './filter-to-sql.fixture.js';

const TYPES = { User: TEST_USER, Group: GROUP };
const MEMBERS = GROUP.schema.attributes.find(({ name }) => name === 'members')?.subAttributes ?? [];

describe.each(storageKinds)('a filter as SQL on $name', (kind) => {
  let storage: TestStorage;
  let connection: TestConnection;

  beforeAll(async () => {
    storage = await kind.open();
    connection = connect(storage.databaseUrl);
  });

  afterAll(async () => {
    await connection.knex.destroy();
    await storage.close();
  });

  it('matches the resources that the interpreter in memory matches', async () => {
    const asked = fc.record({ User: listOf(filterText(TEST_USER), 20), Group: listOf(filterText(GROUP), 10) });
    await fc.assert(
      fc.asyncProperty(directory, asked, async (staged, filters) => {
        const tenantId = randomUUID();
        await stage(connection, tenantId, staged);
        for (const type of ['User', 'Group'] as const) {
          for (const filter of filters[type]) {
            const found = await matchesInDatabase(connection, tenantId, type, filter);
            expect(found, filter).toEqual(matchesInMemory(staged, type, filter));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  it('chooses the members that the interpreter in memory chooses', async () => {
    await fc.assert(
      fc.asyncProperty(directory, listOf(conditionText(MEMBERS), 10), async (staged, conditions) => {
        const tenantId = randomUUID();
        await stage(connection, tenantId, staged);
        for (const condition of conditions) {
          const found = await membersInDatabase(connection, tenantId, condition);
          expect(found, condition).toEqual(membersInMemory(staged, condition));
        }
      }),
      { numRuns: 40 },
    );
  });

  it("matches no other tenant's resources through memberships, managers and matching values", async () => {
    const [here, there] = [randomUUID(), randomUUID()];
    const user = (id: string): StagedResource => ({
      ...STAGED,
      id,
      type: 'User',
      resource: { userName: id, displayName: 'Ann' },
    });
    await stage(connection, here, [
      user('u-1'),
      { ...STAGED, id: 'g-1', type: 'Group', resource: { displayName: 'Sales' } },
    ]);
    await stage(connection, there, [
      { ...user('u-1'), resource: { userName: 'u-1', emails: [{ value: 'ann@example.org' }] } },
      { ...STAGED, id: 'g-1', type: 'Group', resource: { displayName: 'Sales' }, members: ['u-1'] },
    ]);
    for (const filter of ['groups pr', 'groups eq "g-1"', 'groups.type eq "direct"', 'emails eq "ann@example.org"']) {
      expect(await matchesInDatabase(connection, here, 'User', filter), filter).toEqual([]);
      expect(await matchesInDatabase(connection, there, 'User', filter), filter).toEqual(['u-1']);
    }
    for (const filter of ['members pr', 'members eq "u-1"', 'members[type eq "User"]']) {
      expect(await matchesInDatabase(connection, here, 'Group', filter), filter).toEqual([]);
      expect(await matchesInDatabase(connection, there, 'Group', filter), filter).toEqual(['g-1']);
    }
  });

  it.each([
    ['as deep as the limit', `${'not ('.repeat(40)}userName pr${')'.repeat(40)}`],
    ['as long as the limit', Array.from({ length: 200 }, (_, index) => `emails.value ne "${index}"`).join(' and ')],
    ['of value paths only', Array.from({ length: 100 }, () => 'emails[type pr or value pr]').join(' or ')],
  ])('runs a filter %s', async (_, filter) => {
    await expect(matchesInDatabase(connection, randomUUID(), 'User', filter)).resolves.toEqual([]);
  });
});

describe('the SQL of a filter', () => {
  const toSql = (filter: string): FilterSql =>
    filterToSql(parseFilter(filter, TEST_USER), { dialect: 'postgres', type: 'User', tenantId: 't-1' });

  it.each(['title gt "a"', 'name.familyName le "a"', 'emails.value lt "a"', 'emails[type ge "a"]', 'schemas gt "a"'])(
    'orders text by its bytes, whatever the collation of the database: %s',
    (filter) => {
      expect(toSql(filter).sql).toContain('collate "C"');
    },
  );

  it.each([
    'title eq "MARK\'"',
    'id eq "MARK\'"',
    'emails[type eq "MARK\'"].value sw "MARK\'"',
    'groups.display co "MARK\'"',
  ])('never holds a value, but binds it: %s', (filter) => {
    expect(toSql(filter).sql.toLowerCase()).not.toContain('mark');
    expect(JSON.stringify(toSql(filter).bindings).toLowerCase()).toContain('mark');
  });
});

const STAGED = {
  version: 1,
  created: '2026-01-01T00:00:00.000Z',
  lastModified: '2026-01-01T00:00:00.000Z',
  members: [],
};

function listOf(arbitrary: fc.Arbitrary<string>, length: number): fc.Arbitrary<readonly string[]> {
  return fc.array(arbitrary, { minLength: length, maxLength: length });
}

function matchesInMemory(staged: readonly StagedResource[], type: 'User' | 'Group', filter: string): readonly string[] {
  const node = parseFilter(filter, TYPES[type]);
  const resources = staged.filter((resource) => resource.type === type);
  return resources.filter((resource) => matchesFilter(node, completeForm(resource, staged))).map(({ id }) => id);
}

async function matchesInDatabase(
  connection: TestConnection,
  tenantId: string,
  type: 'User' | 'Group',
  filter: string,
): Promise<readonly JsonValue[]> {
  const origin = { dialect: connection.dialect, type, tenantId, baseUrl: BASE_URL };
  const condition = filterToSql(parseFilter(filter, TYPES[type]), origin);
  const rows = 'from resources r where r.tenant_id = ? and r.type = ? order by r.id';
  return chosen(connection, 'r.id', condition, rows, [tenantId, type]);
}

function membersInMemory(staged: readonly StagedResource[], condition: string): readonly JsonValue[] {
  const node = conditionOf(condition);
  return staged.flatMap((group) => {
    const members = completeForm(group, staged)['members'] ?? [];
    const matching = isJsonArray(members)
      ? members.filter(isJsonObject).filter((member) => matchesFilter(node, member))
      : [];
    return matching.map(({ value }) => `${group.id} ${typeof value === 'string' ? value : ''}`).sort();
  });
}

async function membersInDatabase(
  connection: TestConnection,
  tenantId: string,
  condition: string,
): Promise<readonly JsonValue[]> {
  const origin = { tenantId, baseUrl: BASE_URL };
  const found = memberFilterToSql(conditionOf(condition), connection.dialect, origin, 'm');
  const rows = 'from memberships m where m.tenant_id = ? order by m.group_id, m.member_id';
  return chosen(connection, "m.group_id || ' ' || m.member_id", found, rows, [tenantId]);
}

function conditionOf(text: string): FilterNode {
  const path = parseAttributePath(`members[${text}]`, GROUP);
  if (path.kind !== 'attribute' || !path.condition) throw new Error('a path with a condition is expected');
  return path.condition;
}

/** The keys of the rows for which a condition is true; it has to be true or false for every row. */
async function chosen(
  connection: TestConnection,
  key: string,
  { sql, bindings }: FilterSql,
  rows: string,
  keys: readonly string[],
): Promise<readonly JsonValue[]> {
  const query = `select ${key} as found, case when (${sql}) then 1 when not (${sql}) then 0 end as matches ${rows}`;
  const answers = await rowsOf(connection, query, [...bindings, ...bindings, ...keys]);
  expect(answers.filter(({ matches }) => matches === null)).toEqual([]);
  return answers.flatMap(({ found, matches }) => (matches === 1 && found !== undefined ? [found] : []));
}
