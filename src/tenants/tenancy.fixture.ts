import { randomBytes } from 'node:crypto';
import { v7 as newId } from 'uuid';
import type { Storage } from '../storage/storage.js';
import { sqliteStorage, type StorageKind } from '../storage/testing/storage.fixture.js';
import { createTenancy, type Tenancy } from './tenants.js';

/** A clock that stands still until it is set. */
interface TestClock {
  readonly now: () => Date;
  set(time: string): void;
}

function clockAt(time: string): TestClock {
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
  readonly databaseUrl: string;
  readonly tenancy: Tenancy;
  readonly clock: TestClock;
  /** Makes the next test begin anew: no tenants, and the clock where it stood. */
  reset(): Promise<void>;
  close(): Promise<void>;
}

const START = '2026-06-01T12:00:00.000Z';

/** The use cases on an empty database of their own; the clock stands at 2026-06-01T12:00:00Z. */
export async function openTestTenancy(kind: StorageKind = sqliteStorage): Promise<TestTenancy> {
  const opened = await kind.open();
  const { storage, databaseUrl } = opened;
  const clock = clockAt(START);
  const tenancy = createTenancy({
    store: storage.tenants,
    setupLinks: storage.setupLinks,
    oauth: storage.oauth,
    now: clock.now,
    newId: () => newId(),
    randomBytes,
    publicUrl: 'https://scim.example.com',
  });
  const reset = async (): Promise<void> => {
    clock.set(START);
    for (const { id } of (await tenancy.listTenants({})).tenants) await tenancy.deleteTenant(id);
  };
  return { storage, databaseUrl, tenancy, clock, reset, close: () => opened.close() };
}
