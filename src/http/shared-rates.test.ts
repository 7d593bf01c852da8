import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { openServices } from '../compose.js';
import { readConfig } from '../config.js';
import { storageKinds } from '../storage/testing/storage.fixture.js';
import { compiledProgram } from '../testing/compiled-program.js';
import { sendTo } from './testing/server.fixture.js';

const RATE = 20;
const SECONDS = 5;

/** Longer than two reports of a process. */
const SETTLED = 5_000;

/** Runs `serve` as a process of its own, until the test is over. */
async function serve(databaseUrl: string, children: ChildProcess[]): Promise<string> {
  const command = [await compiledProgram('src/cli/main.ts'), 'serve', '--json'];
  const settings = { PORT: '0', DATABASE_URL: databaseUrl, LOG_LEVEL: 'error', RATE_LIMIT: `${RATE}/${RATE}` };
  const child = spawn(process.execPath, command, {
    env: { ...process.env, ...settings },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(child.stdout, 'data')) as [Buffer];
  return (JSON.parse(line.toString()) as { url: string }).url;
}

/** How many requests are served of a tenant that sends as many as it can to each of these servers. */
async function served(origins: readonly string[], token: string): Promise<number> {
  const end = performance.now() + SECONDS * 1_000;
  let count = 0;
  const loop = async (origin: string): Promise<void> => {
    while (performance.now() < end) {
      const { status } = await sendTo(origin, { path: '/scim/Users?count=0', token });
      if (status === 200) count += 1;
      else await sleep(10);
    }
  };
  await Promise.all(origins.flatMap((origin) => [loop(origin), loop(origin)]));
  return count;
}

async function stop(children: readonly ChildProcess[]): Promise<void> {
  for (const child of children) {
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  }
}

// Most of it is waiting, which both do at the same time.
it.concurrent.each(storageKinds)(
  'two server processes on one database in $name let a tenant have its rate to within a factor of two, at both of them and at one',
  async (kind) => {
    const children: ChildProcess[] = [];
    const database = await kind.create();
    try {
      const services = await openServices(readConfig({ DATABASE_URL: database.databaseUrl }));
      const { secret } = await services.tenancy.createTenant('T');
      await services.close();
      const start = (): Promise<string> => serve(database.databaseUrl, children);
      const origins = await Promise.all([start(), start()]);
      await sleep(SETTLED);
      const atBoth = await served(origins, secret);
      await sleep(SETTLED);
      const atOne = await served(origins.slice(0, 1), secret);
      for (const count of [atBoth, atOne]) {
        expect(count).toBeGreaterThan((RATE * SECONDS) / 2);
        expect(count).toBeLessThan(2 * RATE * (SECONDS + 1));
      }
    } finally {
      await stop(children);
      await database.drop();
    }
  },
  120_000,
);
