import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../tenants/tenancy.fixture.js';
import { printedJson, runOn } from './command-line.fixture.js';

describe('the command seed', () => {
  let test: TestTenancy;
  beforeAll(async () => {
    test = await openTestTenancy();
  });
  beforeEach(async () => {
    await test.reset();
    await test.tenancy.createTenant('Contoso');
  });
  afterAll(() => test.close());

  it('fills the tenant that it names, and says how long that took', async () => {
    const outcome = await runOn(test, [
      'seed',
      '--tenant',
      'Contoso',
      '--users',
      '12',
      '--groups',
      '2',
      '--members',
      '5',
    ]);
    expect(outcome.stdout).toMatch(
      /^Added 12 users and 2 groups of 5 members to the tenant Contoso in \d+\.\d s, \d+ a second\.\n$/u,
    );
  });

  it('prints the numbers as JSON', async () => {
    const outcome = await runOn(test, ['seed', '--tenant', 'Contoso', '--users', '3', '--seed', '9', '--json']);
    expect(printedJson(outcome)).toMatchObject({ users: 3, groups: 0, members: 0, seed: 9 });
    expect(printedJson(outcome)['seconds']).toBeGreaterThan(0);
  });

  it('fails for a tenant that has users already, and adds to it when told to', async () => {
    const seed = ['seed', '--tenant', 'Contoso', '--users', '2'];
    expect((await runOn(test, seed)).status).toBe(0);
    const refused = await runOn(test, seed);
    expect(refused.status).toBe(1);
    expect(refused.stderr).toContain('use --add');
    expect((await runOn(test, [...seed, '--add'])).status).toBe(0);
  });

  it.each([
    { given: ['--users', '2', '--groups', '1', '--members', '3'], reason: '--members cannot be more than --users' },
    { given: ['--users', '10000000'], reason: '--users must be at most 9999999' },
    { given: ['--users', 'many'], reason: 'It must be a whole number' },
  ])('refuses $given as an invalid command line', async ({ given, reason }) => {
    const { status, stderr } = await runOn(test, ['seed', '--tenant', 'Contoso', ...given]);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
  });
});
