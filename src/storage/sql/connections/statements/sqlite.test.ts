import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type OpenDatabase } from '../../../testing/seed.fixture.js';
import { sqliteStorage } from '../../../testing/storage.fixture.js';
import { planOf } from '../../query/plan-of-statement.js';
import { selectRows } from '../database.js';

describe('a statement that SQLite keeps prepared', () => {
  let test: OpenDatabase;
  beforeAll(async () => {
    test = await openTestDatabase(sqliteStorage);
  });
  afterAll(() => test.close());

  const look = <Row extends object>(sql: string, bindings: readonly string[] = []): Promise<readonly Row[]> =>
    test.database.lookup((session) => selectRows<Row>(session, sql, bindings));

  it('has the values that are bound each time, also by several at the same time', async () => {
    const texts = ['a', 'b', 'c', 'a'];
    const rows = await test.database.lookup((session) =>
      Promise.all(texts.map((text) => selectRows<{ text: string }>(session, 'select ? as text', [text]))),
    );
    expect(rows.flat().map(({ text }) => text)).toEqual(texts);
    expect(await look('select ? as text', ['d'])).toEqual([{ text: 'd' }]);
  });

  it('fails each time it cannot be prepared, with its text in front and without values', async () => {
    for (const value of ['geheim', 'secret']) {
      const error = await look('select none from nowhere where none = ?', [value]).catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'SQLITE_ERROR' });
      expect(String(error)).toContain('select none from nowhere where none = ? - SQLITE_ERROR: no such table');
      expect(String(error)).not.toContain(value);
    }
  });

  it('works again when it has failed', async () => {
    const sql = 'select json(?) as text';
    await expect(look(sql, ['{'])).rejects.toThrow('malformed JSON');
    expect(await look(sql, ['{}'])).toEqual([{ text: '{}' }]);
  });

  it('knows of columns that were added meanwhile', async () => {
    const sql = 'select * from added';
    await test.database.unit((session) => selectRows(session, 'create table added (one text)', []));
    await test.database.unit((session) => selectRows(session, "insert into added values ('1')", []));
    expect(await look(sql)).toEqual([{ one: '1' }]);
    await test.database.unit((session) => selectRows(session, 'alter table added add column two text', []));
    expect(await look(sql)).toEqual([{ one: '1', two: null }]);
  });

  it('sees what has been written since, although others were explained on its connection', async () => {
    const sql = 'select count(*) as count from (select name from tenants union all select id from tokens) c';
    await test.database.lookup((session) => planOf(session, sql, []));
    await test.database.unit((session) =>
      selectRows(
        session,
        "insert into tenants (id, name, enabled, settings, created, last_modified) values ('n', 'n', true, '{}', '', '')",
        [],
      ),
    );
    expect(await look(sql)).toEqual([{ count: 2 }]);
  });

  it('gives way where more are used than are kept, and runs with long values and long texts', async () => {
    for (let number = 0; number < 250; number += 1) await look(`select ${number} as number`);
    const long = 'x'.repeat(100_000);
    expect(await look(`select length(?) as length`, [long])).toEqual([{ length: 100_000 }]);
    expect(await look(`select length('${long}') as length`)).toEqual([{ length: 100_000 }]);
    expect(await look(`select 0 as number`)).toEqual([{ number: 0 }]);
  });
});
