import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../tenants/tenancy.fixture.js';
import { printedJson, runOn } from './command-line.fixture.js';

let test: TestTenancy;
beforeAll(async () => {
  test = await openTestTenancy();
});
afterAll(() => test.close());

it('doctor prints what it finds and ends with status 1', async () => {
  const { tenant, secret } = await test.tenancy.createTenant('Contoso');
  await test.tenancy.setEnabled(tenant.id, false);
  const command = ['doctor', '--base', 'http://127.0.0.1:1/scim/', '--token', secret];
  const outcome = await runOn(test, [...command, '--json']);
  expect(outcome).toMatchObject({ status: 1, stderr: '' });
  const sentences = [
    '127.0.0.1:1 cannot be reached (ECONNREFUSED).',
    'This company is disabled since 2026-06-01 12:00 UTC.',
  ];
  expect(printedJson(outcome)).toEqual({
    ok: false,
    findings: [
      { cause: 'unreachable', sentence: sentences[0] },
      { cause: 'disabled', sentence: sentences[1] },
    ],
  });
  expect((await runOn(test, command)).stdout).toBe(sentences.map((one) => `- ${one}\n`).join(''));
});

it('doctor reads the token from standard input, where no list of processes has it', async () => {
  const { tenant, secret } = await test.tenancy.createTenant('Fabrikam');
  await test.tenancy.setEnabled(tenant.id, false);
  const command = ['doctor', '--base', 'http://127.0.0.1:1/scim/', '--token', '-', '--json'];
  const causes = async (input: string): Promise<unknown> =>
    (printedJson(await runOn(test, command, { input })) as { findings: { cause: string }[] }).findings.map(
      ({ cause }) => cause,
    );
  expect(await causes(`${secret}\n`)).toEqual(['unreachable', 'disabled']);
  expect(await causes('fwscim_unknown')).toEqual(['token', 'unreachable']);
  const asked = await runOn(test, command, { answer: secret, input: 'nothing of it' });
  expect(asked).toMatchObject({ status: 1, stderr: 'Secret Token: ' });
  expect(asked.stdout).toContain('This company is disabled');
  expect((await runOn(test, command, { input: '\n' })).status).toBe(2);
});

it('doctor wants an address', async () => {
  expect((await runOn(test, ['doctor', '--base', 'scim.example.com', '--token', 'x'])).status).toBe(2);
});
