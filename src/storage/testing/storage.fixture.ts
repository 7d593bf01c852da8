import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
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
  readonly create: () => Promise<TestDatabase>;
  /** Creates a database and opens it, with the schema up to date. */
  readonly open: (options?: Partial<StorageOptions>) => Promise<TestStorage>;
}

function storageKind(name: StorageKind['name'], create: () => Promise<TestDatabase>): StorageKind {
  return { name, create, open: async (options) => openTestStorage(await create(), options) };
}

async function openTestStorage(database: TestDatabase, options: Partial<StorageOptions> = {}): Promise<TestStorage> {
  const { databaseUrl } = database;
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 20_000, writeTimeoutMs: 20_000, ...options });
  await storage.migrate();
  const close = async (): Promise<void> => {
    await storage.close({ cut: true });
    await database.drop();
  };
  return { storage, databaseUrl, close };
}

async function createSqlite(): Promise<TestDatabase> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-sqlite-'));
  const drop = (): Promise<void> => rm(folder, { recursive: true, force: true });
  return { databaseUrl: `sqlite:${join(folder, 'test.sqlite')}`, drop };
}

async function createPostgres(): Promise<TestDatabase> {
  const server = inject('postgres');
  if (server.kind !== 'running') throw new Error(server.kind === 'failed' ? server.problem : 'PostgreSQL is skipped');
  const name = `test_${randomBytes(8).toString('hex')}`;
  await executeOnPostgres(server.url, `create database ${name}`);
  const drop = (): Promise<void> => executeOnPostgres(server.url, `drop database ${name} with (force)`);
  return { databaseUrl: server.url.replace(/\/postgres$/, `/${name}`), drop };
}

/** SQLite in a temporary file. */
export const sqliteStorage: StorageKind = storageKind('SQLite', createSqlite);

/** The databases that suites run on: both, unless SKIP_POSTGRES=1 leaves one out. */
export const storageKinds: readonly StorageKind[] =
  inject('postgres').kind === 'skipped' ? [sqliteStorage] : [sqliteStorage, storageKind('PostgreSQL', createPostgres)];

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
