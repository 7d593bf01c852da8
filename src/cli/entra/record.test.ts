import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openServices, type RunningServer, startServer } from '../../compose.js';
import { readConfig } from '../../config.js';
import { startTestServer, type TestServer } from '../../http/testing/server.fixture.js';
import { isJsonObject, type JsonObject } from '../../protocol/json.js';
import { sqliteStorage, type TestDatabase } from '../../storage/testing/storage.fixture.js';
import type { CommandLine } from '../command-line.js';
import { runCommand } from '../program.js';
import { EXCHANGES, SECRETS, Session } from './recorded-session.fixture.js';

let folder: string;
let database: TestDatabase;
const cleanUp: (() => Promise<unknown>)[] = [];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'record-'));
  database = await sqliteStorage.create();
  cleanUp.push(() => rm(folder, { recursive: true }), database.drop);
});
afterEach(async () => {
  for (const task of cleanUp.splice(0).reverse()) await task();
});

interface Running {
  readonly printed: string[];
  readonly complaints: string[];
  /** Of our own server, if there is one. */
  readonly server: () => RunningServer;
  /** Asks the command to stop. Resolves with its exit status. */
  stop(): Promise<number>;
}

/** Runs a command until it is asked to stop. */
function run(commandArguments: readonly string[]): Running {
  const printed: string[] = [];
  const complaints: string[] = [];
  let server: RunningServer | undefined;
  let stop = (): void => undefined;
  const stopped = new Promise<void>((resolve) => {
    stop = resolve;
  });
  const cli: CommandLine = {
    version: '1.2.3',
    checkConfig: () => ({ settings: [], problems: [] }),
    terminal: {
      interactive: false,
      colors: false,
      write: () => Promise.resolve(),
      print: (text) => void printed.push(text),
      complain: (text) => void complaints.push(text),
      ask: () => Promise.reject(new Error('nobody is there')),
      read: () => Promise.reject(new Error('nobody is there')),
      stopRequested: () => stopped,
    },
    config: () => readConfig({ PORT: '0', DATABASE_URL: database.databaseUrl, LOG_LEVEL: 'silent' }),
    openServices: (read, create = false) => openServices(read, { create }),
    startServer: async (config) => (server = await startServer(config)),
  };
  const status = runCommand(cli, commandArguments);
  return {
    printed,
    complaints,
    server: () => server ?? expect.fail('no server was started'),
    stop: () => {
      stop();
      return status;
    },
  };
}

const printedJson = async ({ printed }: Running): Promise<JsonObject> => {
  const line = await expect
    .poll(() => printed[0])
    .toBeDefined()
    .then(() => printed.at(-1) ?? '');
  const json: unknown = JSON.parse(line);
  return isJsonObject(json) ? json : expect.fail(line);
};

async function freshServer(): Promise<TestServer> {
  const server = await startTestServer(sqliteStorage);
  cleanUp.push(() => server.stop());
  return server;
}

/** Replays a recording on a server that was started for it. */
async function replayed(out: string): Promise<JsonObject> {
  const server = await freshServer();
  const { token } = await server.createTenant();
  const replay = run(['replay', out, '--base', `${server.url}/scim`, '--token', token, '--json']);
  await replay.stop();
  return printedJson(replay);
}

async function textsIn(out: string): Promise<ReadonlyMap<string, string>> {
  const names = (await readdir(out)).sort();
  return new Map(
    await Promise.all(
      names.map(async (name): Promise<[string, string]> => [name, await readFile(join(out, name), 'utf8')]),
    ),
  );
}

async function expectNobodyIn(out: string): Promise<void> {
  const text = JSON.stringify([...(await textsIn(out))]).toLowerCase();
  expect(text).toContain('person-');
  expect(SECRETS.filter((secret) => text.includes(secret))).toEqual([]);
}

describe('flexwhere-scim record', () => {
  test('writes a session with a server of our own, which names nobody and replays green on a fresh one', async () => {
    const out = join(folder, 'session');
    const recording = run(['record', '--out', out, '--json', '--title', 'A session']);
    const { tenantUrl } = await printedJson(recording);
    const { secret } = await recording.server().tenancy.createTenant('Contoso');
    await new Session(String(tenantUrl), secret).play();
    expect(await recording.stop()).toBe(0);
    expect(recording.printed.at(-1)).toBe(`{"exchanges":${EXCHANGES}}`);

    const files = await textsIn(out);
    expect(files.size).toBe(EXCHANGES + 1);
    expect(JSON.parse(files.get('scenario.json') ?? '')).toEqual({ title: 'A session', values: 'replaced' });
    expect(JSON.parse(files.get('0001-get-users.json') ?? '')).toMatchObject({
      sender: 'check',
      confidence: 'simulated',
    });
    await expectNobodyIn(out);
    expect(await replayed(out)).toMatchObject({ passed: EXCHANGES, failed: 0 });
  });

  test('writes what goes to any server that it stands in front of, and what is below the Tenant URL alone', async () => {
    const out = join(folder, 'session');
    const server = await freshServer();
    const { token } = await server.createTenant();
    const recording = run(['record', '--out', out, '--json', '--upstream', `${server.url}/scim/`, '--from-live-entra']);
    const { tenantUrl } = await printedJson(recording);
    await new Session(String(tenantUrl), token).play();
    expect((await fetch(new URL('/healthz', String(tenantUrl)))).status).toBe(200);
    expect(await recording.stop()).toBe(0);

    await expectNobodyIn(out);
    expect(await replayed(out)).toMatchObject({ passed: EXCHANGES, failed: 0 });
    expect(JSON.parse((await textsIn(out)).get('0001-get-users.json') ?? '')).toMatchObject({
      sender: 'entra',
      confidence: 'recorded',
      sources: [{ kind: 'recorded' }],
    });
  });

  test('says what it could not record, since the server did not answer, and goes on', async () => {
    const out = join(folder, 'session');
    const recording = run(['record', '--out', out, '--json', '--upstream', 'http://127.0.0.1:1/scim']);
    const { tenantUrl } = await printedJson(recording);
    await new Session(String(tenantUrl), 'secret').send(502, 'GET', '/Users/zenobia');
    expect(await recording.stop()).toBe(0);
    expect(recording.complaints).toEqual([expect.stringMatching(/^not recorded because .*ECONNREFUSED/)]);
    expect(await readdir(out)).toEqual(['scenario.json']);
  });

  test('writes into no folder that has something in it', async () => {
    await writeFile(join(folder, 'other.txt'), '');
    const recording = run(['record', '--out', folder]);
    expect(await recording.stop()).toBe(1);
    expect(recording.complaints.join()).toMatch(/is not empty/);
  });

  test('takes no upstream that is no address', async () => {
    const recording = run(['record', '--out', join(folder, 'x'), '--upstream', 'scim.contoso.com']);
    expect(await recording.stop()).toBe(2);
  });
});

describe('flexwhere-scim replay', () => {
  test('is an invalid command line without a recording', async () => {
    const replay = run(['replay', folder, '--base', 'http://127.0.0.1:1/scim', '--token', 'T']);
    expect(await replay.stop()).toBe(2);
    expect(replay.complaints.join()).toMatch(/has no exchange/);
  });
});
