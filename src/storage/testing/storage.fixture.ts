import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { Tenant } from '../../model/tenant.js';
import { NO_SCHEMAS } from '../../model/tenant-schemas.js';
import { openStorage, type StorageOptions } from '../sql/open-storage.js';
import type { Storage } from '../storage.js';
import { executeOnPostgres } from './execute-on-postgres.fixture.js';
import type {} from './postgres.setup.js';

/** An empty database of its own for a suite. */
export interface TestDatabase {
  readonly databaseUrl: string;
  readonly drop: () => Promise<void>;
}

/** A migrated, empty database, opened. */
export interface TestStorage {
  readonly storage: Storage;
  readonly databaseUrl: string;
  /** Closes the storage and drops the database. */
  readonly close: () => Promise<void>;
}

/** A database that storage runs on: `describe.each(storageKinds)('… on $name', ({ create }) => …)`. */
export interface StorageKind {
  readonly name: 'SQLite' | 'PostgreSQL';
  /** Creates a database without a schema. */
  readonly createEmpty: () => Promise<TestDatabase>;
  /** Creates a database with the schema up to date. */
  readonly create: () => Promise<TestDatabase>;
  /** The same, opened. */
  readonly open: (options?: Partial<StorageOptions>) => Promise<TestStorage>;
}

type Creating = Pick<StorageKind, 'createEmpty' | 'create'>;

function storageKind(name: StorageKind['name'], creating: Creating): StorageKind {
  return { name, ...creating, open: async (options) => openTestStorage(await creating.create(), options) };
}

async function openTestStorage(database: TestDatabase, options: Partial<StorageOptions> = {}): Promise<TestStorage> {
  const { databaseUrl } = database;
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 20_000, writeTimeoutMs: 20_000, ...options });
  const close = async (): Promise<void> => {
    await storage.close({ cut: true });
    await database.drop();
  };
  return { storage, databaseUrl, close };
}

/** Creates a SQLite file: a copy of the template, or none yet. */
async function createSqlite(template?: string): Promise<TestDatabase> {
  const folder = await mkdtemp(join(inject('templates').folder, 'database-'));
  const file = join(folder, 'test.sqlite');
  if (template !== undefined) await copyFile(template, file);
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { databaseUrl: `sqlite:${file}`, drop };
}

/** Creates a PostgreSQL database: a copy of the template, or an empty one. */
async function createPostgres(template = 'template1'): Promise<TestDatabase> {
  const server = inject('postgres');
  if (server.kind !== 'running') throw new Error(server.kind === 'failed' ? server.problem : 'PostgreSQL is skipped');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await executeOnPostgres(server.url, `create database ${name} template ${template}`);
  const drop = (): Promise<void> => executeOnPostgres(server.url, `drop database ${name} with (force)`);
  return { databaseUrl: server.url.replace(/\/postgres$/, `/${name}`), drop };
}

/** SQLite in a temporary file. */
export const sqliteStorage: StorageKind = storageKind('SQLite', {
  createEmpty: () => createSqlite(),
  create: () => createSqlite(inject('templates').sqlite),
});

const postgresStorage: StorageKind = storageKind('PostgreSQL', {
  createEmpty: () => createPostgres(),
  create: () => createPostgres(inject('templates').postgres),
});

/** The databases that suites run on: both, unless SKIP_POSTGRES=1 leaves one out. */
export const storageKinds: readonly StorageKind[] =
  inject('postgres').kind === 'skipped' ? [sqliteStorage] : [sqliteStorage, postgresStorage];

/** Adds an enabled tenant with that id. */
export async function addTenant(storage: Storage, id: string, given: Partial<Tenant> = {}): Promise<Tenant> {
  const at = '2026-01-01T00:00:00.000Z';
  const tenant = {
    id,
    name: `Tenant ${id}`,
    enabled: true,
    settings: { groupReplaceAdds: false, unknownAttributes: 'ignore' as const, rateLimit: 'default' },
    schemas: NO_SCHEMAS,
    created: at,
    lastModified: at,
    ...given,
  };
  await storage.tenants.insertTenant(tenant);
  return tenant;
}
