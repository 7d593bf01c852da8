import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { vi } from 'vitest';
import { freePort } from '../../testing/free-port.js';
import { executeOnPostgres } from './execute-on-postgres.fixture.js';
import { unprivileged } from './postgres-server.fixture.js';

/** A PgBouncer of a test's own, in transaction mode, before a PostgreSQL. */
export interface TestPooler {
  /** The address of the database through the pooler. */
  readonly url: string;
  /** Kills it, and starts it again. */
  readonly restart: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

/** Whether the machine has PgBouncer. */
export const hasPgbouncer = (): Promise<boolean> =>
  promisify(execFile)('pgbouncer', ['--version']).then(
    () => true,
    () => false,
  );

/** Starts it before a database. @param size how many connections to PostgreSQL it opens */
export async function startPgbouncer(databaseUrl: string, size: number): Promise<TestPooler> {
  const { hostname, port, username, pathname } = new URL(databaseUrl);
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-pooler-'));
  const own = await freePort();
  const file = join(folder, 'pgbouncer.ini');
  await chmod(folder, 0o755);
  await writeFile(
    file,
    `[databases]\n* = host=${hostname} port=${port} user=${username}\n[pgbouncer]\nlisten_addr = 127.0.0.1\n` +
      `listen_port = ${own}\nunix_socket_dir =\nauth_type = any\npool_mode = transaction\ndefault_pool_size = ${size}\n`,
  );
  const url = `postgres://${username}@127.0.0.1:${own}${pathname}`;
  const runAs = await unprivileged();
  const start = async (): Promise<ChildProcess> => {
    const started = spawn('pgbouncer', ['-q', file], { ...runAs, cwd: folder, stdio: 'ignore' });
    await vi.waitFor(() => executeOnPostgres(url, 'select 1'), { timeout: 20_000 });
    return started;
  };
  let running = await start();
  const kill = async (): Promise<void> => {
    const ended = once(running, 'exit');
    running.kill('SIGKILL');
    await ended;
  };
  return {
    url,
    restart: async () => {
      await kill();
      running = await start();
    },
    stop: async () => {
      await kill();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
