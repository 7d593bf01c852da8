import { existsSync, statSync } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { parseDatabaseUrl, type DatabaseUrl } from './connections/database-url.js';
import { selectRows, type Session } from './connections/database.js';
import { APPLICATION_ID } from './connections/sqlite.js';
import { SqliteSession } from './connections/sqlite-session.js';
import { StatementWatch } from './connections/statements/watch.js';
import { KNOWN_MIGRATIONS } from './migrations.js';
import { openStorage } from './open-storage.js';

/** What a database has, as a check of a copy of it says. */
export interface CheckedCopy {
  readonly tenants: number;
  readonly users: number;
  readonly groups: number;
}

/** How long a statement waits for another process that writes, in milliseconds. */
const BUSY_TIMEOUT_MS = 10_000;

/**
 * Writes a copy of a SQLite database as it is at one moment, while servers use it, and checks the copy.
 * @param file an empty file
 * @throws Error for PostgreSQL, which has tools of its own, and for a copy that is not whole
 */
export async function backUp(databaseUrl: string, file: string): Promise<CheckedCopy> {
  const path = sqlitePath(databaseUrl);
  if (!existsSync(path)) throw new Error(`Cannot back up ${path}: there is no such file. Check DATABASE_URL.`);
  // VACUUM INTO reads within one transaction, which keeps nobody from writing (https://sqlite.org/lang_vacuum.html).
  await onFile(path, async (session) => {
    await checkOurs(session, path);
    await selectRows(session, 'vacuum into ?', [file]);
  });
  return checkCopy(file);
}

/**
 * Puts a backup in the place of a database that is not there yet, once it has been checked, and brings it up to date.
 * @param place makes the file at the path that it is given first, from what is written to the one that it calls back with
 * @throws Error for PostgreSQL, where there is a database, and for a backup that is damaged, of something else or newer
 */
export async function restore(
  databaseUrl: string,
  backup: string,
  place: <T>(path: string, make: (temporary: string) => Promise<T>) => Promise<T>,
): Promise<CheckedCopy> {
  const path = sqlitePath(databaseUrl);
  if (!existsSync(backup)) throw new Error(`There is no file ${backup}.`);
  if ((statSync(`${backup}-wal`, { throwIfNoEntry: false })?.size ?? 0) > 0)
    throw new Error(
      `${backup} is a database in use, whose latest changes are in ${backup}-wal. Restore from a backup of it.`,
    );
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    if (existsSync(path + suffix))
      throw new Error(
        `${path}${suffix} exists already. A backup is restored into an empty place only: move that away first.`,
      );
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  return place(path, async (temporary) => {
    await copyFile(backup, temporary);
    const checked = await checkCopy(temporary);
    const storage = await openStorage({ databaseUrl: `sqlite:${temporary}`, queryTimeoutMs: BUSY_TIMEOUT_MS });
    try {
      await storage.migrate();
    } finally {
      await storage.close();
    }
    return checked;
  });
}

function sqlitePath(databaseUrl: string): string {
  const url: DatabaseUrl = parseDatabaseUrl(databaseUrl);
  if (url.dialect === 'sqlite') return url.path;
  throw new Error(
    'PostgreSQL is backed up and restored with its own tools: pg_dump --format=custom --file=FILE "$DATABASE_URL", and ' +
      'pg_restore --dbname="$DATABASE_URL" FILE into an empty database. docs/operating.md has the commands, also for ' +
      'recovery to any moment.',
  );
}

/** @throws Error for a file that is damaged, is no database of this program, or was made by a newer version */
function checkCopy(file: string): Promise<CheckedCopy> {
  return onFile(file, async (session) => {
    await checkOurs(session, file);
    const found = await selectRows<{ integrity_check: string }>(session, 'pragma integrity_check(1)', []);
    if (found[0]?.integrity_check !== 'ok') throw damaged(file, found[0]?.integrity_check);
    const dangling = await selectRows(session, 'pragma foreign_key_check', []);
    if (dangling.length > 0) throw damaged(file, 'rows refer to others that are not there');
    await checkMigrations(session, file);
    return counted(session, file);
  });
}

async function checkOurs(session: Session, file: string): Promise<void> {
  const rows = await selectRows<{ application_id: number }>(session, 'pragma application_id', []).catch(
    (error: unknown) => {
      throw damaged(file, error instanceof Error ? error.message : String(error));
    },
  );
  if (rows[0]?.application_id !== APPLICATION_ID) throw new Error(`${file} is no database of FlexWhere SCIM.`);
}

async function checkMigrations(session: Session, file: string): Promise<void> {
  const applied = await selectRows<{ name: string }>(session, 'select name from knex_migrations', []);
  const unknown = applied.find(({ name }) => !KNOWN_MIGRATIONS.includes(name));
  if (unknown === undefined) return;
  throw new Error(
    `${file} was made by a newer version of FlexWhere SCIM (it has ${unknown.name}). Restore it with that one.`,
  );
}

/** The counts kept with each write must match the rows. */
async function counted(session: Session, file: string): Promise<CheckedCopy> {
  const count = async (from: string): Promise<number> =>
    (await selectRows<{ n: number | null }>(session, `select ${from}`, []))[0]?.n ?? 0;
  const tenants = await count('count(*) as n from tenants');
  const [users, groups] = [
    await count(`count(*) as n from resources where type = 'User'`),
    await count(`count(*) as n from resources where type = 'Group'`),
  ];
  const noted = await count('sum(count) as n from resource_counts');
  if (noted !== users + groups)
    throw damaged(file, `it has ${users + groups} resources, of which ${noted} are counted`);
  return { tenants, users, groups };
}

const damaged = (file: string, how = ''): Error => new Error(`${file} is damaged: ${how}.`);

async function onFile<T>(path: string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = new SqliteSession(path, `pragma busy_timeout = ${BUSY_TIMEOUT_MS}`, new StatementWatch());
  try {
    await session.open();
    return await work(session);
  } finally {
    await session.close();
  }
}
