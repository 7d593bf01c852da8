import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { GROUP, USER } from '../../../protocol/schemas/resource-types.js';
import { connect, rowsOf, type TestConnection } from '../../testing/staged-directory.fixture.js';
import { addTenant, storageKinds, type TestStorage } from '../../testing/storage.fixture.js';
import { filterToSql } from './filter-to-sql.js';
import { judge, planOf } from './plan-of-statement.js';

const TENANT = 't-1';
const TYPES = { User: USER, Group: GROUP };

/** Filters with the column by which an index of `resources` has to find the matches. */
const INDEXED = [
  ['User', 'userName eq "user 5"', 'user_name'],
  ['User', 'externalId eq "e-5"', 'external_id'],
  ['User', 'id eq "u-5"', 'id'],
  ['User', 'displayName eq "user 5"', 'display_name'],
  ['User', 'emails eq "u5@example.org"', 'id'],
  ['User', 'emails.value eq "u5@example.org"', 'id'],
  ['User', 'emails[type eq "work"].value eq "u5@example.org"', 'id'],
  ['User', 'emails[value eq "u5@example.org" and not (type eq "home")]', 'id'],
  ['User', 'manager eq "u-6"', 'id'],
  ['User', 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value eq "u-6"', 'id'],
  ['User', 'groups.value eq "g-5"', 'id'],
  ['User', 'groups.display eq "group 5"', 'id'],
  ['User', 'active eq true and (title pr or title eq null) and userName eq "user 5"', 'user_name'],
  ['User', 'id eq "u-5" and manager eq "u-6"', 'id'],
  ['Group', 'displayName eq "group 5"', 'display_name'],
  ['Group', 'externalId eq "e-g-5"', 'external_id'],
  ['Group', 'id eq "g-5" and members eq "u-5"', 'id'],
  ['Group', 'members eq "u-5"', 'id'],
  ['Group', 'members[value eq "u-5" and type eq "User"]', 'id'],
] as const;

/** Filters that an index answers, and whose matches are found by reading all members of a group. */
const MANY_MEMBERS: ReadonlySet<string> = new Set(['groups.value eq "g-5"', 'groups.display eq "group 5"']);

const NOT_INDEXED = [
  ['User', 'userName ne "user 5"'],
  ['User', 'not (userName eq "user 5")'],
  ['User', 'userName eq "user 5" or title eq "a"'],
  ['User', 'title eq "a"'],
  ['User', 'emails[not (value eq "u5@example.org")]'],
  ['User', 'userName sw "user"'],
  ['User', 'userName eq "user 5" or title co "x"'],
  ['User', 'groups[type eq "direct"]'],
  ['Group', 'members.display eq "user 5"'],
  ['Group', 'members.value eq "u-5" and members.display co "5"'],
  ['Group', 'displayName eq "group 5" and members[display sw "user"]'],
] as const;

describe.each(storageKinds)('the plan of a filter on $name', (kind) => {
  let storage: TestStorage;
  let connection: TestConnection;

  beforeAll(async () => {
    storage = await kind.open();
    await addTenant(storage.storage, TENANT);
    connection = connect(storage.databaseUrl);
    for (const statement of fill(connection)) await connection.knex.raw(statement);
  });

  afterAll(async () => {
    await connection.knex.destroy();
    await storage.close();
  });

  it.each(INDEXED)('of a %s finds %s by an index on %s', async (type, filter, column) => {
    const { sql, bindings } = toSql(connection, type, filter);
    const rows = await rowsOf(connection, `${explain(connection)} ${sql}`, bindings);
    const plan = rows.flatMap((row) => Object.values(row).filter((value) => typeof value === 'string')).join('\n');
    expect(judge(connection.dialect, plan.split('\n')).lasting).toBe(!MANY_MEMBERS.has(filter));
    expect(plan).not.toMatch(/SCAN r\b|Seq Scan on resources|SCAN [mvg]\b|Seq Scan on (memberships|attribute_values)/);
    expect(plan).toMatch(STEPS[column][connection.dialect]);
  });

  it.each(INDEXED)('of a %s: %s finds exactly one resource', async (type, filter) => {
    const { sql, bindings } = toSql(connection, type, filter);
    await expect(rowsOf(connection, sql, bindings)).resolves.toEqual([{ id: type === 'User' ? 'u-5' : 'g-5' }]);
  });

  it.each(NOT_INDEXED)('of a %s says that %s is no lookup', async (type, filter) => {
    const { sql, bindings } = toSql(connection, type, filter);
    const plan = await planOf(connection, sql, bindings);
    expect(judge(connection.dialect, plan).lasting, plan.join('\n')).toBe(false);
  });
});

/** As a page of a list is read. */
function toSql(
  { dialect }: TestConnection,
  type: 'User' | 'Group',
  filter: string,
): { sql: string; bindings: readonly (string | number | boolean)[] } {
  const { sql, bindings } = filterToSql(parseFilter(filter, TYPES[type]), { dialect, type, tenantId: TENANT });
  const query = `select r.id from resources r where r.tenant_id = ? and r.type = ? and (${sql}) order by r.id limit 101`;
  return { sql: query, bindings: [TENANT, type, ...bindings] };
}

const explain = ({ dialect }: TestConnection): string => (dialect === 'sqlite' ? 'explain query plan' : 'explain');

/** What the plans say when `r` is searched by a column. */
const STEPS = {
  id: { sqlite: /SEARCH r USING [^(]*\(tenant_id=\? AND (?:type=\? AND )?id=\?\)/, postgres: /Index Cond: .*\bid = / },
  user_name: { sqlite: /SEARCH r USING [^(]*\(.* AND user_name=\?\)/, postgres: /Index Cond: .*user_name = / },
  display_name: { sqlite: /SEARCH r USING [^(]*\(.* AND display_name=\?\)/, postgres: /Index Cond: .*display_name = / },
  external_id: { sqlite: /SEARCH r USING [^(]*\(.* AND external_id=\?\)/, postgres: /Index Cond: .*external_id = / },
};

/** 20,000 users, each with an email address, a manager and a group of its own, and what the planner knows of them. */
function fill({ dialect }: TestConnection): readonly string[] {
  const numbers =
    dialect === 'sqlite'
      ? 'with recursive n (i) as (select 0 union all select i + 1 from n where i < 19999)'
      : 'with n (i) as (select generate_series(0, 19999))';
  const time = `'2026-01-01T00:00:00.000Z'`;
  const json = dialect === 'sqlite' ? '' : '::jsonb';
  const email = `'u' || i || '@example.org'`;
  const search = `('{"active":true,"emails":[{"value":"' || ${email} || '","type":"work"}]}')${json}`;
  const resources = `insert into resources
    (tenant_id, id, type, version, created, last_modified, user_name, display_name, external_id, document, search) ${numbers}`;
  const values = `insert into attribute_values (tenant_id, type, attribute, value, resource_id) ${numbers}`;
  const manager = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager.value';
  return [
    `${resources} select '${TENANT}', 'u-' || i, 'User', 1, ${time}, ${time}, 'user ' || i, 'user ' || i, 'e-' || i, '{}', ${search} from n`,
    `${resources} select '${TENANT}', 'g-' || i, 'Group', 1, ${time}, ${time}, null, 'group ' || i, 'e-g-' || i, '{}', '{}'${json} from n`,
    `insert into memberships (tenant_id, group_id, member_id, member_type) ${numbers} select '${TENANT}', 'g-' || i, 'u-' || i, 'User' from n`,
    `${values} select '${TENANT}', 'User', 'emails.value', ${email}, 'u-' || i from n`,
    `${values} select '${TENANT}', 'User', '${manager}', 'u-' || (i + 1), 'u-' || i from n`,
    ...(dialect === 'sqlite' ? [] : ['analyze']),
  ];
}
