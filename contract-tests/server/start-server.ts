import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { inject } from 'vitest';
import type {} from '../../src/storage/testing/postgres.setup.js';
import { compiledProgram } from '../../src/testing/compiled-program.js';
import { freePort } from '../../src/testing/free-port.js';

export interface RunningServer {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string;
  readonly adminToken: string;
  /** Ends the process and removes its database. */
  stop(): Promise<void>;
}

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const START_TIMEOUT = 30_000;

/**
 * Starts the server of this checkout, from its source, in a process of its own on a new SQLite file.
 * @param environment what it is configured with besides, such as where synchronized accounts go
 * @throws Error with what the process printed when it is not ready in time.
 */
export async function startServer(environment: Readonly<Record<string, string>> = {}): Promise<RunningServer> {
  const folder = await mkdtemp(join(inject('templates').folder, 'contract-'));
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  const adminToken = 'the-operator-of-the-contract-tests';
  const child = spawn(process.execPath, [await compiledProgram('src/cli/main.ts'), 'serve'], {
    cwd: ROOT,
    env: {
      HOST: '127.0.0.1',
      PORT: String(port),
      PUBLIC_URL: origin,
      DATABASE_URL: `sqlite:${join(folder, 'contract.sqlite')}`,
      ADMIN_TOKEN: adminToken,
      LOG_LEVEL: 'error',
      RATE_LIMIT: 'off',
      FAILED_AUTHENTICATION_LIMIT: 'off',
      SYNC_EXPORT_DIR: join(folder, 'export'),
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const kill = (): void => {
    child.kill('SIGKILL');
  };
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    await ended(child);
    process.off('exit', kill);
    await rm(folder, { recursive: true, force: true });
  };
  await ready(child, origin).catch(async (error: unknown) => {
    await stop();
    throw error;
  });
  return { origin, adminToken, stop };
}

async function ready(child: ChildProcess, origin: string): Promise<void> {
  const printed: string[] = [];
  child.stdout?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => printed.push(chunk.toString()));
  const deadline = Date.now() + START_TIMEOUT;
  while (!(await answers(`${origin}/readyz`))) {
    if (child.exitCode !== null || Date.now() > deadline) {
      throw new Error(`the server did not start: ${printed.join('')}`);
    }
    await sleep(50);
  }
}

const answers = (url: string): Promise<boolean> =>
  fetch(url).then(
    (response) => response.ok,
    () => false,
  );

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  const patience = setTimeout(() => child.kill('SIGKILL'), 6_000);
  await exit;
  clearTimeout(patience);
}
