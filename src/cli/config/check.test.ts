import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { unusable } from '../../compose.js';
import { checkConfig, readConfig } from '../../config.js';
import { printedJson, runOn } from '../command-line.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';

let test: TestTenancy;
let folder: string;

beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-config-'));
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const SECRET = 'a secret of more than 32 characters';
const settingOf = (variables: Readonly<Record<string, string>>, name: string) =>
  checkConfig(unusable, variables).settings.find((setting) => setting.name === name);

describe('config check', () => {
  it('prints every setting with where it comes from, and no secret', async () => {
    const file = join(folder, 'token');
    await writeFile(file, `${SECRET}\n`);
    const environment = {
      ...{ PORT: '9090', ADMIN_TOKEN_FILE: file, HOST: '' },
      DATABASE_URL: `postgres://scim:${SECRET.replaceAll(' ', '-')}@db.example/scim?sslmode=verify-full`,
    };
    const outcome = await runOn(test, ['config', 'check', '--json'], { environment });
    expect(outcome.status).toBe(0);
    expect(outcome.stdout).not.toContain('a-secret');
    expect(outcome.stdout).not.toContain(SECRET);
    const { valid, problems, settings } = printedJson(outcome);
    expect({ valid, problems }).toEqual({ valid: true, problems: [] });
    expect(settings).toEqual(
      expect.arrayContaining([
        { name: 'PORT', value: '9090', source: 'environment' },
        { name: 'HOST', value: '127.0.0.1', source: 'default' },
        { name: 'ADMIN_TOKEN', value: '********', source: 'file' },
        { name: 'KEEP_ALIVE_TIMEOUT_MS', value: '75000', source: 'default' },
        {
          ...{ name: 'DATABASE_URL', source: 'environment' },
          value: 'postgres://scim:********@db.example/scim?sslmode=verify-full',
        },
      ]),
    );
    expect(readConfig({ ADMIN_TOKEN_FILE: file }).adminToken).toBe(SECRET);
  });

  it('names every setting that cannot be read, shows its default, and ends with status 1', async () => {
    const variables = { PORT: 'x', MAX_PAGE_SIZE: '0', SYNC_BACKEND: 'http', ADMIN_TOKEN: 'short', LOG_LEVEL: 'loud' };
    const { settings, problems } = checkConfig(unusable, variables);
    const begin = problems.map((problem) => problem.split(' ')[0]);
    expect(begin.sort()).toEqual(['ADMIN_TOKEN', 'LOG_LEVEL', 'MAX_PAGE_SIZE', 'PORT', 'SYNC_BACKEND_URL']);
    expect(settings.find(({ name }) => name === 'PORT')).toEqual({ name: 'PORT', value: '8080', source: 'default' });
    const text = await runOn(test, ['config', 'check'], { environment: {} });
    expect(text).toMatchObject({ status: 0, stderr: '' });
    expect(text.stdout).toContain('DATABASE_POOL_SIZE\t10\tdefault');
  });

  it.each([
    [
      'a file that is not there',
      { ADMIN_TOKEN_FILE: '/nowhere/token' },
      'ADMIN_TOKEN_FILE must name a file that can be read: ENOENT',
    ],
    ['an empty file', { DATABASE_URL_FILE: '/dev/null' }, 'DATABASE_URL_FILE must name a file that is not empty'],
    [
      'both',
      { ADMIN_TOKEN_FILE: '/dev/null', ADMIN_TOKEN: SECRET },
      'ADMIN_TOKEN_FILE must not be set where ADMIN_TOKEN is',
    ],
  ])('refuses %s in the place of a secret', (_what, variables, message) => {
    expect(checkConfig(unusable, variables).problems[0]).toContain(message);
    expect(() => readConfig(variables)).toThrow(message);
  });

  it('masks passwords in the query of a database as well', () => {
    const url = 'postgres://db.example/scim?user=scim&password=s3cret&sslmode=require';
    expect(settingOf({ DATABASE_URL: url }, 'DATABASE_URL')?.value).toBe(url.replace('s3cret', '********'));
  });

  it.each([
    ['postgres://scim:s3/cret@db.example/scim', '********'],
    ['postgres://scim:s3?cret@db.example/scim', '********'],
    ['postgres://scim:5#s3cret@db.example/scim', 'postgres://scim:********@db.example/scim'],
    ['postgres://scim:5/s3@cret@db.example/scim', 'postgres://scim:********@db.example/scim'],
    ['postgres://db.example/scim?password=s3#cret', 'postgres://db.example/scim?password=********'],
    ['postgres:scim:s3cret@db.example/scim', '********'],
    ['host=db.example user=scim password=s3cret', '********'],
    ['postgres://scim@db.example:5432/scim', 'postgres://scim@db.example:5432/scim'],
    ['sqlite:/data/a:b@c.sqlite', 'sqlite:/data/a:b@c.sqlite'],
  ])('masks the password in %s, however it is written', (url, shown) => {
    expect(settingOf({ DATABASE_URL: url }, 'DATABASE_URL')?.value).toBe(shown);
  });

  it('names what can be read, but no server starts with', async () => {
    const environment = {
      DATABASE_URL: 'mysql://scim:a-secret@db.example/scim',
      TRUSTED_PROXIES: '10.0.0.0/8, nonsense',
    };
    const { status, stdout } = await runOn(test, ['config', 'check', '--json'], { environment });
    expect([status, stdout.includes('a-secret')]).toEqual([1, false]);
    expect(printedJson({ stdout, stderr: '', status: 0 })).toMatchObject({
      valid: false,
      problems: [
        expect.stringMatching(/^DATABASE_URL must be sqlite:PATH/u),
        expect.stringContaining('"nonsense" is neither'),
      ],
    });
  });
});
