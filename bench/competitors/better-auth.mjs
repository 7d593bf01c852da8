// @better-auth/scim on better-sqlite3, set up by its documentation: https://www.better-auth.com/docs/plugins/scim
import { createServer } from 'node:http';
import Database from 'better-sqlite3';
import { betterAuth } from 'better-auth';
import { getMigrations } from 'better-auth/db/migration';
import { toNodeHandler } from 'better-auth/node';
import { scim } from '@better-auth/scim';

const { PORT, BENCH_FILE, BENCH_TOKEN } = process.env;

const database = new Database(BENCH_FILE);
database.pragma('journal_mode = wal');
database.pragma('synchronous = full');

const options = {
  baseURL: `http://127.0.0.1:${PORT}`,
  secret: 'a secret of the bench, which signs no session',
  database,
  rateLimit: { enabled: false },
  telemetry: { enabled: false },
  logger: { level: 'error' },
  plugins: [
    scim({
      connections: [{ id: 'bench', credentials: [{ type: 'bearer', id: 'bench', token: BENCH_TOKEN }] }],
      compatibility: { microsoftEntra: { acceptLegacyGroupSchema: true } },
    }),
  ],
};
const { runMigrations } = await getMigrations(options);
await runMigrations();
createServer(toNodeHandler(betterAuth(options))).listen(Number(PORT), '127.0.0.1');
