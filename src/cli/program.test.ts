import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../tenants/tenancy.fixture.js';
import { type CommandOptions, type CommandOutcome, printedJson, runOn } from './command-line.fixture.js';

const NOBODY = '0198c59f-0000-7000-8000-000000000000';
const TOKEN = expect.stringMatching(/^fwscim_[\dA-Za-z]{49}$/u) as string;

let test: TestTenancy;
beforeAll(async () => {
  test = await openTestTenancy();
});
beforeEach(async () => {
  await test.tenancy.createTenant('Contoso');
});
afterEach(() => test.reset());
afterAll(() => test.close());

const run = (commandArguments: readonly string[], options?: CommandOptions): Promise<CommandOutcome> =>
  runOn(test, commandArguments, options);

describe('the program', () => {
  it('prints its version', async () => {
    expect(await run(['--version'])).toEqual({ status: 0, stdout: '1.2.3\n', stderr: '' });
  });
});

describe('migrate', () => {
  it('says that the database is up to date', async () => {
    expect((await run(['migrate'])).stdout).toBe('The database is up to date.\n');
    expect(printedJson(await run(['migrate', '--json']))).toEqual({ migrated: true });
  });
});

describe('serve', () => {
  const secretIn = (text: string): string => /fwscim_[\dA-Za-z]{49}/u.exec(text)?.[0] ?? '';

  it('prints a Tenant URL and a Secret Token, the token once, with --demo', async () => {
    const { stdout, stderr } = await run(['serve', '--demo']);
    expect(stderr).toBe('');
    expect(stdout).toMatch(/^ {2}Tenant URL: {4}https:\/\/scim\.example\.com\/scim$/mu);
    expect(stdout).toMatch(/^ {2}Secret Token: {2}fwscim_[\dA-Za-z]{49}$/mu);
    expect(stdout).toContain('https://scim.example.com/scim/Users?access_token=SECRET_TOKEN');
    expect(stdout).toMatch(
      /^ {2}Console: {7}http:\/\/127\.0\.0\.1:8080\/admin \(to sign in, make a token: flexwhere-scim admin-token create\)/mu,
    );
    expect(stdout).toContain('simulate --base https://scim.example.com/scim --token SECRET_TOKEN');
    expect(stdout.split('fwscim_')).toHaveLength(2);
  });

  it('issues a new token with each --demo and revokes the earlier ones of its label only', async () => {
    const first = secretIn((await run(['serve', '--demo'])).stdout);
    const demo = await test.tenancy.findTenant('demo');
    await test.tenancy.issueToken(demo.id, { label: 'kept' });
    const second = printedJson(await run(['serve', '--demo', '--json']));
    expect(second).toEqual({ url: 'http://127.0.0.1:8080', tenantUrl: 'https://scim.example.com/scim', token: TOKEN });
    expect(second['token']).not.toBe(first);
    const tokens = await test.tenancy.listTokens(demo.id);
    expect(tokens.map(({ label, revokedAt }) => [label, revokedAt === undefined])).toEqual([
      ['make start', false],
      ['kept', true],
      ['make start', true],
    ]);
  });

  it('makes no tenant and no token without --demo', async () => {
    expect((await run(['serve'])).stdout).toBe('');
    expect(printedJson(await run(['serve', '--json']))).toEqual({
      url: 'http://127.0.0.1:8080',
      tenantUrl: 'https://scim.example.com/scim',
    });
    expect((await test.tenancy.listTenants({ limit: 9 })).tenants).toHaveLength(1);
  });
});

describe('a command that cannot do what it is told', () => {
  it.each<readonly [string, readonly string[], string]>([
    [
      'a name that is taken',
      ['tenant', 'create', 'Contoso'],
      'Another tenant has the name Contoso. Choose another one.',
    ],
    ['an empty name', ['tenant', 'create', ''], 'The name is empty; give the tenant a name of 1 to 200 characters.'],
    [
      'an unknown tenant',
      ['tenant', 'enable', NOBODY],
      'There is no tenant with that id or name. List the tenants to find it.',
    ],
    [
      'an unknown setting',
      ['tenant', 'set', 'x', 'true', '--tenant', 'Contoso'],
      'There is no such setting; the settings are: group-replace-adds, unknown-attributes, rate-limit, external-reference.',
    ],
    [
      'a past expiry',
      ['token', 'issue', '--tenant', 'Contoso', '--expires', '2020-01-01'],
      'The expiry 2020-01-01T00:00:00.000Z has passed; name a time to come.',
    ],
    [
      'an unknown token',
      ['token', 'revoke', NOBODY],
      'No tenant has a token with that id. To see the ids, run: flexwhere-scim token list --tenant ID',
    ],
  ])('ends with status 1 and a sentence: %s', async (_what, commandArguments, sentence) => {
    expect(await run(commandArguments)).toEqual({ status: 1, stdout: '', stderr: `flexwhere-scim: ${sentence}\n` });
  });

  it.each<readonly [string, readonly string[]]>([
    ['no command', []],
    ['no command of tenant', ['tenant']],
    ['an unknown command', ['launch']],
    ['an unknown command of tenant', ['tenant', 'launch']],
    ['an unknown option', ['tenant', 'list', '--all']],
    ['an argument missing', ['tenant', 'create']],
    ['an argument too many', ['tenant', 'list', 'x']],
    ['no tenant', ['token', 'list']],
    ['two tenants', ['tenant', 'enable', 'Contoso', '--tenant', 'Fabrikam']],
  ])('ends with status 2 when it is called with %s', async (_what, commandArguments) => {
    const { status, stdout, stderr } = await run(commandArguments);
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
    expect(stderr).not.toBe('');
    expect(stderr).not.toContain('    at ');
  });
});

describe('every command', () => {
  it.each([
    'serve',
    'migrate',
    'backup',
    'restore',
    'config check',
    ...['create', 'list', 'enable', 'disable', 'set', 'delete', 'export', 'import'].map((name) => `tenant ${name}`),
    ...['issue', 'list', 'revoke'].map((name) => `token ${name}`),
    ...['create', 'list', 'revoke'].map((name) => `admin-token ${name}`),
    ...['create', 'list', 'rotate-secret', 'add-key', 'add-issuer', 'delete', 'revoke'].map(
      (name) => `oauth-client ${name}`,
    ),
  ])('explains itself with --help and takes --json: %s', async (command) => {
    const { status, stdout, stderr } = await run([...command.split(' '), '--help']);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('--json');
  });
});
