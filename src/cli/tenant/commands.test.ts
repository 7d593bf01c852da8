import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Tenant } from '../../model/tenant.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import type { CreatedTenant } from '../../tenants/tenants.js';
import { type CommandOptions, type CommandOutcome, printedJson, runOn } from '../command-line.fixture.js';

const TOKEN = expect.stringMatching(/^fwscim_[\dA-Za-z]{49}$/u) as string;

let test: TestTenancy;
let contoso: CreatedTenant;
beforeAll(async () => {
  test = await openTestTenancy();
});
beforeEach(async () => {
  contoso = await test.tenancy.createTenant('Contoso');
});
afterEach(() => test.reset());
afterAll(() => test.close());

const run = (commandArguments: readonly string[], options?: CommandOptions): Promise<CommandOutcome> =>
  runOn(test, commandArguments, options);

const stored = (): Promise<Tenant> => test.tenancy.getTenant(contoso.tenant.id);

describe('tenant create', () => {
  it('prints exactly four fields with --json', async () => {
    const created = printedJson(await run(['tenant', 'create', 'Fabrikam', '--json']));
    const { id } = await test.tenancy.findTenant('Fabrikam');
    expect(created).toEqual({
      tenantId: id,
      name: 'Fabrikam',
      token: TOKEN,
      tenantUrl: 'https://scim.example.com/scim',
    });
    expect(Object.keys(created)).toEqual(['tenantId', 'name', 'token', 'tenantUrl']);
  });

  it('says what to do with the token, which it shows once', async () => {
    const environment = { PUBLIC_URL: 'https://scim.example.com' };
    const { stdout, stderr, status } = await run(['tenant', 'create', 'Fabrikam'], { environment });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(/^ {2}Tenant URL: {4}https:\/\/scim\.example\.com\/scim$/mu);
    expect(stdout).toMatch(/^ {2}Secret Token: {2}fwscim_[\dA-Za-z]{49}$/mu);
    expect(stdout.split('fwscim_')).toHaveLength(2);
  });
});

describe('tenant create without PUBLIC_URL', () => {
  it('says on standard error that the address works on this machine only', async () => {
    const { stdout, stderr } = await run(['tenant', 'create', 'Fabrikam', '--json']);
    expect(stderr).toMatch(
      /^PUBLIC_URL is not set: .* works on this machine only, and Entra cannot reach it\. Set PUBLIC_URL/u,
    );
    expect(Object.keys(printedJson({ status: 0, stdout, stderr }))).toHaveLength(4);
  });
});

describe('tenant list', () => {
  it('prints the tenants as the admin API shows them', async () => {
    const { id, created, lastModified } = contoso.tenant;
    expect(printedJson(await run(['tenant', 'list', '--json']))).toEqual({
      tenants: [
        {
          tenantId: id,
          name: 'Contoso',
          enabled: true,
          settings: { groupReplaceAdds: false, unknownAttributes: 'ignore', rateLimit: 'default' },
          created,
          lastModified,
        },
      ],
    });
  });

  it('prints an aligned table on a terminal, and tabs elsewhere', async () => {
    const cells = ['TENANT ID', 'NAME', 'STATE', 'GROUP-REPLACE-ADDS', 'UNKNOWN-ATTRIBUTES', 'CREATED'];
    expect((await run(['tenant', 'list'], { answer: '' })).stdout).toMatch(/^TENANT ID {29}NAME {5}STATE/u);
    expect((await run(['tenant', 'list'])).stdout.split('\n')[0]).toBe(cells.join('\t'));
  });
});

describe('tenant enable and tenant disable', () => {
  it.each([
    ['the id as an argument', () => [contoso.tenant.id]],
    ['the name as an argument', () => ['Contoso']],
    ['the id as --tenant', () => ['--tenant', contoso.tenant.id]],
    ['the name as --tenant', () => ['--tenant', 'Contoso']],
  ])('take %s', async (_what, naming) => {
    expect((await run(['tenant', 'disable', ...naming()])).stdout).toContain('Contoso is disabled');
    expect((await stored()).enabled).toBe(false);
    expect(printedJson(await run(['tenant', 'enable', ...naming(), '--json']))).toMatchObject({ enabled: true });
    expect((await stored()).enabled).toBe(true);
  });
});

describe('tenant set', () => {
  it('changes a setting', async () => {
    const { status } = await run(['tenant', 'set', 'group-replace-adds', 'true', '--tenant', contoso.tenant.id]);
    expect(status).toBe(0);
    expect((await stored()).settings).toEqual({
      groupReplaceAdds: true,
      unknownAttributes: 'ignore',
      rateLimit: 'default',
    });
  });

  it('names the settings in its help', async () => {
    const { stdout, status } = await run(['tenant', 'set', '--help']);
    expect(status).toBe(0);
    expect(stdout).toContain('group-replace-adds  true or false:');
  });
});

describe('tenant delete', () => {
  const exists = async (): Promise<boolean> => (await test.tenancy.listTenants({ limit: 1 })).tenants.length > 0;

  it('asks on a terminal, and erases when the name is typed', async () => {
    const { status, stderr, stdout } = await run(['tenant', 'delete', contoso.tenant.id], { answer: 'Contoso' });
    expect(stderr).toContain('Type its name to confirm');
    expect({ status, stdout }).toEqual({ status: 0, stdout: 'Erased the tenant Contoso and everything it had.\n' });
    expect(await exists()).toBe(false);
  });

  it.each(['', 'y', 'contoso'])('erases nothing when %j is typed', async (answer) => {
    const { status, stderr } = await run(['tenant', 'delete', contoso.tenant.id], { answer });
    expect(status).toBe(1);
    expect(stderr).toContain('flexwhere-scim: Nothing was erased.');
    expect(await exists()).toBe(true);
  });

  it('needs --yes where nobody can be asked', async () => {
    const { status, stderr } = await run(['tenant', 'delete', '--tenant', contoso.tenant.id]);
    expect({ status, stderr }).toEqual({
      status: 2,
      stderr: 'flexwhere-scim: Erasing a tenant cannot be undone. If this is intended, add --yes.\n',
    });
    expect(await exists()).toBe(true);
    expect(printedJson(await run(['tenant', 'delete', '--tenant', contoso.tenant.id, '--yes', '--json']))).toEqual({
      tenantId: contoso.tenant.id,
      name: 'Contoso',
      deleted: true,
    });
    expect(await exists()).toBe(false);
  });
});

describe('token issue', () => {
  it('prints the token with its label and expiry', async () => {
    const options = ['--tenant', 'Contoso', '--label', 'June', '--expires', '2027-01-01', '--json'];
    expect(printedJson(await run(['token', 'issue', ...options]))).toMatchObject({
      label: 'June',
      expiresAt: '2027-01-01T00:00:00.000Z',
      token: TOKEN,
    });
  });

  it('says until when the token is valid, and shows it once', async () => {
    const { stdout } = await run(['token', 'issue', '--tenant', contoso.tenant.id]);
    expect(stdout).toContain('valid until it is revoked');
    expect(stdout.split('fwscim_')).toHaveLength(2);
  });
});

describe('token issue --read-only', () => {
  it('prints a check token, and how to look with it', async () => {
    const options = ['--tenant', 'Contoso', '--read-only'];
    expect(printedJson(await run(['token', 'issue', ...options, '--json']))).toMatchObject({
      scopes: ['scim.read'],
      token: TOKEN,
    });
    const { stdout } = await run(['token', 'issue', ...options]);
    expect(stdout).toContain('/scim/Users?access_token=<check token>');
    expect((await run(['token', 'list', '--tenant', 'Contoso'])).stdout).toMatch(/\tread\t/u);
  });
});

describe('tenant setup-link', () => {
  it('prints exactly the address and its end with --json', async () => {
    const made = printedJson(await run(['tenant', 'setup-link', '--tenant', 'Contoso', '--days', '2', '--json']));
    expect(Object.keys(made)).toEqual(['url', 'expires']);
    expect(made).toEqual({
      url: expect.stringMatching(/^https:\/\/scim\.example\.com\/setup\/[\w-]{43}$/u) as string,
      expires: '2026-06-03T12:00:00.000Z',
    });
  });

  it('renews and revokes the link under its address', async () => {
    const command = ['tenant', 'setup-link', '--tenant', 'Contoso'];
    expect(await run([...command, '--renew'])).toMatchObject({
      status: 1,
      stderr: 'flexwhere-scim: The tenant has no setup link. Make one first.\n',
    });
    await run(command);
    expect(printedJson(await run([...command, '--renew', '--days', '60', '--json']))).toEqual({
      url: null,
      expires: '2026-07-31T12:00:00.000Z',
    });
    expect((await run([...command, '--revoke'])).stdout).toBe('The setup link of the tenant Contoso is revoked.\n');
    for (const wrong of [
      ['--renew', '--revoke'],
      ['--days', 'x'],
    ]) {
      expect((await run([...command, ...wrong])).status).toBe(2);
    }
    expect((await run([...command, '--days', '61'])).stderr).toContain('lasts from 1 to 60 days');
  });
});

describe('token list', () => {
  it('shows everything about a token but the token', async () => {
    const json = await run(['token', 'list', '--tenant', 'Contoso', '--json']);
    expect(printedJson(json)).toMatchObject({
      tokens: [{ tokenId: contoso.token.id, label: 'first', revokedAt: null }],
    });
    const { stdout } = await run(['token', 'list', '--tenant', 'Contoso'], { answer: '' });
    expect(stdout).toContain(`${contoso.token.id}  first  ${contoso.token.prefix ?? ''}  read`);
    expect(json.stdout + stdout).not.toContain('fwscim_');
  });
});

describe('token revoke', () => {
  it.each([
    ['with the tenant named', () => ['--tenant', contoso.tenant.id]],
    ['by its id alone', () => []],
  ])('revokes a token %s', async (_what, naming) => {
    await test.tenancy.createTenant('Fabrikam');
    const { stdout } = await run(['token', 'revoke', contoso.token.id, ...naming()]);
    expect(stdout).toBe(`The token ${contoso.token.id} of the tenant Contoso is revoked.\n`);
    expect((await test.tenancy.listTokens(contoso.tenant.id))[0]?.revokedAt).toBe('2026-06-01T12:00:00.000Z');
  });

  it('does not find a token in another tenant than the named one', async () => {
    const fabrikam = await test.tenancy.createTenant('Fabrikam');
    const { status } = await run(['token', 'revoke', contoso.token.id, '--tenant', fabrikam.tenant.id]);
    expect(status).toBe(1);
    expect((await test.tenancy.listTokens(contoso.tenant.id))[0]?.revokedAt).toBeUndefined();
  });
});
