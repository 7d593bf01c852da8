import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, test } from 'vitest';
import { compiledProgram } from '../../src/testing/compiled-program.js';
import { isArray, isObject, parseJson, type Json } from '../../tools/entra-client/json.js';
import { readRecording } from '../../tools/entra-client/recording/read-recording.js';
import { startForeignServer } from '../foreign/foreign-server.js';
import { planting } from '../planted-faults.js';
import { startAlteringProxy } from '../server/altering-proxy.js';
import { Operator } from '../server/operator.js';
import { startServer, type RunningServer } from '../server/start-server.js';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const RECORDINGS = join(ROOT, 'contract-tests/recordings');

let folder: string;
let server: RunningServer;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'replay-command-'));
  server = await startServer();
  return async () => {
    await server.stop();
    await rm(folder, { recursive: true });
  };
});

interface Outcome {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

const MAIN = await compiledProgram('src/cli/main.ts');

/** Runs `flexwhere-scim replay` as a process of its own. */
function replay(recording: string, base: string, token: string, ...options: readonly string[]): Promise<Outcome> {
  const command = [MAIN, 'replay', recording, '--base', base, '--token', token];
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...options], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ status: error === null ? 0 : Number(error.code), stdout, stderr });
    });
  });
}

async function newToken(name: string): Promise<string> {
  return (await new Operator(server.origin, server.adminToken).createTenant(name)).token;
}

describe('flexwhere-scim replay', () => {
  test('plays a folder of scenarios, but for those that want the tenant set in a way of its own, and writes JUnit XML', async () => {
    const file = join(folder, 'green.xml');
    const token = await newToken('folder');
    const { status, stdout, stderr } = await replay(RECORDINGS, `${server.origin}/scim/`, token, '--junit', file);
    expect(stderr).toBe(
      'skipped: group-sync-replace-adds; name its folder to play it to a tenant with group-replace-adds true\n',
    );
    expect(stdout).toMatch(/^ok {5}initial-cycle: 8 of 8 passed$/m);
    expect(stdout.trimEnd()).toMatch(/\n273 passed, 0 failed$/);
    expect(status).toBe(0);
    expect(await readFile(file, 'utf8')).toContain('<testsuites name="flexwhere-scim replay" tests="273" failures="0"');
  });

  test('plays a file with an exchange a line, again and again', async () => {
    const file = join(folder, 'paging.jsonl');
    const exchanges = readRecording(join(RECORDINGS, 'incremental-legacy'));
    await writeFile(file, exchanges.map((exchange) => `${JSON.stringify(exchange)}\n`).join(''));
    const token = await newToken('file');
    const green = {
      status: 0,
      stdout: 'ok     incremental-legacy: 13 of 13 passed\n\n13 passed, 0 failed\n',
    };
    expect(await replay(file, `${server.origin}/scim?aadOptscim062020`, token)).toMatchObject(green);
    expect(await replay(file, `${server.origin}/scim`, token)).toMatchObject(green);
  });

  test('says which exchange failed, what was expected and what came, and ends with status 1', async () => {
    const wrong = { in: 'b-hard-delete-03', request: 'GET /scim/Users/', status: 404 };
    const alter = planting([{ ...wrong, alter: (answer) => ({ ...answer, status: 410 }) }]);
    const proxy = await startAlteringProxy(server.origin, alter);
    const outcome = await replay(join(RECORDINGS, 'hard-delete'), `${proxy.origin}/scim`, await newToken('wrong'));
    await proxy.close();
    expect(outcome).toMatchObject({ status: 1, stderr: 'flexwhere-scim: 1 of 5 exchanges failed\n' });
    expect(outcome.stdout).toMatch(
      /^FAILED hard-delete: 4 of 5 passed\n {2}b-hard-delete-03: .*\n {4}request {3}GET \/Users\/.*\n {4}expected {2}404 .*\n {4}received {2}410 \{/,
    );
    expect(outcome.stdout).toMatch(/fault {5}the status is 410, not 404/);
  });

  test('plays to a foreign server as well, and tells what it answers otherwise', async () => {
    const foreign = await startForeignServer();
    const { status, stdout } = await replay(RECORDINGS, foreign.base, foreign.token, '--json');
    await foreign.stop();
    expect(status).toBe(1);
    expect(passedIn(stdout)).toMatchObject({
      'b-test-connection-01': true,
      'b-group-sync-legacy-10': true,
      'b-incremental-legacy-05': false,
    });
  });
});

/** By the ids of the exchanges, whether they passed. */
function passedIn(printed: string): Json {
  const report = parseJson(printed);
  const exchanges = isObject(report) ? report['exchanges'] : undefined;
  if (!isArray(exchanges)) throw new Error(`no report: ${printed}`);
  const outcomes = exchanges.filter(isObject).map(({ id, passed }): [string, Json] => [String(id), passed ?? null]);
  return Object.fromEntries(outcomes);
}
