import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isJsonObject } from '../protocol/json.js';
import { seedSynchronization } from '../storage/testing/seed-synchronization.fixture.js';
import { compiledProgram } from '../testing/compiled-program.js';
import { printedJson, type CommandOutcome } from './command-line.fixture.js';

const MAIN = await compiledProgram('src/cli/main.ts');
const TIMEOUT = 60_000;

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-cli-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

type Environment = Readonly<Record<string, string>>;

const environment = (more: Environment): Environment => ({
  PATH: process.env['PATH'] ?? '',
  HOST: '127.0.0.1',
  PUBLIC_URL: 'https://scim.example.com',
  ...more,
});

const databaseIn = (name: string): Environment => ({ DATABASE_URL: `sqlite:${join(folder, name, 'scim.sqlite')}` });

/** Runs the command line as its user does: as a process of its own. */
function run(commandArguments: readonly string[], more: Environment): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [MAIN, ...commandArguments], { env: environment(more) }, (error, stdout, stderr) => {
      resolve({ status: typeof error?.code === 'number' ? error.code : error === null ? 0 : -1, stdout, stderr });
    });
  });
}

describe('the command line', { timeout: TIMEOUT }, () => {
  it('creates a tenant on a database that does not exist yet, and finds it again', async () => {
    const created = await run(['tenant', 'create', 'Contoso', '--json'], databaseIn('new'));
    expect(created).toMatchObject({ status: 0, stderr: '' });
    expect(Object.keys(printedJson(created))).toEqual(['tenantId', 'name', 'token', 'tenantUrl']);
    const again = await run(['tenant', 'create', 'Contoso'], databaseIn('new'));
    expect(again).toEqual({
      status: 1,
      stdout: '',
      stderr: 'flexwhere-scim: Another tenant has the name Contoso. Choose another one.\n',
    });
  });

  it('creates the database with migrate', async () => {
    expect(await run(['migrate'], databaseIn('migrated'))).toEqual({
      status: 0,
      stdout: 'The database is up to date.\n',
      stderr: '',
    });
  });

  it('needs no database for its help', async () => {
    const { status, stdout, stderr } = await run(['--help'], { DATABASE_URL: 'none' });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toContain('Usage: flexwhere-scim');
  });

  it.each<readonly [string, Environment, number, string]>([
    ['a variable that cannot be used', { PORT: 'x' }, 2, 'PORT'],
    ['a port that no machine has', { PORT: '70000' }, 2, 'PORT must be a whole number from 0 to 65535'],
    ['a database that is not there', {}, 1, 'there is no such file. Check DATABASE_URL'],
    ['a database file that cannot be made', { DATABASE_URL: 'sqlite:/dev/null/scim.sqlite' }, 1, 'flexwhere-scim: '],
    ['a database that does not answer', { DATABASE_URL: 'postgres://scim:geheim@127.0.0.1:1/scim' }, 1, 'ECONNREFUSED'],
    [
      'a URL of no database',
      { DATABASE_URL: 'mysql://scim:geheim@localhost/scim' },
      1,
      'DATABASE_URL must be sqlite:PATH',
    ],
  ])('says in a sentence what is wrong with %s', async (_what, more, status, part) => {
    const outcome = await run(['tenant', 'list'], { ...databaseIn('broken'), ...more });
    expect(outcome).toMatchObject({ status, stdout: '' });
    expect(outcome.stderr).toContain(part);
    expect(outcome.stderr).not.toContain('    at ');
    expect(outcome.stderr).not.toContain('geheim');
  });
});

describe('serve --demo', { timeout: TIMEOUT }, () => {
  it('serves a tenant whose token it prints once, until SIGTERM', async () => {
    const server = start(['serve', '--demo', '--json'], databaseIn('demo'));
    const { url, token } = await server.announcement;
    const address = `${url}/scim/Users`;
    const answer = await fetch(address, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    expect((await fetch(`${address}?access_token=${token}`)).status).toBe(200);
    expect((await fetch(address, { headers: { authorization: 'Bearer wrong' } })).status).toBe(401);
    server.process.kill('SIGTERM');
    expect(await once(server.process, 'exit')).toEqual([0, null]);
    expect(server.output().split('fwscim_')).toHaveLength(2);
  });

  it('leaves the token of a running server alone when its port is taken', async () => {
    const first = start(['serve', '--demo', '--json'], databaseIn('twice'));
    const { url, token } = await first.announcement;
    const port = new URL(url).port;
    const second = await run(['serve', '--demo'], { ...databaseIn('twice'), PORT: port });
    expect(second.status).toBe(1);
    expect(second.stderr).toContain('EADDRINUSE');
    const answer = await fetch(`${url}/scim/Users`, { headers: { authorization: `Bearer ${token}` } });
    expect(answer.status).toBe(200);
    first.process.kill('SIGINT');
    expect(await once(first.process, 'exit')).toEqual([0, null]);
  });
});

interface Announcement {
  readonly url: string;
  readonly token: string;
}

function isAnnouncement(value: unknown): value is Announcement {
  return isJsonObject(value) && typeof value['url'] === 'string' && typeof value['token'] === 'string';
}

interface Started {
  readonly process: ChildProcess;
  /** What it prints once it listens, among the lines of its log. */
  readonly announcement: Promise<Announcement>;
  /** All that it has printed, on both streams. */
  readonly output: () => string;
}

function start(commandArguments: readonly string[], more: Environment): Started {
  const child = spawn(process.execPath, [MAIN, ...commandArguments], { env: environment({ PORT: '0', ...more }) });
  let output = '';
  child.stderr.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const announcement = new Promise<Announcement>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output += `${line}\n`;
      const parsed: unknown = JSON.parse(line);
      if (isAnnouncement(parsed)) resolve(parsed);
    });
    child.once('exit', () => {
      reject(new Error(`the server ended: ${output}`));
    });
  });
  return { process: child, announcement, output: () => output };
}

describe('what a command prints', { timeout: TIMEOUT }, () => {
  const USERS = 400;
  /** Every tenth user is inactive, and has no line. */
  const LINES = 360;
  const at = (): Environment => databaseIn('output');
  let show: readonly string[];

  beforeAll(async () => {
    const { tenantId } = printedJson(await run(['tenant', 'create', 'Contoso', '--json'], at()));
    await seedSynchronization(at()['DATABASE_URL'] ?? '', String(tenantId), { users: USERS });
    const { planId } = printedJson(await run(['sync', 'plan', '--tenant', 'Contoso', '--json', '--by', 'ada'], at()));
    show = ['sync', 'show', '--tenant', 'Contoso', '--plan', String(planId), '--json', '--lines'];
  }, TIMEOUT);

  /** A command whose output has begun, and is not read on. */
  async function begun(): Promise<{
    child: ChildProcess;
    first: string;
    stderr: () => string;
    exited: Promise<unknown>;
  }> {
    const child = spawn(process.execPath, [MAIN, ...show], {
      env: environment(at()),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let complaints = '';
    child.stderr.on('data', (piece: Buffer) => (complaints += piece.toString()));
    const exited = once(child, 'exit');
    await once(child.stdout, 'readable');
    const first = String(child.stdout.read());
    return { child, first, stderr: () => complaints, exited };
  }

  it('arrives whole, however slowly it is read', async () => {
    const { child, first, exited } = await begun();
    await Promise.race([exited, new Promise((resolve) => setTimeout(resolve, 500))]);
    let text = first;
    for await (const piece of child.stdout ?? []) text += String(piece);
    expect(await exited).toEqual([0, null]);
    expect(text.length).toBeGreaterThan(200_000);
    expect(JSON.parse(text)).toMatchObject({
      lines: Array.from({ length: LINES }, () => expect.anything() as unknown),
    });
    expect((await run(show, at())).stdout).toBe(text);
  });

  it('ends quietly when nobody reads it any more, as after head', async () => {
    const { child, stderr, exited } = await begun();
    child.stdout?.destroy();
    expect(await exited).toEqual([0, null]);
    expect(stderr()).toBe('');
  });

  it('ends with 130 and says how to go on when it is stopped', async () => {
    const { child, stderr, exited } = await begun();
    child.kill('SIGINT');
    expect(await exited).toEqual([130, null]);
    expect(stderr()).toContain('Run it again to go on.');
  });
});
