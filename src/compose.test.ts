import { pino } from 'pino';
import { expect, it, vi } from 'vitest';
import { startServer } from './compose.js';
import { readConfig } from './config.js';
import type { RoundOptions } from './rounds.js';
import { openTestDatabase } from './storage/testing/seed.fixture.js';
import { sqliteStorage } from './storage/testing/storage.fixture.js';

const rounds: { readonly round: (signal: AbortSignal) => Promise<unknown>; readonly everyMs: number }[] = [];

/** The rounds of a server, to be made at once. */
vi.mock(import('./rounds.js'), async (original) => ({
  ...(await original()),
  repeatRounds: (round, { everyMs }: RoundOptions) => {
    rounds.push({ round, everyMs });
    return () => Promise.resolve();
  },
}));

it('a server erases what an import has left that was killed', async () => {
  const database = await openTestDatabase(sqliteStorage);
  const config = readConfig({ DATABASE_URL: database.databaseUrl, PORT: '0' });
  const server = await startServer(config, pino({ level: 'silent' }));
  try {
    const at = '2026-11-28T12:00:00.000Z';
    const id = '0190f3a0-0000-7000-8000-000000000001';
    const tenant = { id, name: 'Contoso', enabled: true, settings: '{}', created: at, last_modified: at };
    await database.storage.moves.begin(tenant, 'killed');
    await database.database.unit(({ knex }) => knex('tenants').where({ id }).update({ import_seen: 1 }));
    for (const { round, everyMs } of rounds) if (everyMs <= 300_000) await round(new AbortController().signal);
    expect(await database.database.lookup(({ knex }) => knex('tenants').where({ id }))).toEqual([]);
  } finally {
    await server.stop();
    await database.close();
  }
});
