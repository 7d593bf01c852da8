import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

/** Linux counts a process's time in hundredths of a second. */
const TICK = 10;

/** Milliseconds of CPU time that a process has used; NaN where the system does not say. */
export function cpuOf({ pid }: ChildProcess): number {
  if (process.platform !== 'linux' || pid === undefined) return NaN;
  const [, fields = ''] = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ');
  const [user, system] = fields.split(' ').slice(11, 13).map(Number);
  return ((user ?? NaN) + (system ?? NaN)) * TICK;
}

/** Lets the peak of a process's memory begin anew, where the system can. */
export function forgetPeak({ pid }: ChildProcess): void {
  if (process.platform === 'linux' && pid !== undefined) writeFileSync(`/proc/${pid}/clear_refs`, '5');
}
