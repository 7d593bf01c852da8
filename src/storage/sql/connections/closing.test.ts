import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { DirectoryWriter, Storage } from '../../storage.js';
import { newUser } from '../../testing/resources.fixture.js';
import { addTenant, storageKinds, type TestDatabase } from '../../testing/storage.fixture.js';
import { openDatabase, openStorage } from '../open-storage.js';
import { selectRows } from './database.js';
import { ownTime } from '../../../testing/own-time.fixture.js';

const FOR_EVER = 'with recursive n (i) as (select 1 union all select i + 1 from n) select count(*) from n';

describe.each(storageKinds)('closing the storage on $name', (kind) => {
  let test: TestDatabase;
  let storage: Storage;

  beforeEach(async () => {
    test = await kind.create();
    storage = await openStorage({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5000 });
    await storage.migrate();
    await addTenant(storage, 't');
  });
  afterEach(() => test.drop());

  async function storedAfterward(): Promise<readonly string[]> {
    const again = await openStorage({ databaseUrl: test.databaseUrl, queryTimeoutMs: 5000 });
    const { resources } = await again.directory('t').list({ type: 'User', offset: 0, limit: 10 });
    await again.close();
    return resources.map(({ id }) => id);
  }

  /** Resolves when the work is in the middle of it. */
  function inTheMiddle(then: (directory: DirectoryWriter) => Promise<unknown>): {
    begun: Promise<void>;
    done: Promise<unknown>;
  } {
    let done: Promise<unknown> = Promise.resolve();
    const begun = new Promise<void>((resolve) => {
      done = storage.write('t', async (directory) => {
        await directory.insert(newUser('ada'));
        resolve();
        await then(directory);
      });
    });
    return { begun, done };
  }

  it('waits for the units of work under way', async () => {
    const { begun, done } = inTheMiddle(async (directory) => {
      await sleep(100);
      await directory.insert(newUser('bob'));
    });
    await begun;
    await Promise.all([storage.close(), done]);
    expect(await storedAfterward()).toEqual(['ada', 'bob']);
  });

  it('rolls them back within a second instead when it is to cut', async () => {
    const { begun, done } = inTheMiddle(() => new Promise(() => undefined));
    await begun;
    const outcomes = Promise.allSettled([done, storage.write('t', (directory) => directory.insert(newUser('bob')))]);
    expect(await ownTime(() => storage.close({ cut: true }))).toBeLessThan(1000);
    expect((await outcomes)[0].status).toBe('rejected');
    expect(await storedAfterward()).not.toContain('ada');
  });

  it('lets a unit of work that was cut write nothing afterward', async () => {
    const { begun, done } = inTheMiddle(async (directory) => {
      await sleep(200);
      await directory.insert(newUser('bob'));
    });
    await begun;
    const outcome = expect(done).rejects.toThrow();
    await storage.close({ cut: true });
    await outcome;
    await sleep(300);
    expect(await storedAfterward()).toEqual([]);
  });

  it('gives up a statement that would run for ever when it is to cut', async () => {
    await storage.close();
    const database = await openDatabase({ databaseUrl: test.databaseUrl, queryTimeoutMs: 60_000 });
    const ended = Promise.allSettled([
      database.unit((session) => selectRows(session, FOR_EVER, [])),
      database.lookup((session) => selectRows(session, FOR_EVER, [])),
    ]);
    await sleep(200);
    expect(await ownTime(() => database.close(true))).toBeLessThan(1000);
    expect((await ended).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  it('may turn from waiting to cutting', async () => {
    const { begun, done } = inTheMiddle(() => new Promise(() => undefined));
    await begun;
    const outcome = expect(done).rejects.toThrow();
    const closing = storage.close();
    await storage.close({ cut: true });
    await Promise.all([closing, outcome]);
    await storage.close({ cut: true });
    expect(await storedAfterward()).toEqual([]);
  });

  it('refuses what comes later', async () => {
    await storage.close();
    await expect(storage.write('t', (directory) => directory.insert(newUser('ada')))).rejects.toThrow();
    await expect(storage.directory('t').find('User', 'ada')).rejects.toThrow();
  });
});
