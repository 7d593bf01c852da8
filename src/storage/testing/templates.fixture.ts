import { statfsSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStorage } from '../sql/open-storage.js';
import { executeOnPostgres } from './execute-on-postgres.fixture.js';
import type { TestServer } from './postgres-server.fixture.js';

/** Migrated databases without a row, which are copied: a copy takes a tenth of the time that migrating takes. */
export interface Templates {
  /** A folder for the SQLite files of the test run. */
  readonly folder: string;
  /** The path of the SQLite file. */
  readonly sqlite: string;
  /** The name of the PostgreSQL database, on the server of the test run where there is one. */
  readonly postgres: string;
}

const PREFIX = 'flexwhere-scim-test-run-';

/** A file system in memory, on Linux, and how many bytes have to be free there. */
const MEMORY = { path: '/dev/shm', bytes: 2 ** 31 };

/** Milliseconds after which a test run that has left its folder behind was killed. */
const FORGOTTEN = 3 * 3_600_000;

/** Every write of SQLite waits for the disk, most tests longer than for anything else: in memory it does so in no time. */
function memoryOrDisk(): string {
  try {
    const { bavail, bsize } = statfsSync(MEMORY.path);
    return bavail * bsize >= MEMORY.bytes ? MEMORY.path : tmpdir();
  } catch {
    return tmpdir();
  }
}

async function removeForgotten(place: string): Promise<void> {
  for (const name of await readdir(place)) {
    if (!name.startsWith(PREFIX)) continue;
    const folder = join(place, name);
    const age = await stat(folder).then(({ mtimeMs }) => Date.now() - mtimeMs);
    if (age > FORGOTTEN) await rm(folder, { recursive: true, force: true });
  }
}

const POSTGRES_TEMPLATE = 'flexwhere_migrated';

/** Makes the templates of a test run. */
export async function makeTemplates(
  server: TestServer,
): Promise<{ templates: Templates; remove: () => Promise<void> }> {
  const place = memoryOrDisk();
  await removeForgotten(place);
  const folder = await mkdtemp(join(place, PREFIX));
  const sqlite = join(folder, 'migrated.sqlite');
  await migrate(`sqlite:${sqlite}`);
  if (server.kind === 'running') {
    await executeOnPostgres(server.url, `create database ${POSTGRES_TEMPLATE}`);
    await migrate(server.url.replace(/\/postgres$/u, `/${POSTGRES_TEMPLATE}`));
  }
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { templates: { folder, sqlite, postgres: POSTGRES_TEMPLATE }, remove };
}

async function migrate(databaseUrl: string): Promise<void> {
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 20_000 });
  await storage.migrate();
  await storage.close();
}
