import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it, vi } from 'vitest';
import { executeOnPostgres } from '../../../testing/execute-on-postgres.fixture.js';
import { startFalliblePostgres, type FallibleServer } from '../../../testing/postgres-server.fixture.js';
import type {} from '../../../testing/postgres.setup.js';
import { openStorage } from '../../open-storage.js';
import { createAuthority, linesOf, type TestAuthority } from './authority.fixture.js';

describe.skipIf(inject('postgres').kind === 'skipped')('a PostgreSQL with TLS', () => {
  let server: FallibleServer;
  let folder: string;
  let authority: TestAuthority;
  let other: TestAuthority;

  // PostgreSQL runs as another user where tests run as root: it writes its files itself.
  const inItsFolder = (command: string, file: string): Promise<void> =>
    executeOnPostgres(
      server.url,
      `do $do$ begin execute format($f$${command}$f$, current_setting('data_directory') || '/${file}'); end $do$`,
    );
  const copy = async (from: string, to: string): Promise<void> =>
    inItsFolder(`copy (select unnest(${await linesOf(from)})) to %L`, to);

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-tls-'));
    server = await startFalliblePostgres();
    [authority, other] = [await createAuthority(folder, 'authority'), await createAuthority(folder, 'other')];
    const own = await authority.issue('db', 'IP:127.0.0.1');
    await copy(own.cert, 'server.crt');
    await copy(own.key, 'server.key');
    await copy(authority.file, 'root.crt');
    await inItsFolder("copy (select 1) to program 'cat > /dev/null; chmod 600 %s'", 'server.key');
    const rules = ['hostssl all certified 127.0.0.1/32 cert', 'hostnossl all certified all reject'];
    await writeFile(join(folder, 'rules'), [...rules, 'host all all 127.0.0.1/32 trust', ''].join('\n'));
    await copy(join(folder, 'rules'), 'pg_hba.conf');
    await executeOnPostgres(server.url, 'create role certified login superuser');
    await executeOnPostgres(server.url, "alter system set ssl_ca_file = 'root.crt'");
    await executeOnPostgres(server.url, 'alter system set ssl = on');
    await executeOnPostgres(server.url, 'select pg_reload_conf()');
    // It reads its settings anew some time after it was told to.
    await vi.waitFor(() => ping(trusting(authority.file)), { timeout: 10_000 });
  }, 120_000);
  afterAll(async () => {
    await server.remove();
    await rm(folder, { recursive: true, force: true });
  });

  const trusting = (file: string): string => `sslmode=verify-full&sslrootcert=${file}`;

  const ping = async (parameters: string, { host = '127.0.0.1', user = 'postgres' } = {}): Promise<void> => {
    const url = new URL(server.url);
    Object.assign(url, { search: parameters, hostname: host, username: user });
    const storage = await openStorage({ databaseUrl: url.href, queryTimeoutMs: 1_000 });
    try {
      await storage.ping();
    } finally {
      await storage.close();
    }
  };

  it('is taken where its certificate is signed by the authority in the file', async () => {
    await expect(ping(trusting(authority.file))).resolves.toBeUndefined();
  });

  // The server has always known these words, whatever they mean to others: each checks the certificate.
  it.each(['verify-full', 'verify-ca', 'require', 'prefer'])(
    'is refused with %s where another authority has signed its certificate, with the name of the setting',
    async (mode) => {
      await expect(ping(`sslmode=${mode}&sslrootcert=${other.file}`)).rejects.toThrow(
        /^Cannot open the database 127\.0\.0\.1:\d+\/postgres: the certificate of PostgreSQL is not signed by an authority in the file that sslrootcert in DATABASE_URL names/u,
      );
      await expect(ping(`sslmode=${mode}`)).rejects.toThrow('name the file with yours by sslrootcert in DATABASE_URL');
    },
  );

  it('is refused where its certificate is for another host', async () => {
    await expect(ping(trusting(authority.file), { host: 'localhost' })).rejects.toThrow(
      /is for another host than localhost:\d+; write the host in DATABASE_URL as the certificate has it/u,
    );
  });

  it('takes a client by its certificate, and says what is wrong with another', async () => {
    const [own, foreign, anonymous] = [
      await authority.issue('certified'),
      await other.issue('certified'),
      await authority.issue('somebody-else'),
    ];
    const by = ({ cert, key }: { cert: string; key: string }): Promise<void> =>
      ping(`${trusting(authority.file)}&sslcert=${cert}&sslkey=${key}`, { user: 'certified' });
    await expect(by(own)).resolves.toBeUndefined();
    await expect(by(foreign)).rejects.toThrow('does not trust the certificate that sslcert in DATABASE_URL names');
    await expect(by(anonymous)).rejects.toThrow('see sslcert and sslkey in DATABASE_URL');
    await expect(ping(trusting(authority.file), { user: 'certified' })).rejects.toThrow('see sslcert and sslkey');
    await expect(ping('sslmode=disable', { user: 'certified' })).rejects.toThrow('add sslmode=verify-full');
    await expect(by({ cert: own.cert, key: foreign.key })).rejects.toThrow('a certificate and its key');
  });

  it('names the file that cannot be read', async () => {
    for (const name of ['sslrootcert', 'sslcert', 'sslkey']) {
      await expect(ping(`sslmode=verify-full&${name}=${folder}/none.pem`)).rejects.toThrow(
        `${name} in DATABASE_URL must name a file that can be read: ENOENT`,
      );
    }
  });

  it('says where TLS is demanded of a server that has none', async () => {
    const running = inject('postgres');
    if (running.kind !== 'running') throw new Error('needs PostgreSQL');
    const opening = openStorage({ databaseUrl: `${running.url}?sslmode=verify-full`, queryTimeoutMs: 1_000 });
    await expect(opening).rejects.toThrow('sslmode in DATABASE_URL demands TLS');
  });
});
