import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { executeOnPostgres } from '../../../testing/execute-on-postgres.fixture.js';
import { hasPgbouncer, startPgbouncer, type TestPooler } from '../../../testing/pgbouncer.fixture.js';
import { addTenant, storageKinds, type TestDatabase } from '../../../testing/storage.fixture.js';
import { KnexStorage, openDatabase } from '../../open-storage.js';
import { selectRows, type Database, type Session } from '../database.js';

const isThere = await hasPgbouncer();
const kinds = storageKinds.filter(({ name }) => name === 'PostgreSQL');

describe.skipIf(!isThere).each(kinds)('$name behind a pooler that shares connections by transaction', (kind) => {
  let test: TestDatabase;
  let pooler: TestPooler;
  let database: Database;

  beforeAll(async () => {
    test = await kind.create();
    // What would lose an acknowledged write.
    const name = new URL(test.databaseUrl).pathname.slice(1);
    await executeOnPostgres(test.databaseUrl, `alter database ${name} set synchronous_commit = off`);
    pooler = await startPgbouncer(test.databaseUrl, 2);
    database = await openDatabase({ databaseUrl: pooler.url, ...LIMITS, preparedStatements: false, isPooled: true });
  });
  afterAll(async () => {
    await database.close(true);
    await pooler.stop();
    await test.drop();
  });

  const LIMITS = { queryTimeoutMs: 9_000, writeTimeoutMs: 7_000 };
  const NAMES = ['statement_timeout', 'enable_seqscan', 'jit', 'synchronous_commit'];

  const settings = async (session: Session): Promise<readonly unknown[]> => {
    const values = NAMES.map((name) => `current_setting('${name}')`).join(" || ' ' || ");
    const [row] = await selectRows<{ all: string }>(session, `select ${values} as all`, []);
    return row?.all.split(' ') ?? [];
  };

  it('has the settings of each kind of work in it, in whatever order they come, and leaves none behind', async () => {
    for (let round = 0; round < 3; round += 1) {
      const found = await Promise.all([
        database.unit(settings, 't', { waitMs: 5_000, budgetMs: 7_000 }),
        database.lookup(settings),
        database.walk('t', settings),
        database.scan('t', settings),
        database.snapshot(settings),
      ]);
      const [jit] = (await plain()).slice(2);
      expect(found).toEqual([
        ['7s', 'on', jit, 'on'],
        ['2s', 'off', 'off', 'off'],
        ['9s', 'on', 'off', 'off'],
        ['9s', 'on', 'off', 'off'],
        [expect.stringMatching(/^\d+(?:s|min)$/u), 'on', 'off', 'off'],
      ]);
      for (let connection = 0; connection < 4; connection += 1) {
        expect(await plain()).toEqual(['0', 'on', jit, 'off']);
      }
    }
  });

  /** What somebody else finds who shares the pooler's connections. */
  async function plain(): Promise<readonly unknown[]> {
    let found: readonly unknown[] = [];
    const other = await openDatabase({ databaseUrl: pooler.url, ...LIMITS, preparedStatements: false, isPooled: true });
    try {
      // Migrations set nothing but their own time limit, which is none.
      await other.migrate(async (knex) => {
        const values = NAMES.map((name) => `current_setting('${name}')`).join(" || ' ' || ");
        const { rows } = await knex.raw<{ rows: readonly { all: string }[] }>(`select ${values} as all`);
        found = rows[0]?.all.split(' ') ?? [];
      });
    } finally {
      await other.close(true);
    }
    return found;
  }

  it('goes on after the pooler was killed and started again', async () => {
    const storage = new KnexStorage(database, undefined, LIMITS.writeTimeoutMs);
    await storage.migrate();
    await addTenant(storage, 'before');
    await pooler.restart();
    await expect
      .poll(() => addTenant(storage, `after-${Math.random()}`).then(() => 'stored', String), { timeout: 20_000 })
      .toBe('stored');
    expect((await storage.tenants.findTenant('before'))?.id).toBe('before');
  });
});
