import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { compiledProgram } from '../../src/testing/compiled-program.js';
import { sqliteStorage, storageKinds } from '../../src/storage/testing/storage.fixture.js';
import { isArray, isObject, parseJson, type JsonObject } from '../../tools/entra-client/json.js';
import { Operator } from '../server/operator.js';
import { startServer, type RunningServer } from '../server/start-server.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECORDINGS = join(ROOT, 'contract-tests/recordings');

/** Runs a command as a process of its own. @throws Error if it fails, with what it printed */
async function run(commandArguments: readonly string[], databaseUrl = ''): Promise<string> {
  const command = [await compiledProgram('src/cli/main.ts'), ...commandArguments];
  const env = { ...process.env, DATABASE_URL: databaseUrl, LOG_LEVEL: 'silent' };
  return (await promisify(execFile)(process.execPath, command, { cwd: ROOT, env, maxBuffer: 16_777_216 })).stdout;
}

async function runForJson(commandArguments: readonly string[], databaseUrl: string): Promise<JsonObject> {
  const printed = parseJson(await run([...commandArguments, '--json'], databaseUrl));
  if (!isObject(printed)) throw new Error('a command printed no object');
  return printed;
}

/** Everything that Entra can list, with the ETags. */
async function everything({ origin }: RunningServer, token: string): Promise<readonly JsonObject[]> {
  const lists = ['Users', 'Groups'].map(async (type) => {
    const headers = { Authorization: `Bearer ${token}` };
    const text = await (await fetch(`${origin}/scim/${type}?count=1000`, { headers })).text();
    const list = parseJson(text);
    const resources = isObject(list) ? list['Resources'] : undefined;
    return resources !== undefined && isArray(resources) ? resources.filter(isObject) : [];
  });
  return (await Promise.all(lists)).flat();
}

const played = async ({ origin }: RunningServer, token: string): Promise<string> =>
  (await run(['replay', RECORDINGS, '--base', `${origin}/scim`, '--token', token])).trimEnd().split('\n').at(-1) ?? '';

test('a company that moves from SQLite to PostgreSQL passes the recorded traffic on either side, and Entra finds what it left', async () => {
  const [from, to] = [await sqliteStorage.createEmpty(), await (storageKinds.at(-1) ?? sqliteStorage).createEmpty()];
  const folder = await mkdtemp(join(tmpdir(), 'move-'));
  onTestFinished(async () => {
    await Promise.all([from.drop(), to.drop(), rm(folder, { recursive: true })]);
  });
  const before = await startServer({ DATABASE_URL: from.databaseUrl });
  onTestFinished(() => before.stop());
  const company = await new Operator(before.origin, before.adminToken).createTenant('Contoso');
  await new Operator(before.origin, before.adminToken).stageMember(company, 'ada@contoso.com');
  expect(await played(before, company.token)).toBe('273 passed, 0 failed');
  const left = await everything(before, company.token);
  expect(left.length).toBeGreaterThan(2);

  const file = join(folder, 'contoso.ndjson');
  await runForJson(['tenant', 'export', '--tenant', company.tenantId, '--to', file], from.databaseUrl);
  const imported = await runForJson(['tenant', 'import', file], to.databaseUrl);
  expect(imported).toEqual({ tenantId: company.tenantId, users: count(left, 'User'), groups: count(left, 'Group') });

  // Clients reach the new server under the old address, which the entity tags depend on where a user has a manager.
  const after = await startServer({ DATABASE_URL: to.databaseUrl, PUBLIC_URL: before.origin });
  onTestFinished(() => after.stop());
  const { token } = await runForJson(['token', 'issue', '--tenant', company.tenantId], to.databaseUrl);
  expect(await everything(after, String(token))).toEqual(left);
  expect(await played(after, String(token))).toBe('273 passed, 0 failed');
});

const count = (resources: readonly JsonObject[], type: string): number =>
  resources.filter(({ meta }) => meta !== undefined && isObject(meta) && meta['resourceType'] === type).length;
