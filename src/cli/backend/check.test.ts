import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DefectiveBackend } from '../../sync/backends/http/check/defective-backend.fixture.js';
import { SECRET } from '../../sync/backends/http/scripted-backend.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn } from '../command-line.fixture.js';

let test: TestTenancy;
const backend = new DefectiveBackend();
beforeAll(async () => {
  test = await openTestTenancy();
  await backend.start();
});
afterAll(async () => {
  await backend.close();
  await test.close();
});

const check = (more: readonly string[] = [], environment = { SYNC_BACKEND_SECRET: SECRET }) =>
  runOn(test, ['backend', 'check', ...more], { environment });

describe('backend check', () => {
  it('ends with 0 where nothing is wrong, with the secret from the environment or the command line', async () => {
    backend.defect = {};
    const outcome = await check(['--url', backend.url, '--only', 'groups', '--json']);
    expect({ ...outcome, json: printedJson(outcome) }).toMatchObject({ status: 0, json: { ok: true, findings: [] } });
    const other = await runOn(test, ['backend', 'check', '--url', backend.url, '--secret', SECRET, '--only', 'atomic']);
    expect(other.status).toBe(0);
    expect(other.stdout).toMatch(
      /^The backend does what openapi\/backend\.yaml says of atomic: \d+ requests, nothing wrong\.\n$/u,
    );
  });

  it('does not praise a backend that was not checked to the end', async () => {
    backend.defect = {};
    const environment = { SYNC_BACKEND_SECRET: SECRET };
    const stopped = ['backend', 'check', '--url', backend.url, '--only', 'groups,atomic'];
    const outcome = await runOn(test, stopped, { environment, stop: Promise.resolve() });
    expect(outcome).toEqual({
      status: 130,
      stdout: 'Nothing wrong in 1 requests so far.\n',
      stderr: 'flexwhere-scim: Stopped before everything was checked; left out: groups, atomic.\n',
    });
  });

  it('ends with 1 and says what is wrong, and where the document says so', async () => {
    backend.defect = { trusts: () => true };
    const outcome = await check(['--url', backend.url, '--only', 'signatures', '--json']);
    expect(outcome.status).toBe(1);
    const finding = 'GET /capabilities without a signature was answered 200; it must be refused with 401.';
    const { ok, findings } = printedJson(outcome);
    expect({ ok, findings }).toMatchObject({ ok: false });
    expect(findings).toContainEqual({ finding, place: '#/components/responses/NotSigned' });
    const { stdout, stderr } = await check(['--url', backend.url, '--only', 'signatures']);
    expect(stdout).toContain(`${finding}\n  openapi/backend.yaml #/components/responses/NotSigned\n`);
    expect(stderr).toBe('flexwhere-scim: The backend got 5 things wrong.\n');
  });

  it.each([
    [['--url', 'ftp://x'], '--url must be an http or https address'],
    [['--url', 'http://127.0.0.1:2', '--secret', 'x'], '--secret must be whsec_'],
    [[], 'Give the address of the backend: --url or SYNC_BACKEND_URL.'],
    [['--url', 'http://127.0.0.1:2', '--only', 'everything'], 'The parts are signatures, accounts'],
  ])('refuses %j', async (given, message) => {
    const { status, stderr } = await check(given);
    expect({ status, stderr }).toEqual({ status: 2, stderr: expect.stringContaining(message) as string });
  });
});
