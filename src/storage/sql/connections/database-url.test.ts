import { mkdir, mkdtemp, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStorage } from '../open-storage.js';
import { parseDatabaseUrl } from './database-url.js';

describe('a database URL', () => {
  const readable: readonly [string, object][] = [
    ['sqlite:./data/flexwhere-scim.sqlite', { dialect: 'sqlite', path: './data/flexwhere-scim.sqlite' }],
    ['sqlite:/var/lib/scim.sqlite', { dialect: 'sqlite', path: '/var/lib/scim.sqlite' }],
    ['sqlite:///var/lib/scim.sqlite', { dialect: 'sqlite', path: '/var/lib/scim.sqlite' }],
    [
      'postgres://scim@/scim?host=/run/postgresql',
      { dialect: 'postgres', url: 'postgres://scim@/scim?host=/run/postgresql' },
    ],
    ['postgres://scim:secret@db/scim', { dialect: 'postgres', url: 'postgres://scim:secret@db/scim' }],
    [
      'postgresql://db:5433/scim?sslmode=require',
      { dialect: 'postgres', url: 'postgresql://db:5433/scim?sslmode=require' },
    ],
  ];

  it.each(readable)('%s is read', (text, url) => {
    expect(parseDatabaseUrl(text)).toEqual(url);
  });

  it.each(['', 'sqlite', 'sqlite:', 'sqlite::memory:', 'mysql://db/scim', 'scim.sqlite'])('"%s" is refused', (text) => {
    expect(() => parseDatabaseUrl(text)).toThrow('DATABASE_URL');
  });

  it('with an sslmode that is none is refused by name, and not the rest of it', () => {
    expect(() => parseDatabaseUrl('postgres://scim:secret@db/scim?sslmode=verify_full')).toThrow(
      /^sslmode in DATABASE_URL must be one of disable, .*verify-full.*; it is "verify_full"$/,
    );
  });

  it('is never repeated in the error, since it may hold a password', () => {
    expect(() => parseDatabaseUrl('postgre://scim:secret@db/scim')).toThrow(/^(?!.*secret).*$/);
  });
});

describe('opening the storage', () => {
  it('creates the file of SQLite with its folder', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-'));
    const file = join(folder, 'a', 'b', 'scim.sqlite');
    const storage = await openStorage({ databaseUrl: `sqlite:${file}`, queryTimeoutMs: 1000 });
    await storage.close();
    expect((await stat(file)).isFile()).toBe(true);
    await rm(folder, { recursive: true });
  });

  it('says why a file of SQLite cannot be opened', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-'));
    await mkdir(join(folder, 'scim.sqlite'));
    const opening = openStorage({ databaseUrl: `sqlite:${folder}/scim.sqlite`, queryTimeoutMs: 1000 });
    await expect(opening).rejects.toThrow(/Cannot open the database .*scim\.sqlite/);
    await rm(folder, { recursive: true });
  });

  it('says why PostgreSQL does not answer, without the password', async () => {
    const opening = openStorage({ databaseUrl: 'postgres://scim:secret@127.0.0.1:1/scim', queryTimeoutMs: 1000 });
    await expect(opening).rejects.toThrow(/^Cannot open the database 127\.0\.0\.1:1\/scim: (?!.*secret).*ECONNREFUSED/);
  });
});
