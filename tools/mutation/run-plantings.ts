import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Kind, Outcome, Planting } from './planter.js';

/** How long nothing may be heard of a change before it counts as noticed: it made a loop that does not end. */
const LONGEST_MS = { pure: 45_000, other: 240_000 };

/**
 * Runs each, in one process at a time, which is replaced when a change makes it hang.
 * @param onOutcome told of each as it ends
 */
export async function runPlantings(
  plantings: readonly Planting[],
  kind: Kind,
  onOutcome: (index: number, outcome: Outcome) => void,
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'mutation-'));
  try {
    let done = 0;
    while (done < plantings.length) {
      const path = join(folder, 'work.json');
      writeFileSync(path, JSON.stringify({ ...kind, plantings: plantings.slice(done) }));
      const from = done;
      const heard = await runWorker(path, kind, (index, outcome) => {
        onOutcome(from + index, outcome);
      });
      done = from + heard;
      if (done < plantings.length) onOutcome(done++, { noticed: true, by: 'the tests did not end' });
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Resolves to how many outcomes came before the process ended or fell silent. */
function runWorker(work: string, { pure }: Kind, onOutcome: (index: number, outcome: Outcome) => void) {
  return new Promise<number>((resolve) => {
    let heard = 0;
    const longestMs = LONGEST_MS[pure ? 'pure' : 'other'];
    // SQLite says as much about what needs no database.
    const setting = pure ? ['SKIP_POSTGRES=1'] : [];
    const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
    // Of a group of its own, so that what it started can be ended with it.
    const child = spawn('env', [...setting, process.execPath, '--import', 'tsx', worker, work], {
      ...{ detached: true, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] },
    });
    const end = (): void => {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    };
    let timer = setTimeout(end, longestMs);
    child.on('message', (outcome: Outcome) => {
      clearTimeout(timer);
      timer = setTimeout(end, longestMs);
      onOutcome(heard++, outcome);
    });
    child.once('exit', () => {
      clearTimeout(timer);
      resolve(heard);
    });
  });
}
