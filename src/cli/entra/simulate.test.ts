import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { sqliteStorage } from '../../storage/testing/storage.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn } from '../command-line.fixture.js';

let test: TestTenancy;
let server: TestServer;

beforeAll(async () => {
  test = await openTestTenancy();
  server = await startTestServer(sqliteStorage);
});

afterAll(async () => {
  await server.stop();
  await test.close();
});

async function simulate(...options: readonly string[]) {
  const { token } = await server.createTenant();
  return runOn(test, ['simulate', '--base', `${server.url}/scim`, '--token', token, ...options]);
}

const COMPANY = ['--users', '12', '--groups', '2', '--cycles', '3', '--seed', '7'];

describe('simulate', () => {
  it('reports each cycle, ends with a table, and exits with 0 if nothing failed permanently', async () => {
    const { status, stdout, stderr } = await simulate(...COMPANY);
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^cycle 1 \(initial\): 14 users and groups, 0 failures, \d+ requests so far$/m);
    expect(stdout).toMatch(/^cycle 3 \(initial\): /m);
    expect(stdout).toMatch(/^REQUEST\tCOUNT\tERRORS\tP50 MS\tP95 MS\tMAX MS$/m);
    expect(stdout).toMatch(/^create user\t1\d\t0\t[\d.]+\t[\d.]+\t[\d.]+$/m);
    expect(stdout).toMatch(/^Nothing failed permanently\.$/m);
  });

  it('plays the same company for the same seed, in the dialect that the Tenant URL asks for, and gets over faults', async () => {
    const counted = async (...options: readonly string[]) => {
      const outcome = await simulate(...COMPANY, '--json', ...options);
      expect([outcome.status, outcome.stderr]).toEqual([0, '']);
      const { requests } = printedJson(outcome);
      return Array.isArray(requests) ? requests.map(({ purpose, requests: count }) => `${purpose} ${count}`) : [];
    };
    const first = await counted('--dialect', 'flag');
    expect(await counted('--dialect', 'flag')).toEqual(first);
    expect(await counted('--faults', '0.03')).not.toEqual(first);
  });

  it('removes with --clean what it made, and nothing else', async () => {
    const tenant = await server.createTenant();
    await tenant.send('POST', '/Users', { schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'stays' });
    const cleaning = ['simulate', '--base', `${server.url}/scim`, '--token', tenant.token, '--clean'];
    const { status, stdout } = await runOn(test, [...cleaning, '--users', '3', '--groups', '1', '--cycles', '1']);
    expect([status, /^Deleted the 4 users and groups that were left of this run\.$/mu.test(stdout)]).toEqual([0, true]);
    expect((await tenant.send('GET', '/Users')).body).toMatchObject({ Resources: [{ userName: 'stays' }] });
    expect((await tenant.send('GET', '/Groups')).body).toMatchObject({ totalResults: 0 });
  });

  it('exits with 1 where the token is wrong', async () => {
    const { status, stdout, stderr } = await simulate('--token', 'wrong', '--users', '1');
    expect(status).toBe(1);
    expect(stdout).toMatch(/^cycle 1 \(initial\): .*; stopped: /m);
    expect(stdout).toMatch(/^The last cycle was stopped: ./m);
    expect(stdout).not.toContain('Nothing failed permanently.');
    expect(stderr).toMatch(/^flexwhere-scim: the provisioning job ended in quarantine: /);
  });

  it('says why the last cycle could not be completed, and exits with 1, if connections are refused', async () => {
    const refused = ['--base', 'http://127.0.0.1:1/scim', '--users', '1', '--cycles', '1'];
    const text = await simulate(...refused);
    expect(text.status).toBe(1);
    expect(text.stdout).toMatch(/^The last cycle was stopped: .*ECONNREFUSED/m);
    expect(text.stderr).toMatch(/^flexwhere-scim: the last cycle could not be completed: .*ECONNREFUSED/);
    const json = await simulate(...refused, '--json');
    expect(json.status).toBe(1);
    const { finished, stopped } = printedJson(json);
    expect(finished).toBe(false);
    expect(JSON.stringify(stopped)).toContain('ECONNREFUSED');
  });

  it.each([
    ['--users', '-1'],
    ['--cycles', '1.5'],
    ['--faults', '1'],
    ['--rate', '0'],
    ['--dialect', 'x'],
    ['--base', 'scim.example.com'],
  ])('refuses %s %s', async (option, value) => {
    expect((await simulate(option, value)).status).toBe(2);
  });
});
