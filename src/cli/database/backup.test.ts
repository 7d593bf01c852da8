import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { StagedTenant } from '../../provisioning/staged-tenant.fixture.js';
import { openStorage } from '../../storage/sql/open-storage.js';
import { connect } from '../../storage/testing/staged-directory.fixture.js';
import { storageKinds } from '../../storage/testing/storage.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOutcome } from '../command-line.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';

let test: TestTenancy;
let folder: string;
let staged: StagedTenant;

const inFolder = (name: string): string => join(folder, name);
const run = (words: readonly string[], databaseUrl = test.databaseUrl): Promise<CommandOutcome> =>
  runOn(test, words, { environment: { DATABASE_URL: databaseUrl } });

beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-backup-'));
  const { tenant } = await test.tenancy.createTenant('Contoso');
  staged = new StagedTenant(test.storage, tenant.id);
  for (const userName of ['ada', 'bob']) await staged.create({ schemas: [USER], userName });
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

/** The backup that the tests restore from, made once. */
let made: Promise<CommandOutcome> | undefined;
const backup = (): Promise<CommandOutcome> => (made ??= run(['backup', '--to', inFolder('copy'), '--json']));

describe('backup', () => {
  it('copies a database that is in use, checked and for its own user alone', async () => {
    const outcome = printedJson(await backup());
    const { mode, size } = await stat(inFolder('copy'));
    expect(outcome).toEqual({ file: inFolder('copy'), bytes: size, tenants: 1, users: 2, groups: 0 });
    expect(mode & 0o777).toBe(0o600);
    await staged.create({ schemas: [USER], userName: 'late' });
    expect(await readdir(folder)).toEqual(['copy']);
  });

  it('never takes the place of a file', async () => {
    await writeFile(inFolder('mine'), 'mine');
    expect((await run(['backup', '--to', inFolder('mine')])).stderr).toContain('exists already');
    expect(await readFile(inFolder('mine'), 'utf8')).toBe('mine');
  });

  it.each([
    ['a database that is not there', () => `sqlite:${inFolder('none')}`, 'there is no such file'],
    ['something else', () => `sqlite:${inFolder('mine')}`, 'is damaged: '],
    ['PostgreSQL', () => 'postgres://user:secret@127.0.0.1:1/x', 'pg_dump --format=custom'],
  ])('of %s fails, and leaves nothing behind', async (_what, databaseUrl, message) => {
    const { status, stderr } = await run(['backup', '--to', inFolder('new')], databaseUrl());
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr).not.toContain('secret');
    expect((await readdir(folder)).filter((name) => name.includes('new'))).toEqual([]);
  });
});

describe('restore', () => {
  it('makes a backup the database, of an earlier version as well, and serves what it had', async () => {
    await backup();
    const earlier = connect(`sqlite:${inFolder('copy')}`);
    for (const column of ['import_seen', 'import_id'])
      await earlier.knex.raw(`alter table tenants drop column ${column}`);
    await earlier.knex('knex_migrations').where({ name: '20261128000220_tenant_imports' }).del();
    await earlier.knex.destroy();
    const databaseUrl = `sqlite:${inFolder('new/place.sqlite')}`;
    const outcome = printedJson(await run(['restore', '--from', inFolder('copy'), '--json'], databaseUrl));
    expect(outcome).toEqual({ file: inFolder('copy'), tenants: 1, users: 2, groups: 0 });
    const storage = await openStorage({ databaseUrl, queryTimeoutMs: 5_000, create: false });
    try {
      expect((await storage.tenants.findTenantByName('Contoso'))?.id).toBe(staged.id);
      expect((await storage.tenants.listTokens(staged.id)).length).toBe(1);
    } finally {
      await storage.close();
    }
    const again = await run(['restore', '--from', inFolder('copy')], databaseUrl);
    expect(again).toMatchObject({ status: 1 });
    expect(again.stderr).toContain('exists already. A backup is restored into an empty place only');
    expect(await readdir(inFolder('new'))).toEqual(['place.sqlite']);
  });

  it.each([
    ['cut', (file: string) => truncate(file, 20_000), 'is damaged: '],
    ['empty', (file: string) => truncate(file, 0), 'is no database of FlexWhere SCIM'],
    ['in use', (file: string) => writeFile(`${file}-wal`, 'x'), 'is a database in use'],
    [
      'of a newer version',
      async (file: string) => {
        const { knex } = connect(`sqlite:${file}`);
        await knex('knex_migrations').insert({ name: '29990101000000_later', batch: 2 });
        await knex.destroy();
      },
      'was made by a newer version',
    ],
    [
      'with a resource that nobody counted',
      async (file: string) => {
        const { knex } = connect(`sqlite:${file}`);
        await knex('resource_counts').update({ count: 1 });
        await knex.destroy();
      },
      'it has 2 resources, of which 1 are counted',
    ],
  ])('refuses a backup that is %s, and leaves nothing behind', async (what, change, message) => {
    await backup();
    const file = inFolder(`bad ${what}`);
    await writeFile(file, await readFile(inFolder('copy')));
    await change(file);
    const { status, stderr } = await run(['restore', '--from', file], `sqlite:${inFolder(`never ${what}/x.sqlite`)}`);
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(await readdir(inFolder(`never ${what}`)).catch(() => [])).toEqual([]);
  });
});

const tools = promisify(execFile);
const hasTools = await tools('pg_dump', ['--version']).then(
  () => true,
  () => false,
);
const postgres = storageKinds.find(({ name }) => name === 'PostgreSQL');

describe.runIf(hasTools && postgres !== undefined)('the documented way with pg_dump and pg_restore', () => {
  it('gives back what the database had', async () => {
    if (postgres === undefined) return;
    const [from, to] = [await postgres.create(), await postgres.createEmpty()];
    const storage = await openStorage({ databaseUrl: from.databaseUrl, queryTimeoutMs: 5_000 });
    await storage.tenants.insertTenant(await staged.tenant());
    await new StagedTenant(storage, staged.id).create({ schemas: [USER], userName: 'ada' });
    const dump = inFolder('scim.dump');
    await tools('pg_dump', ['--format=custom', `--file=${dump}`, from.databaseUrl]);
    await tools('pg_restore', ['--exit-on-error', '--no-owner', `--dbname=${to.databaseUrl}`, dump]);
    const restored = await openStorage({ databaseUrl: to.databaseUrl, queryTimeoutMs: 5_000 });
    await restored.migrate();
    const { resources } = await restored.directory(staged.id).list({ type: 'User', offset: 0, limit: 9 });
    expect(resources).toEqual(
      (await storage.directory(staged.id).list({ type: 'User', offset: 0, limit: 9 })).resources,
    );
    expect(resources).toHaveLength(1);
    await Promise.all([storage.close(), restored.close()]);
    await Promise.all([from.drop(), to.drop()]);
  });
});
