import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { openServices } from '../compose.js';
import { readConfig } from '../config.js';
import { sendTo, type Answer } from '../http/testing/server.fixture.js';
import { storageKinds, type StorageKind, type TestDatabase } from '../storage/testing/storage.fixture.js';
import { compiledProgram } from '../testing/compiled-program.js';
import { ownTime } from '../testing/own-time.fixture.js';

const USER = 'urn:ietf:params:scim:schemas:core:2.0:User';
const GROUP = 'urn:ietf:params:scim:schemas:core:2.0:Group';

interface Process {
  readonly child: ChildProcess;
  readonly url: string;
  readonly token: string;
  /** Resolves to exit status and signal. */
  readonly exited: Promise<readonly [number | null, NodeJS.Signals | null]>;
}

/** Runs `serve` as a process of its own on the database, with a new token of the tenant "stopping". */
async function serve(databaseUrl: string, variables: NodeJS.ProcessEnv = {}): Promise<Process> {
  const services = await openServices(readConfig({ DATABASE_URL: databaseUrl }));
  const known = (await services.tenancy.listTenants({ after: undefined, limit: 100 })).tenants.find(
    ({ name }) => name === 'stopping',
  );
  const secret = known
    ? (await services.tenancy.issueToken(known.id, { label: 'again', expiresAt: undefined })).secret
    : (await services.tenancy.createTenant('stopping')).secret;
  await services.close();
  const child = spawn(process.execPath, [await compiledProgram('src/cli/main.ts'), 'serve', '--json'], {
    env: { ...process.env, PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', ...variables },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>;
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  const { url } = JSON.parse(line.toString()) as { url: string };
  return { child, url, token: secret, exited };
}

function create({ url, token }: Process, resource: 'Users' | 'Groups', body: object): Promise<Answer> {
  const headers = { 'Content-Type': 'application/scim+json' };
  return sendTo(url, { method: 'POST', path: `/scim/${resource}`, token, headers, body: JSON.stringify(body) });
}

describe.each(storageKinds)('a process on $name', (kind: StorageKind) => {
  const cleanUp: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const task of cleanUp.splice(0).reverse()) await task();
  });

  async function database(): Promise<TestDatabase> {
    const created = await kind.create();
    cleanUp.push(() => created.drop());
    return created;
  }

  async function start(databaseUrl: string, variables: NodeJS.ProcessEnv = {}): Promise<Process> {
    const server = await serve(databaseUrl, variables);
    cleanUp.push(async () => {
      server.child.kill('SIGKILL');
      await server.exited;
    });
    return server;
  }

  it('that is killed while it is written to loses nothing acknowledged and keeps nothing half applied', async () => {
    const { databaseUrl } = await database();
    let server = await start(databaseUrl);
    for (let round = 0; round < 2; round += 1) {
      const acknowledged = await writeUntilKilled(server, round);
      server = await start(databaseUrl);
      const users = await everything(server, 'Users', 'userName');
      const groups = await everything(server, 'Groups', 'displayName');
      for (const [resource, name] of acknowledged) expect(resource === 'Users' ? users : groups).toContain(name);
      expect([...groups].filter((name) => !users.has(name))).toEqual([]);
      for (const members of await membersOfAll(server)) expect(members).toBe(1);
    }
    server.child.kill('SIGTERM');
    expect(await server.exited).toEqual([0, null]);
  }, 240_000);

  it('that gets SIGTERM lets requests finish, says Connection: close, and ends with 0 within 5 s', async () => {
    const { databaseUrl } = await database();
    const server = await start(databaseUrl);
    const idle = await open(server.url);
    idle.write(`GET /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${server.token}\r\n\r\n`);
    await once(idle, 'data');
    const stalled = await open(server.url);
    stalled.write(head(server.token, 1_000));
    stalled.write('{"schemas":');
    const body = JSON.stringify({ schemas: [USER], userName: 'in flight' });
    const flying = await open(server.url);
    flying.write(head(server.token, body.length));
    flying.write(body.slice(0, 10));
    await pause(200);
    const took = await ownTime(async () => {
      server.child.kill('SIGTERM');
      await pause(300);
      flying.write(body.slice(10));
      const answer = await textOf(flying);
      expect(answer).toMatch(/^HTTP\/1\.1 201 /u);
      expect(answer.toLowerCase()).toContain('connection: close');
      expect(await server.exited).toEqual([0, null]);
    });
    expect(took).toBeLessThan(5_000);
    const again = await start(databaseUrl);
    expect(await everything(again, 'Users', 'userName')).toEqual(new Set(['in flight']));
  }, 120_000);

  it('that has a drain time goes on serving through it, while /readyz says that it will stop', async () => {
    const server = await start((await database()).databaseUrl, { DRAIN_MS: '1500' });
    const readiness = (): Promise<Answer> => sendTo(server.url, { path: '/readyz' });
    expect((await readiness()).status).toBe(200);
    server.child.kill('SIGTERM');
    await expect.poll(async () => (await readiness()).status).toBe(503);
    expect(await readiness()).toMatchObject({
      headers: { 'retry-after': '5' },
      body: { detail: 'This server is about to stop; send requests to another one.' },
    });
    expect((await create(server, 'Users', { schemas: [USER], userName: 'late' })).status).toBe(201);
    expect(await server.exited).toEqual([0, null]);
  }, 120_000);

  it('that gets SIGTERM with nothing under way ends at once', async () => {
    const server = await start((await database()).databaseUrl);
    const took = await ownTime(async () => {
      server.child.kill('SIGTERM');
      expect(await server.exited).toEqual([0, null]);
    });
    expect(took).toBeLessThan(2_000);
  }, 120_000);
});

/** Writes from several sides and kills the process in the middle of it; returns what was acknowledged. */
async function writeUntilKilled(server: Process, round: number): Promise<readonly (readonly [string, string])[]> {
  const acknowledged: [string, string][] = [];
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let index = 0; ; index += 1) {
      const name = `round-${round}-${writer}-${index}`;
      const made = await create(server, 'Users', { schemas: [USER], userName: name });
      acknowledged.push(['Users', name]);
      if (acknowledged.length > 40 + round * 9) server.child.kill('SIGKILL');
      const members = [{ value: made.body['id'] }];
      const grouped = await create(server, 'Groups', { schemas: [GROUP], displayName: name, members });
      expect([made.status, grouped.status]).toEqual([201, 201]);
      acknowledged.push(['Groups', name]);
    }
  });
  await Promise.allSettled(writers);
  await server.exited;
  expect(acknowledged.length).toBeGreaterThan(40);
  return acknowledged;
}

const head = (token: string, length: number): string =>
  `POST /scim/Users HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${token}\r\nContent-Type: application/scim+json\r\nContent-Length: ${length}\r\n\r\n`;

async function open(url: string): Promise<Socket> {
  const { hostname, port } = new URL(url);
  const socket = connect(Number(port), hostname);
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function textOf(socket: Socket): Promise<string> {
  let text = '';
  for await (const chunk of socket) text += String(chunk);
  return text;
}

async function everything({ url, token }: Process, resource: string, name: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  for (let startIndex = 1; ; startIndex += 1_000) {
    const path = `/scim/${resource}?count=1000&attributes=${name}&startIndex=${startIndex}`;
    const { Resources } = (await sendTo(url, { path, token })).body as { Resources: Record<string, string>[] };
    for (const resource of Resources) names.add(resource[name] ?? '');
    if (Resources.length < 1_000) return names;
  }
}

async function membersOfAll({ url, token }: Process): Promise<readonly number[]> {
  const path = '/scim/Groups?count=1000&attributes=members';
  const { Resources } = (await sendTo(url, { path, token })).body as { Resources: { members?: unknown[] }[] };
  return Resources.map(({ members }) => members?.length ?? 0);
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}
