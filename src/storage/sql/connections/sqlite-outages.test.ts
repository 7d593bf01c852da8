import { execFile } from 'node:child_process';
import { copyFile, rename, stat, unlink } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { compiledProgram } from '../../../testing/compiled-program.js';
import type { Storage } from '../../storage.js';
import { newUser } from '../../testing/resources.fixture.js';
import { addTenant, sqliteStorage, type TestDatabase } from '../../testing/storage.fixture.js';
import { openStorage } from '../open-storage.js';

const AWAY = { status: 503, headers: { 'Retry-After': '10' } };

describe('a SQLite file that', () => {
  let test: TestDatabase;
  let path: string;
  let storage: Storage;
  const open = (databaseUrl: string): Promise<Storage> => openStorage({ databaseUrl, queryTimeoutMs: 5000 });
  const write = (id: string): Promise<unknown> => storage.write('t', (directory) => directory.insert(newUser(id)));

  beforeEach(async () => {
    test = await sqliteStorage.createEmpty();
    path = test.databaseUrl.slice('sqlite:'.length);
    storage = await open(test.databaseUrl);
    await storage.migrate();
    await addTenant(storage, 't');
  });
  afterEach(async () => {
    await storage.close({ cut: true });
    await test.drop();
  });

  it('is made can be read by the server alone, like its companions and its folder', async () => {
    await write('ada');
    const mode = async (name: string): Promise<number> => (await stat(name)).mode & 0o777;
    const modes = await Promise.all([path, `${path}-wal`, `${path}-shm`, dirname(path)].map(mode));
    expect(modes).toEqual([0o600, 0o600, 0o600, 0o700]);
  });

  const faults: readonly [string, () => Promise<void>][] = [
    ['replaced', () => copyFile(path, `${path}.copy`).then(() => rename(`${path}.copy`, path))],
    ['removed', () => unlink(path)],
    ['left without its write-ahead log', () => unlink(`${path}-wal`)],
  ];
  it.each(faults)('is %s under the server takes no more writes, and is not ready', async (_name, fail) => {
    await write('ada');
    await fail();
    await expect(write('bob')).rejects.toMatchObject(AWAY);
    await expect(storage.ping()).rejects.toMatchObject(AWAY);
  });

  it('is replaced under load has all that was acknowledged, and is written again when it is put back', async () => {
    const acknowledged: string[] = [];
    const refusals: unknown[] = [];
    const load = async (name: string): Promise<void> => {
      for (let number = 0; refusals.length < 8; number += 1) {
        await write(`${name}${number}`).then(
          () => acknowledged.push(`${name}${number}`),
          (error: unknown) => refusals.push(error),
        );
      }
    };
    const loads = ['a', 'b', 'c', 'd'].map(load);
    await sleep(200);
    await copyFile(path, `${path}.copy`);
    await rename(path, `${path}.kept`);
    await rename(`${path}.copy`, path);
    await Promise.all(loads);
    for (const refusal of refusals) expect(refusal).toMatchObject(AWAY);
    await rename(`${path}.kept`, path);
    await write('after');
    expect(acknowledged.length).toBeGreaterThan(0);
    for (const id of acknowledged) expect(await storage.directory('t').find('User', id)).toBeDefined();
  });

  it('has no room left is answered 503, is still read, and has all that was acknowledged', async () => {
    await storage.close();
    const fixture = await compiledProgram('src/storage/sql/connections/disk-full.fixture.ts');
    const node = `exec "${process.execPath}" "${fixture}" "${test.databaseUrl}"`;
    // No file may have more than 3 MB: what stands in for a full disk without a file system of its own.
    const { stdout } = await promisify(execFile)('sh', ['-c', `trap '' XFSZ; ulimit -f 6000; ${node}`]);
    const lines = stdout.trim().split('\n');
    expect(lines.slice(-2)).toEqual(['status 503', 'read true']);
    const acknowledged = lines.slice(0, -2);
    expect(acknowledged.length).toBeGreaterThan(0);
    storage = await open(test.databaseUrl);
    for (const id of acknowledged) expect(await storage.directory('t').find('User', id)).toBeDefined();
  });
});
