import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../tenants/tenancy.fixture.js';
import { runOn } from './command-line.fixture.js';

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';

let test: TestTenancy;
let folder: string;
let tokenId: string;
beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-asking-'));
  await writeFile(
    join(folder, 'schema.json'),
    JSON.stringify({ id: URN, attributes: [{ name: 'badge', type: 'string' }] }),
  );
  const { tenant } = await test.tenancy.createTenant('Contoso');
  tokenId = (await test.tenancy.listTokens(tenant.id))[0]?.id ?? '';
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

it.each<[string, () => readonly string[], number]>([
  ['Set rate-limit of Contoso to off? [y/N] ', () => ['tenant', 'set', 'rate-limit', 'off'], 0],
  ['Accept requests of Contoso from now on? [y/N] ', () => ['tenant', 'enable'], 0],
  ['Register the schema for Contoso? [y/N] ', () => ['schema', 'register', join(folder, 'schema.json')], 0],
  [`Remove the schema ${URN} of Contoso? [y/N] `, () => ['schema', 'remove', URN], 0],
  ['Refuse all requests of Contoso with this token from now on? [y/N] ', () => ['token', 'revoke', tokenId], 0],
  ['Pause the run? What was sent is settled first, and the rest waits. [y/N] ', () => ['sync', 'pause'], 1],
])('on a terminal, a person is asked "%s" and --yes skips it', async (question, command, status) => {
  const given = [...command(), '--tenant', 'Contoso'];
  const refused = await runOn(test, given, { answer: '' });
  expect(refused).toMatchObject({ status: 1, stdout: '' });
  expect(refused.stderr).toBe(`${question}flexwhere-scim: Nothing was changed.\n`);
  const done = await runOn(test, [...given, '--yes'], { answer: '' });
  expect(done.status).toBe(status);
  expect(done.stderr).not.toContain('[y/N]');
});
