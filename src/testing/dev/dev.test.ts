import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { freePort } from '../free-port.js';

const TOUCHED = 'src/cli/serve.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'flexwhere-scim-dev-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

it('make dev serves a demo tenant with traffic, restarts when a file changes, and stops with all its children', async () => {
  const port = await freePort();
  const dev = spawn(process.execPath, ['--import', 'tsx', 'src/testing/dev/dev.ts'], {
    env: {
      PATH: process.env['PATH'] ?? '',
      PORT: String(port),
      DATABASE_URL: `sqlite:${join(folder, 'dev.sqlite')}`,
      LOG_LEVEL: 'error',
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  try {
    let printed = '';
    for (const stream of [dev.stdout, dev.stderr]) stream.on('data', (text: Buffer) => (printed += text.toString()));
    const tokens = (): readonly string[] =>
      [...printed.matchAll(/Secret Token: +(\S+)/gu)].map(([, token]) => token ?? '');
    const users = async (): Promise<number> => {
      const headers = { authorization: `Bearer ${tokens().at(-1) ?? ''}` };
      const answer = await fetch(`http://127.0.0.1:${port}/scim/Users?count=0`, { headers });
      return ((await answer.json()) as { totalResults: number }).totalResults;
    };
    const patience = { timeout: 180_000, interval: 250 };

    await vi.waitFor(async () => {
      expect(await users(), printed).toBeGreaterThan(0);
    }, patience);
    await utimes(TOUCHED, new Date(), new Date());
    await vi.waitFor(() => {
      expect(tokens(), printed).toHaveLength(2);
    }, patience);
    const before = await users();
    await vi.waitFor(async () => {
      expect(await users()).toBeGreaterThanOrEqual(before);
    }, patience);
    expect(new Set(tokens()).size).toBe(2);

    dev.kill('SIGINT');
    await once(dev, 'exit');
    await expect(users()).rejects.toThrow();
  } finally {
    dev.kill('SIGINT');
  }
}, 600_000);
