import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { JsonValue } from '../protocol/json.js';
import { StagedTenant } from '../provisioning/staged-tenant.fixture.js';
import { openTestTenancy, type TestTenancy } from '../tenants/tenancy.fixture.js';
import { printedJson, runOn, type CommandOptions, type CommandOutcome } from './command-line.fixture.js';

const URN = 'urn:ietf:params:scim:schemas:extension:Contoso:2.0:User';
const DEFINITION = {
  id: URN,
  name: 'Contoso',
  attributes: [
    { name: 'badge', uniqueness: 'server' },
    { name: 'level', type: 'integer' },
  ],
};

let test: TestTenancy;
let folder: string;
let staged: StagedTenant;
beforeAll(async () => {
  test = await openTestTenancy();
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-cli-'));
});
beforeEach(async () => {
  const { tenant } = await test.tenancy.createTenant('Contoso');
  staged = new StagedTenant(test.storage, tenant.id);
});
afterEach(() => test.reset());
afterAll(async () => {
  await test.close();
  await rm(folder, { recursive: true });
});

const run = (commandArguments: readonly string[], options?: CommandOptions): Promise<CommandOutcome> =>
  runOn(test, commandArguments, options);

async function fileOf(content: JsonValue): Promise<string> {
  const file = join(folder, 'schema.json');
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}

async function register(definition: JsonValue = DEFINITION, ...options: string[]): Promise<CommandOutcome> {
  return run(['schema', 'register', '--tenant', 'Contoso', await fileOf(definition), ...options]);
}

const stage = (userName: string, extension: Record<string, JsonValue>): Promise<string> =>
  staged.create({ schemas: ['urn:ietf:params:scim:schemas:core:2.0:User'], userName, [URN]: extension });

describe('schema register', () => {
  it('says what was registered', async () => {
    await stage('ann', { level: 1 });
    const { stdout, status } = await register();
    expect(status).toBe(0);
    expect(stdout).toBe(`Registered ${URN} with 2 attributes; resources with values of it: 1.\n`);
  });

  it('prints the schema with --json', async () => {
    expect(printedJson(await register(DEFINITION, '--json'))).toMatchObject({
      schema: { id: URN, resourceType: 'User' },
      state: 'active',
      resources: 0,
      droppedCount: 0,
      dropped: [],
    });
  });

  it('lists staged values that do not fit, and ends with 1', async () => {
    const id = await stage('ann', { level: 'x' });
    const { stdout, stderr, status } = await register();
    expect(status).toBe(1);
    expect(stdout).toContain(`User\t${id}\t${URN}:level\t`);
    expect(stderr).toContain('One staged value does not fit');
    const json = printedJson(await register(DEFINITION, '--json'));
    expect(json).toMatchObject({ status: '409', offenderCount: 1, offenders: [{ id, attribute: `${URN}:level` }] });
    expect(printedJson(await run(['schema', 'list', '--tenant', 'Contoso', '--json']))).toEqual({ schemas: [] });
  });

  it('discards them with --drop-invalid, and says which', async () => {
    const id = await stage('ann', { level: 'x', badge: 'B' });
    const { stdout, status } = await register(DEFINITION, '--drop-invalid');
    expect(status).toBe(0);
    expect(stdout).toContain('Discarded 1 value that did not fit.');
    expect(stdout).toContain(id);
    expect((await staged.user(id)).resource[URN]).toEqual({ badge: 'B' });
  });

  it.each([
    ['a file that is not there', ['/nowhere/schema.json'], 2, 'cannot be read'],
    ['a definition that cannot be', [{ id: URN, attributes: [] }], 1, 'attributes'],
    ['no JSON', ['{"id":'], 2, 'JSON object'],
    ['a list', [[1]], 2, 'JSON object'],
    [
      'another type',
      [
        {
          ...DEFINITION,
          attributes: [
            { name: 'badge', type: 'integer' },
            { name: 'level', type: 'integer' },
          ],
        },
      ],
      1,
      'cannot change',
    ],
  ] as const)('refuses %s', async (_, [content], status, complaint) => {
    await register();
    const file = content === '/nowhere/schema.json' ? content : await fileOf(content);
    const outcome = await run(['schema', 'register', '--tenant', 'Contoso', file]);
    expect(outcome.status).toBe(status);
    expect(outcome.stderr).toContain(complaint);
    expect(outcome.stderr).not.toContain('    at ');
  });

  it('wants to know the tenant', async () => {
    expect(await run(['schema', 'register', await fileOf(DEFINITION)])).toMatchObject({ status: 2 });
    expect(await run(['schema', 'register', '--tenant', 'Nobody', await fileOf(DEFINITION)])).toMatchObject({
      status: 1,
    });
  });
});

describe('schema list', () => {
  it('says so when there are none', async () => {
    expect((await run(['schema', 'list', '--tenant', 'Contoso'])).stdout).toContain('schema register');
  });

  it('has a line for each', async () => {
    await register();
    await stage('ann', { level: 1 });
    expect((await run(['schema', 'list', '--tenant', 'Contoso'])).stdout).toContain(`${URN}\tUser\tactive\t2\t1`);
  });
});

describe('schema show', () => {
  it('prints a definition that can be registered again', async () => {
    await register();
    const { stdout } = await run(['schema', 'show', '--tenant', 'Contoso', URN.toUpperCase()]);
    expect((await register(stdout)).status).toBe(0);
    expect(printedJson(await run(['schema', 'show', '--tenant', 'Contoso', URN, '--json']))).toMatchObject({
      schema: { id: URN },
      state: 'active',
    });
  });

  it('knows the tenant’s own schemas only', async () => {
    expect(await run(['schema', 'show', '--tenant', 'Contoso', URN])).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('no schema') as string,
    });
  });
});

describe('schema remove', () => {
  it('refuses while resources have values, and says how many', async () => {
    await register();
    await stage('ann', { level: 1 });
    const { status, stderr } = await run(['schema', 'remove', '--tenant', 'Contoso', URN]);
    expect(status).toBe(1);
    expect(stderr).toContain('1 user has values');
  });

  it('removes what nothing uses', async () => {
    await register();
    expect(printedJson(await run(['schema', 'remove', '--tenant', 'Contoso', URN.toLowerCase(), '--json']))).toEqual({
      id: URN,
      removed: true,
    });
    expect(await run(['schema', 'remove', '--tenant', 'Contoso', URN])).toMatchObject({ status: 1 });
  });
});
