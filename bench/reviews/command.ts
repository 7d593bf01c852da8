import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { peakOf } from '../server.js';
import { ROOT } from './root.js';

/** A command that has ended. */
export interface Ran {
  readonly seconds: number;
  /** The most memory that it had resident, in megabytes. */
  readonly memory: number;
  readonly printed: string;
}

type Environment = Readonly<Record<string, string>>;

/**
 * Runs a command of flexwhere-scim in a process of its own, its start included.
 * @param into a file that its output goes to; a pipe by default
 * @throws Error where it fails
 */
export async function runCommand(command: readonly string[], env: Environment, into?: string): Promise<Ran> {
  const file = into === undefined ? undefined : await open(into, 'w');
  const began = performance.now();
  const child = spawn(process.execPath, ['dist/cli/main.js', ...command], {
    cwd: ROOT,
    env: { PATH: process.env['PATH'], ...env },
    stdio: ['ignore', file?.fd ?? 'pipe', 'inherit'],
  });
  let memory = 0;
  const watching = setInterval(() => {
    memory = Math.max(memory, peakOf(child) || 0);
  }, 20);
  const printed = child.stdout === null ? '' : text(child.stdout);
  const [status] = (await once(child, 'exit')) as [number | null];
  clearInterval(watching);
  const seconds = (performance.now() - began) / 1_000;
  await file?.close();
  if (status !== 0) throw new Error(`flexwhere-scim ${command.join(' ')} ended with ${String(status)}`);
  return { seconds, memory, printed: await printed };
}
