import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compiledProgram } from '../../src/testing/compiled-program.js';
import { isArray, isObject, parseJson, type JsonObject } from '../../tools/entra-client/json.js';
import { startForeignServer, type ForeignServer } from '../foreign/foreign-server.js';
import { textOf } from './staged.js';

/** In what scimmy differs from what Entra expects; all are among the facts that cost servers most. */
const KNOWN_DIFFERENCES = [
  /^Complex attribute 'manager' expected complex value but found type 'string'/u,
  /^Attribute 'active' expected value type 'boolean' but found type 'string'/u,
  /^Filter '\w+\[type eq "\w+"\]\.value' does not match any values/u,
];

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let foreign: ForeignServer;

beforeAll(async () => {
  foreign = await startForeignServer();
});

afterAll(() => foreign.stop());

const MAIN = await compiledProgram('src/cli/main.ts');

/** Runs the command in a process of its own. */
function simulate(...options: readonly string[]): Promise<{ status: unknown; stdout: string; stderr: string }> {
  const company = ['--users', '12', '--groups', '2', '--cycles', '3', '--seed', '5'];
  const command = [MAIN, 'simulate', '--base', foreign.base, '--token', foreign.token];
  return new Promise((resolve) => {
    execFile(process.execPath, [...command, ...company, ...options], { cwd: ROOT }, (error, stdout, stderr) => {
      resolve({ status: error?.code ?? 0, stdout, stderr });
    });
  });
}

const objects = (report: JsonObject, name: string): readonly JsonObject[] => {
  const list = report[name];
  return isArray(list) ? list.filter(isObject) : [];
};

it('simulate gets through against a server that is not ours, and fails in the known differences alone', async () => {
  const { status, stdout, stderr } = await simulate('--json');
  const report = parseJson(stdout);
  if (!isObject(report)) throw new Error(`no report: ${stdout} ${stderr}`);
  expect(report).toMatchObject({ finished: true, quarantine: null });
  const details = objects(report, 'failures').map(({ detail }) => textOf(detail));
  expect(details.filter((detail) => !KNOWN_DIFFERENCES.some((known) => known.test(detail)))).toEqual([]);
  const flawless = objects(report, 'requests').filter(({ failed }) => failed === 0);
  expect(flawless.map(({ purpose }) => purpose)).toEqual(
    expect.arrayContaining(['find user', 'create user', 'find group', 'create group', 'add member']),
  );
  expect([status, stderr]).toEqual([1, expect.stringMatching(/failed permanently: \d+\n$/u)]);
});

it('simulate says in a table what a server that is not ours refuses', async () => {
  const { status, stdout } = await simulate('--dialect', 'flag');
  expect(status).toBe(1);
  expect(stdout).toMatch(/^cycle 3 \(initial\): \d+ users and groups, \d+ failures/mu);
  expect(stdout).toMatch(/^manager\t\S+\t\d+\tRefused \(400\)\tComplex attribute 'manager'/mu);
});
