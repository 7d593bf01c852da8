import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parseFilter } from '../../protocol/filter/parse-filter.js';
import { USER } from '../../protocol/schemas/resource-types.js';
import { newUser, userContent } from '../testing/resources.fixture.js';
import { openTestDatabase, type OpenDatabase } from '../testing/seed.fixture.js';
import { storageKinds } from '../testing/storage.fixture.js';
import { selectRows } from './connections/database.js';
import { migrateUp } from './migrations.js';

const MIGRATION = '20261128000162_search_forms';

/** As an earlier version folded J̌: without composing what lower-casing makes of it. */
const OLD_FOLD = 'j\u030c';

describe.each(storageKinds)('the search forms of a database of an earlier version on $name', (kind) => {
  let test: OpenDatabase;

  const write = (sql: string, bindings: readonly string[]): Promise<unknown> =>
    test.database.unit((session) => selectRows(session, sql, bindings));

  /** Stages a user as the earlier version did. */
  async function stageOld(id: string, userName: string, folded: string): Promise<void> {
    await test.storage.write('t', (directory) => directory.insert(newUser(id)));
    const { document } = userContent(userName, { title: '', emails: [{ value: userName }, { value: '' }] });
    const search = JSON.stringify({ userName: folded, emails: [{ value: folded }] });
    const columns = 'document = ?, user_name = ?, search = ?';
    await write(`update resources set ${columns} where id = ?`, [document, folded, search, id]);
    await write('delete from attribute_values where resource_id = ?', [id]);
    await write(
      "insert into attribute_values (tenant_id, type, attribute, value, resource_id) values ('t', 'User', 'emails.value', ?, ?)",
      [folded, id],
    );
  }

  const found = async (filter: string): Promise<readonly string[]> => {
    const query = { type: 'User' as const, filter: parseFilter(filter, USER), offset: 0, limit: 200 };
    return (await test.storage.directory('t').list(query)).resources.map(({ id }) => id);
  };

  beforeAll(async () => {
    test = await openTestDatabase(kind);
    await stageOld('u-1', 'J\u030cane', `${OLD_FOLD}ane`);
    // Two that were different and are one by today's rules: the second stays as it was.
    await stageOld('u-2', '\u01f0o', '\u01f0o');
    await stageOld('u-3', 'J\u030co', `${OLD_FOLD}o`);
    for (let index = 0; index < 120; index += 1) {
      await test.storage.write('t', (directory) => directory.insert(newUser(`é${index}`, {}, `v-${1000 + index}`)));
    }
    await write('delete from knex_migrations where name = ?', [MIGRATION]);
    await test.database.migrate(migrateUp);
  });
  afterAll(() => test.close());

  it('find a name however it is typed', async () => {
    expect(await found('userName eq "\u01f0ane"')).toEqual(['u-1']);
    expect(await found('emails.value eq "J\u030cANE"')).toEqual(['u-1']);
    expect(await found('emails[value sw "\u01f0a"]')).toEqual(['u-1']);
  });

  it('find empty strings', async () => {
    expect(await found('title eq "" and userName sw "\u01f0"')).toEqual(['u-1', 'u-2']);
    expect(await found('emails.value eq ""')).toEqual(['u-1', 'u-2']);
  });

  it('stay as they were where another user has the name by now', async () => {
    expect(await found('userName eq "\u01f0o"')).toEqual(['u-2']);
    const rows = await test.database.lookup((session) =>
      selectRows<{ user_name: string }>(session, "select user_name from resources where id = 'u-3'", []),
    );
    expect(rows).toEqual([{ user_name: `${OLD_FOLD}o` }]);
  });

  it('change no version, and nothing about others', async () => {
    const { total, resources } = await test.storage.directory('t').list({ type: 'User', offset: 0, limit: 200 });
    expect(total).toBe(123);
    expect(resources.every(({ version }) => version === 1)).toBe(true);
    expect(await found('userName eq "É119"')).toEqual(['v-1119']);
  });
});
