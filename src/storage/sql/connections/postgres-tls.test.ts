import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { testCertificate } from '../../../doctor/certificate.fixture.js';
import { executeOnPostgres } from '../../testing/execute-on-postgres.fixture.js';
import { startFalliblePostgres, type FallibleServer } from '../../testing/postgres-server.fixture.js';
import type {} from '../../testing/postgres.setup.js';
import { openStorage } from '../open-storage.js';

describe.skipIf(inject('postgres').kind === 'skipped')('a PostgreSQL with TLS', () => {
  let server: FallibleServer;
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-tls-'));
    server = await startFalliblePostgres();
    const [own, other] = [testCertificate('itself'), testCertificate('itself')];
    await writeFile(join(folder, 'ca.pem'), own.cert);
    await writeFile(join(folder, 'other.pem'), other.cert);
    // PostgreSQL runs as another user where tests run as root: it writes its files itself.
    const inItsFolder = (command: string, file: string): Promise<void> =>
      executeOnPostgres(
        server.url,
        `do $do$ begin execute format($f$${command}$f$, current_setting('data_directory') || '/${file}'); end $do$`,
      );
    const lines = (text: string): string => `'${text.trim().replaceAll('\n', "','")}'`;
    await inItsFolder(`copy (select unnest(array[${lines(own.cert)}])) to %L`, 'server.crt');
    await inItsFolder(`copy (select unnest(array[${lines(own.key)}])) to %L`, 'server.key');
    await inItsFolder("copy (select 1) to program 'cat > /dev/null; chmod 600 %s'", 'server.key');
    await executeOnPostgres(server.url, 'alter system set ssl = on');
    await executeOnPostgres(server.url, 'select pg_reload_conf()');
  }, 120_000);
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const ping = async (parameters: string): Promise<void> => {
    const url = new URL(server.url);
    url.search = parameters;
    const storage = await openStorage({ databaseUrl: url.href, queryTimeoutMs: 1_000 });
    try {
      await storage.ping();
    } finally {
      await storage.close();
    }
  };

  it('is taken where its certificate is signed by the authority in the file, and refused elsewhere', async () => {
    const trusting = (file: string): string => `sslmode=verify-full&sslrootcert=${join(folder, file)}`;
    // It reads its settings anew some time after it was told to.
    await expect.poll(() => ping(trusting('ca.pem')).then(() => true, String)).toBe(true);
    await expect(ping(trusting('other.pem'))).rejects.toThrow('self-signed certificate');
    await expect(ping('sslmode=verify-full')).rejects.toThrow('self-signed certificate');
  });
});
