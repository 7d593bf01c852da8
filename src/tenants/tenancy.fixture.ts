import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { v7 as newId } from 'uuid';
import { openStorage } from '../storage/knex/open-storage.js';
import type { Storage } from '../storage/storage.js';
import { createTenancy, type Tenancy } from './tenants.js';

/** A clock that stands still until it is set. */
export interface TestClock {
  readonly now: () => Date;
  set(time: string): void;
}

export function clockAt(time: string): TestClock {
  let current = new Date(time);
  return {
    now: () => current,
    set: (next) => {
      current = new Date(next);
    },
  };
}

export interface TestTenancy {
  readonly storage: Storage;
  readonly tenancy: Tenancy;
  readonly clock: TestClock;
  /** The folder that holds the database and nothing else. */
  readonly folder: string;
  readonly databaseUrl: string;
  close(): Promise<void>;
}

/** The use cases on a storage, with a clock that the test sets. */
export function tenancyOn(storage: Storage, clock: TestClock): Tenancy {
  return createTenancy({
    store: storage.tenants,
    now: clock.now,
    newId: () => newId(),
    randomBytes,
    publicUrl: 'https://scim.example.com',
  });
}

/** The use cases on a SQLite file of their own; the clock stands at 2026-06-01T12:00:00Z. */
export async function openTestTenancy(): Promise<TestTenancy> {
  const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-tenants-'));
  const databaseUrl = `sqlite:${join(folder, 'test.sqlite')}`;
  const storage = await openStorage({ databaseUrl, queryTimeoutMs: 5_000 });
  await storage.migrate();
  const clock = clockAt('2026-06-01T12:00:00.000Z');
  return {
    storage,
    tenancy: tenancyOn(storage, clock),
    clock,
    folder,
    databaseUrl,
    close: async () => {
      await storage.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
