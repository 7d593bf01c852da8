import { execFileSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { Storage } from '../../storage.js';
import { executeOnPostgres } from '../../testing/execute-on-postgres.fixture.js';
import { startFalliblePostgres, type FallibleServer } from '../../testing/postgres-server.fixture.js';
import type {} from '../../testing/postgres.setup.js';
import { newUser } from '../../testing/resources.fixture.js';
import { addTenant } from '../../testing/storage.fixture.js';
import { openStorage } from '../open-storage.js';

const AWAY = { status: 503, headers: { 'Retry-After': '10' } };

/** A file system of 24 MB; undefined where this user may not mount one. */
function smallDisk(): string | undefined {
  const folder = mkdtempSync(join(tmpdir(), 'flexwhere-scim-disk-'));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=24m,mode=1777', 'tmpfs', folder], { stdio: 'ignore' });
    return folder;
  } catch {
    rmSync(folder, { recursive: true });
    process.stderr.write('NOT TESTED: a full disk under PostgreSQL, since only root may mount a small one.\n');
    return undefined;
  }
}

const disk = inject('postgres').kind === 'skipped' ? undefined : smallDisk();

describe.skipIf(disk === undefined)('a PostgreSQL whose disk is full', () => {
  const folder = disk ?? '';
  let server: FallibleServer;
  let storage: Storage;
  const acknowledged: string[] = [];

  const write = async (): Promise<void> => {
    const id = `u${acknowledged.length}-${randomBytes(4).toString('hex')}`;
    const title = randomBytes(30_000).toString('base64');
    await storage.write('t', (directory) => directory.insert(newUser(id, { title })));
    acknowledged.push(id);
  };
  /** The first refusals of eight that write side by side. */
  const fill = (): Promise<readonly unknown[]> =>
    Promise.all(
      Array.from({ length: 8 }, async () => {
        for (;;) {
          const refusal: unknown = await write().then(
            () => undefined,
            (error: unknown) => error,
          );
          if (refusal !== undefined) return refusal;
        }
      }),
    );

  beforeAll(async () => {
    server = await startFalliblePostgres();
    const space = join(folder, 'space');
    await executeOnPostgres(server.url, `copy (select 1) to program 'cat > /dev/null; mkdir -m 700 ${space}'`);
    await executeOnPostgres(server.url, `create tablespace small location '${space}'`);
    await executeOnPostgres(server.url, 'create database small tablespace small');
    const databaseUrl = server.url.replace(/\/postgres$/u, '/small');
    storage = await openStorage({ databaseUrl, queryTimeoutMs: 5000, poolSize: 8 });
    await storage.migrate();
    await addTenant(storage, 't');
  });
  afterAll(async () => {
    await storage.close({ cut: true });
    await server.remove();
    execFileSync('umount', [folder]);
    rmSync(folder, { recursive: true });
  });

  it('answers writes with 503, is still read, and has all that was acknowledged when there is room again', async () => {
    for (const refusal of await fill()) expect(refusal).toMatchObject(AWAY);
    expect(acknowledged.length).toBeGreaterThan(0);
    const kept = async (): Promise<number> =>
      (await storage.directory('t').list({ type: 'User', offset: 0, limit: 0 })).total;
    expect(await kept()).toBe(acknowledged.length);
    for (const id of acknowledged) expect(await storage.directory('t').find('User', id)).toBeDefined();
    execFileSync('mount', ['-o', 'remount,size=64m', folder]);
    await write();
    expect(await kept()).toBe(acknowledged.length);
  });
});
