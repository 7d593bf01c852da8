import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openTestTenancy, type TestTenancy } from '../../tenants/tenancy.fixture.js';
import { printedJson, runOn } from '../command-line.fixture.js';

let from: TestTenancy;
let to: TestTenancy;
let folder: string;

beforeAll(async () => {
  [from, to] = [await openTestTenancy(), await openTestTenancy()];
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-cli-move-'));
});
afterAll(async () => {
  await Promise.all([from.close(), to.close(), rm(folder, { recursive: true })]);
});

describe('tenant export and tenant import', () => {
  it('print what other programs depend on, and leave a file that only its user reads', async () => {
    const { tenant } = await from.tenancy.createTenant('Contoso');
    await runOn(from, ['seed', '--tenant', 'Contoso', '--users', '5', '--groups', '2', '--members', '3']);
    const file = join(folder, 'contoso.ndjson');
    const exported = await runOn(from, ['tenant', 'export', '--tenant', tenant.id, '--to', file, '--json']);
    expect(printedJson(exported)).toMatchObject({ tenantId: tenant.id, file, users: 5, groups: 2, lines: 14 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readFile(file, 'utf8')).not.toContain('"hash"');
    const imported = await runOn(to, ['tenant', 'import', file, '--json']);
    expect(printedJson(imported)).toEqual({ tenantId: tenant.id, users: 5, groups: 2 });
    expect((await to.tenancy.getTenant(tenant.id)).name).toBe('Contoso');
  });

  it('never take the place of a file, and leave nothing behind when they fail', async () => {
    const file = join(folder, 'mine');
    await writeFile(file, 'mine');
    const { status, stderr } = await runOn(from, ['tenant', 'export', '--tenant', 'Contoso', '--to', file]);
    expect({ status, stderr }).toEqual({
      status: 1,
      stderr: `flexwhere-scim: ${file} exists already. Name a new file, or remove that one first.\n`,
    });
    expect(await readFile(file, 'utf8')).toBe('mine');
    const before = await readdir(folder);
    const { id } = await from.tenancy.findTenant('Contoso');
    const gone = { ...from, storage: { ...from.storage, moves: failing(from) } } as unknown as TestTenancy;
    const failed = await runOn(gone, ['tenant', 'export', '--tenant', id, '--to', join(folder, 'new')]);
    expect(failed).toMatchObject({ status: 1, stderr: 'flexwhere-scim: the disk is full\n' });
    expect(await readdir(folder)).toEqual(before);
    expect((await runOn(to, ['tenant', 'import', file])).stderr).toBe(
      'flexwhere-scim: Line 1 ends too early: the file was cut. Export the tenant again. Nothing was imported.\n',
    );
  });
});

/** Moves whose snapshots end before they have begun. */
function failing({ storage }: TestTenancy): object {
  return {
    schemaIn: storage.moves.schemaIn.bind(storage.moves),
    snapshot: () => Promise.reject(new Error('the disk is full')),
  };
}
