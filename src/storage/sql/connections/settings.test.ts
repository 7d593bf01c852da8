import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestDatabase, type OpenDatabase } from '../../testing/seed.fixture.js';
import { sqliteStorage, storageKinds } from '../../testing/storage.fixture.js';
import { openDatabase } from '../open-storage.js';
import { selectRows, type Database, type Session } from './database.js';

type Lane = 'unit' | 'lookup' | 'walk' | 'scan' | 'snapshot';

/** What a connection is set to, as the database says. */
async function settingsOf(database: Database, lane: Lane, names: readonly string[]): Promise<Record<string, unknown>> {
  const read = async (session: Session): Promise<Record<string, unknown>> => {
    const settings: Record<string, unknown> = {};
    for (const name of names) {
      const [row] = await selectRows(session, session.dialect === 'sqlite' ? `pragma ${name}` : `show ${name}`, []);
      settings[name] = Object.values(row ?? {})[0];
    }
    return settings;
  };
  if (lane === 'walk' || lane === 'scan') return database[lane]('t', read);
  return database[lane](read);
}

describe('the connections to SQLite', () => {
  let test: OpenDatabase;
  beforeAll(async () => {
    test = await openTestDatabase(sqliteStorage);
  });
  afterAll(() => test.close());

  it('lose nothing that was acknowledged, and wait for other processes', async () => {
    const names = ['synchronous', 'journal_mode', 'busy_timeout', 'foreign_keys', 'query_only'];
    const [full, on, off] = [2, 1, 0];
    expect(await settingsOf(test.database, 'unit', names)).toEqual({
      ...{ synchronous: full, journal_mode: 'wal', busy_timeout: 4_000, foreign_keys: on, query_only: off },
    });
  });

  it.each(['lookup', 'walk', 'scan', 'snapshot'] as const)('cannot write where they read: a %s', async (lane) => {
    const settings = await settingsOf(test.database, lane, ['query_only', 'busy_timeout']);
    expect(settings).toEqual({ query_only: 1, busy_timeout: 4_000 });
  });

  it('have the write lock before a unit of work reads', async () => {
    expect(await lockedDuring((work) => test.database.unit(work, 't'))).toMatch(/not available/u);
    expect(await lockedDuring((work) => work())).toBeUndefined();
  });

  it('have the write lock before a migration reads', async () => {
    expect(await lockedDuring((work) => test.database.migrate(work))).toMatch(/not available/u);
  });

  /** What a process that wants to write is told meanwhile; undefined where it may. */
  async function lockedDuring(during: (work: () => Promise<void>) => Promise<void>): Promise<string | undefined> {
    const other = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 20_000 });
    let refusal: string | undefined;
    try {
      await other.unit((session) => selectRows(session, 'pragma busy_timeout = 0', []));
      await during(async () => {
        refusal = await other.unit(() => Promise.resolve(undefined)).catch((error: unknown) => String(error));
      });
    } finally {
      await other.close(true);
    }
    return refusal;
  }
});

describe.each(storageKinds.filter(({ name }) => name === 'PostgreSQL'))('the connections to $name', (kind) => {
  let test: OpenDatabase;
  beforeAll(async () => {
    test = await openTestDatabase(kind, { writeTimeoutMs: 7_000, queryTimeoutMs: 9_000 });
  });
  afterAll(() => test.close());

  const settings = (lane: Lane, names: readonly string[]): Promise<unknown> => settingsOf(test.database, lane, names);

  it('end what a unit of work leaves open, and keep to its budget', async () => {
    const names = ['idle_in_transaction_session_timeout', 'transaction_isolation'];
    expect(await settings('unit', names)).toEqual({
      idle_in_transaction_session_timeout: '30s',
      transaction_isolation: 'read committed',
    });
    const budget = { waitMs: 5_000, budgetMs: 7_000 };
    const shown = await test.database.unit((session) => selectRows(session, 'show statement_timeout', []), 't', budget);
    expect(shown).toEqual([{ statement_timeout: '7s' }]);
  });

  it('end what takes too long to read, and compile no filter', async () => {
    const names = ['statement_timeout', 'jit'];
    expect(await settings('lookup', [...names, 'enable_seqscan'])).toEqual({
      ...{ statement_timeout: '2s', jit: 'off', enable_seqscan: 'off' },
    });
    expect(await settings('scan', names)).toEqual({ statement_timeout: '9s', jit: 'off' });
    expect(await settings('walk', names)).toEqual({ statement_timeout: '9s', jit: 'off' });
  });

  it('read a snapshot that cannot write', async () => {
    const names = ['transaction_read_only', 'transaction_isolation'];
    expect(await settings('snapshot', names)).toEqual({
      transaction_read_only: 'on',
      transaction_isolation: 'repeatable read',
    });
  });

  it.each([
    ['off', 'on'],
    ['local', 'on'],
    ['remote_write', 'on'],
    ['on', 'on'],
    ['remote_apply', 'remote_apply'],
  ])('acknowledge what is on disk where synchronous_commit is %s', async (configured, used) => {
    const databaseUrl = `${test.databaseUrl}?options=${encodeURIComponent(`-c synchronous_commit=${configured}`)}`;
    const database = await openDatabase({ databaseUrl, queryTimeoutMs: 9_000 });
    try {
      expect(await settingsOf(database, 'unit', ['synchronous_commit'])).toEqual({ synchronous_commit: used });
    } finally {
      await database.close(true);
    }
  });

  it('let one migration run at a time', async () => {
    const locks = "select count(*) as n from pg_locks where locktype = 'advisory' and granted";
    let held: unknown;
    await test.database.migrate(async () => {
      held = await test.database.lookup((session) => selectRows(session, locks, []));
    });
    expect(held).toEqual([{ n: '1' }]);
  });
});
