import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions, type CommandOutcome } from '../command-line.fixture.js';

let test: TestTenancy;
beforeAll(async () => {
  test = await openTestTenancy();
});
afterAll(() => test.close());

const run = (words: readonly string[], options?: CommandOptions): Promise<CommandOutcome> =>
  runOn(test, ['admin-token', ...words], options);

describe('admin-token', () => {
  it('creates a token, shows it once, lists it without, and revokes it', async () => {
    const create = ['create', '--label', 'Anna', '--role', 'operator', '--by', 'Ben', '--expires', '2099-01-01'];
    const made = printedJson(await run([...create, '--json']));
    expect(made).toMatchObject({ label: 'Anna', role: 'operator', createdBy: 'Ben', revokedAt: null });
    expect(made['token']).toMatch(/^fwadmin_[\dA-Za-z]{49}$/u);
    const { stdout } = await run(['list']);
    expect(stdout).toContain('Anna');
    expect(stdout).not.toContain('fwadmin_');
    const id = String(made['adminTokenId']);
    expect((await run(['revoke', id], { answer: 'n' })).stderr).toContain('Nothing was changed.');
    const revoked = printedJson(await run(['revoke', id, '--by', 'Ben', '--json']));
    expect(revoked).toMatchObject({ adminTokenId: id, revokedBy: 'Ben' });
    expect((await run(create)).stderr).toContain('has or had the label Anna');
  });

  it('refuses a role that there is not', async () => {
    const { status, stderr } = await run(['create', '--label', 'Eve', '--role', 'root']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('viewer, operator, admin')]);
  });

  it('keeps the last way in, unless told otherwise or the server has an ADMIN_TOKEN', async () => {
    const id = async (label: string): Promise<string> =>
      String(printedJson(await run(['create', '--label', label, '--role', 'admin', '--json']))['adminTokenId']);
    const last = await id('last');
    expect((await run(['revoke', last])).stderr).toContain('--even-last');
    expect((await run(['revoke', last, '--even-last'])).stdout).toContain('The admin token of last is revoked.');
    const beside = { environment: { ADMIN_TOKEN: 'x'.repeat(32) } };
    expect((await run(['revoke', await id('beside')], beside)).status).toBe(0);
  });
});
