import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { StagedTenant } from '../../../provisioning/staged-tenant.fixture.js';
import { openTestTenancy, type TestTenancy } from '../../../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions } from '../../command-line.fixture.js';

let test: TestTenancy;
let folder: string;
beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-mirror-'));
  const { tenant } = await test.tenancy.createTenant('Contoso');
  const staged = new StagedTenant(test.storage, tenant.id);
  await staged.create({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName: 'ann' });
});
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

/** Runs a command of `sync` with files in a folder as its backend. */
const syncTo = (name: string, command: string, options: CommandOptions = {}) =>
  runOn(
    test,
    ['sync', ...command.split(' '), '--tenant', 'Contoso', '--by', 'ada'].filter((word) => word !== ''),
    {
      ...options,
      environment: { SYNC_EXPORT_DIR: join(folder, name) },
    },
  );

it('another backend than the one of the mirror ends with status 5 and the choices, each of which works', async () => {
  const { planId } = printedJson(await syncTo('old', 'plan --json'));
  expect((await syncTo('old', `apply --plan ${String(planId)}`)).status).toBe(0);

  const refused = await syncTo('new', 'plan');
  expect(refused.status).toBe(5);
  expect(refused.stderr).toContain(`belongs to the backend file ${join(folder, 'old')}`);
  for (const choice of ['adopt', 'reset', 'verify']) {
    expect(refused.stderr).toContain(`flexwhere-scim sync mirror ${choice} --tenant Contoso`);
  }

  const shown = await runOn(test, ['sync', 'mirror', 'show', '--tenant', 'Contoso', '--json'], {
    environment: { SYNC_EXPORT_DIR: join(folder, 'new') },
  });
  expect(printedJson(shown)).toMatchObject({
    belongsTo: { kind: 'file', address: join(folder, 'old'), backendId: null },
    ...{ by: 'ada', belongs: false, current: { address: join(folder, 'new') }, accounts: 1, listing: true },
  });

  const verified = printedJson(await syncTo('new', 'mirror verify --json'));
  expect(verified).toMatchObject({ counts: { create: 1 } });
  expect((await syncTo('new', `apply --plan ${String(verified['planId'])}`)).status).toBe(5);
  expect((await syncTo('new', 'mirror adopt')).stdout).toContain('belongs to the backend file');
  expect((await syncTo('new', `apply --plan ${String(verified['planId'])}`)).status).toBe(0);
  expect((await syncTo('new', 'mirror verify')).stdout).toContain('The backend has exactly what it was sent.');

  expect(printedJson(await syncTo('third', 'mirror reset --yes --json'))).toMatchObject({ belongs: true, accounts: 0 });
  expect(printedJson(await syncTo('third', 'plan --json'))).toMatchObject({ counts: { create: 1 } });
});

it('nobody is no name for the audit trail', async () => {
  const refused = await runOn(test, ['sync', 'plan', '--tenant', 'Contoso', '--by', ''], {
    environment: { SYNC_EXPORT_DIR: join(folder, 'old') },
  });
  expect([refused.status, refused.stderr]).toEqual([2, expect.stringContaining('--by takes your name')]);
});

it('on a terminal a person is asked before the mirror is changed', async () => {
  const kept = await syncTo('fourth', 'mirror reset', { answer: '' });
  expect([kept.status, kept.stderr]).toEqual([1, expect.stringContaining('Nothing was changed.')]);
  expect((await syncTo('fourth', 'mirror reset', { answer: 'y' })).status).toBe(0);
});
