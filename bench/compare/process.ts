import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';

/** Servers run on one core, and the bench on another, where the system can pin them. */
export const PINNED = process.platform === 'linux' && cpus().length > 1 && existsSync('/usr/bin/taskset');

/** Pins the bench itself. */
export function pinBench(): void {
  if (PINNED) execFileSync('taskset', ['-a', '-c', '-p', '1', String(process.pid)], { stdio: 'ignore' });
}

/** Starts a program of Node on the servers' core. */
export function startNode(program: readonly string[], environment: NodeJS.ProcessEnv): ChildProcess {
  const given = PINNED ? ['-c', '0', process.execPath, ...program] : program;
  return spawn(PINNED ? 'taskset' : process.execPath, given, {
    cwd: new URL('../..', import.meta.url),
    env: { PATH: process.env['PATH'], NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'ignore', 'inherit'],
  });
}

/** Milliseconds of CPU time that all threads of a process have used so far; NaN where the system does not say. */
export function cpuOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return NaN;
  const folder = `/proc/${pid}/task`;
  const used = readdirSync(folder).map((thread) => Number(schedstatOf(`${folder}/${thread}`).split(' ')[0]));
  return used.reduce((sum, nanoseconds) => sum + nanoseconds, 0) / 1e6;
}

/** A thread may end in between. */
function schedstatOf(folder: string): string {
  try {
    return readFileSync(`${folder}/schedstat`, 'utf8');
  } catch {
    return '0';
  }
}

/** Megabytes that a process has resident. */
export function memoryOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return NaN;
  const pages = Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1]);
  return (pages * 4_096) / 1_048_576;
}

/** Waits until a server answers at all. @throws Error if it ends, or does not within two minutes */
export async function untilAnswering(port: number, child: ChildProcess): Promise<void> {
  for (const end = performance.now() + 120_000; performance.now() < end && child.exitCode === null;) {
    const answering = await fetch(`http://127.0.0.1:${port}/`).then(
      () => true,
      () => false,
    );
    if (answering) return;
    await sleep(20);
  }
  throw new Error('a server did not start; run make build, and npm ci in bench/competitors');
}

/** Ends a server that this bench started. */
export async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill('SIGTERM');
  const ended = once(child, 'exit');
  const late = setTimeout(() => child.kill('SIGKILL'), 6_000);
  await ended;
  clearTimeout(late);
}
