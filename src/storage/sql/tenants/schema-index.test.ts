import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { matchingAttributes } from '../../../protocol/attribute-lookup.js';
import { parseFilter } from '../../../protocol/filter/parse-filter.js';
import { CREATED } from '../../testing/resources.fixture.js';
import { analyze, noteReads, openTestDatabase, type OpenDatabase, type Statement } from '../../testing/seed.fixture.js';
import { storageKinds } from '../../testing/storage.fixture.js';
import { selectRows } from '../connections/database.js';
import { TYPE, URN, contentWith } from './schemas.fixture.js';

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
